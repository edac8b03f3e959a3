#include "worker/train/predictions.h"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "worker/ecg/error.h"
#include "worker/file/safetensors.h"

namespace pecg {

void WritePredictions(const std::filesystem::path& path, const Predictions& predictions,
                      const std::vector<std::string>& targets,
                      const std::map<std::string, std::string>& metadata) {
  for (std::size_t i = 0; i < predictions.logits.size(); ++i) {
    if (std::isfinite(predictions.logits[i])) continue;
    throw Error(Error::Kind::kDiverged,
                fmt::format("the prediction for record number {} is not finite",
                            predictions.ordinals[i / targets.size()]));
  }
  SafetensorsWriter writer;
  for (const auto& [key, value] : metadata) writer.SetMetadata(key, value);
  writer.SetMetadata("targets", fmt::format("{}", fmt::join(targets, ",")));
  const auto count = static_cast<std::int64_t>(predictions.ordinals.size());
  writer.Add("ordinal", {count}, std::span<const std::int64_t>(predictions.ordinals));
  writer.Add("logit", {count, static_cast<std::int64_t>(targets.size())},
             std::span<const float>(predictions.logits));
  writer.Write(path);
}

}  // namespace pecg
