#include "worker/job/model_predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/file/safetensors.h"
#include "worker/job/convert.h"

namespace pecg {
namespace {

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return parts;
}

int ParseFold(SplitScheme scheme, std::string_view text, const std::string& where) {
  if (scheme != SplitScheme::kCrossValidation) return 0;
  int fold = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fold);
  if (error != std::errc() || end != text.data() + text.size() || fold < 0 || fold >= kFoldCount) {
    throw Error(
        Error::Kind::kCorruptData,
        fmt::format("the fold of a cross-validation is 0 to {}, not \"{}\"", kFoldCount - 1, text),
        where);
  }
  return fold;
}

void CheckShape(const SafetensorsFile& file, std::size_t record_count, std::size_t target_count,
                const std::string& where) {
  const std::vector<std::int64_t> wanted = {static_cast<std::int64_t>(record_count),
                                            static_cast<std::int64_t>(target_count)};
  if (file.Find("ordinal").shape.size() == 1 && file.Find("logit").shape == wanted) return;
  throw Error(Error::Kind::kCorruptData,
              fmt::format("\"logit\" must be [{}, {}] and \"ordinal\" [{}], as the metadata's "
                          "targets and the ordinals are",
                          record_count, target_count, record_count),
              where);
}

}  // namespace

ModelPredictions ModelPredictions::Read(const std::filesystem::path& path, std::string_view name) {
  const SafetensorsFile file = SafetensorsFile::Read(path);
  const std::string where = path.string();
  ModelPredictions predictions;
  predictions.name_ = name;
  predictions.dataset_version_ = file.Metadata("dataset_version");
  predictions.split_ = file.Metadata("split");
  predictions.run_ = file.Metadata("run");
  predictions.code_ = file.Metadata("code");
  predictions.variant_ = file.Metadata("variant");
  predictions.synthetic_ = file.Metadata("synthetic") == "true";
  predictions.scheme_ = SchemeFromName(file.Metadata("scheme"));
  predictions.fold_ = ParseFold(predictions.scheme_, file.Metadata("fold"), where);
  predictions.targets_ = SplitAtCommas(file.Metadata("targets"));
  // Files of trainings before there were calibrators have none.
  if (const auto found = file.metadata().find("calibrators"); found != file.metadata().end()) {
    for (auto& [target, fitted] : ParseCalibrators(found->second, where)) {
      predictions.calibrators_.emplace(target, std::move(fitted));
    }
  }
  const std::vector<std::int64_t> ordinals = file.Values<std::int64_t>("ordinal");
  CheckShape(file, ordinals.size(), predictions.targets_.size(), where);
  predictions.logits_ = file.Values<float>("logit");
  if (!std::ranges::all_of(predictions.logits_, [](float logit) { return std::isfinite(logit); })) {
    throw Error(Error::Kind::kCorruptData, "a logit is not finite", where,
                "the model diverged; train it again with a smaller learning rate");
  }
  for (std::size_t row = 0; row < ordinals.size(); ++row) {
    if (!predictions.row_of_ordinal_.emplace(ordinals[row], row).second) {
      throw Error(Error::Kind::kDuplicate,
                  fmt::format("record {} is predicted twice", ordinals[row]), where);
    }
  }
  return predictions;
}

std::optional<std::size_t> ModelPredictions::FindTarget(std::string_view target) const {
  const auto found = std::ranges::find(targets_, target);
  if (found == targets_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - targets_.begin());
}

const FittedCalibrators* ModelPredictions::FindCalibrators(std::string_view target) const {
  const auto found = calibrators_.find(target);
  return found == calibrators_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> ModelPredictions::FindRecord(std::int64_t ordinal) const {
  const auto found = row_of_ordinal_.find(ordinal);
  if (found == row_of_ordinal_.end()) return std::nullopt;
  return found->second;
}

}  // namespace pecg
