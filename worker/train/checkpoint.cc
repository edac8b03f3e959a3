#include "worker/train/checkpoint.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr int kFormat = 1;
constexpr std::int64_t kProgressByteLimit = std::int64_t{1} << 20;

void CheckSettings(const nlohmann::json& stored, const std::string& settings_json,
                   const std::string& where) {
  const nlohmann::json wanted = nlohmann::json::parse(settings_json);
  for (const auto& [key, value] : wanted.items()) {
    if (stored.contains(key) && stored.at(key) == value) continue;
    throw Error(Error::Kind::kBadInput, fmt::format("the checkpoint was made with another {}", key),
                where, "resume with the settings it was made with, or start without it");
  }
}

TrainProgress FromJson(const nlohmann::json& json) {
  TrainProgress progress;
  progress.epoch = json.at("epoch").get<int>();
  progress.batch = json.at("batch").get<std::int64_t>();
  progress.step = json.at("step").get<std::int64_t>();
  progress.loss_sum = json.at("loss_sum").get<double>();
  progress.loss_weight = json.at("loss_weight").get<double>();
  if (const auto& best = json.at("best_figure"); !best.is_null()) {
    progress.best_figure = best.get<double>();
  }
  progress.best_epoch = json.at("best_epoch").get<int>();
  progress.epochs_without_better = json.at("epochs_without_better").get<int>();
  progress.finished = json.at("finished").get<bool>();
  return progress;
}

}  // namespace

void WriteProgress(const std::filesystem::path& path, const TrainProgress& progress,
                   const std::string& settings_json) {
  nlohmann::ordered_json json = {{"format", kFormat},
                                 {"epoch", progress.epoch},
                                 {"batch", progress.batch},
                                 {"step", progress.step},
                                 {"loss_sum", progress.loss_sum},
                                 {"loss_weight", progress.loss_weight},
                                 {"best_figure", nullptr},
                                 {"best_epoch", progress.best_epoch},
                                 {"epochs_without_better", progress.epochs_without_better},
                                 {"finished", progress.finished},
                                 {"settings", nlohmann::ordered_json::parse(settings_json)}};
  if (progress.best_figure) json["best_figure"] = *progress.best_figure;
  WriteFileAtomically(path, json.dump(2) + "\n");
}

TrainProgress ReadProgress(const std::filesystem::path& folder, const std::string& settings_json) {
  const std::filesystem::path path = folder / kCheckpointProgressFile;
  const std::string text = ReadTextFile(path, kProgressByteLimit);
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    if (const int format = json.at("format").get<int>(); format != kFormat) {
      throw Error(Error::Kind::kUnsupported, fmt::format("checkpoint has format {}", format),
                  path.string());
    }
    CheckSettings(json.at("settings"), settings_json, path.string());
    return FromJson(json);
  } catch (const nlohmann::json::exception& error) {
    throw Error(Error::Kind::kCorruptData, fmt::format("not a checkpoint: {}", error.what()),
                path.string());
  }
}

}  // namespace pecg
