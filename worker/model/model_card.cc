#include "worker/model/model_card.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "worker/ecg/error.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr int kFormat = 1;
constexpr std::int64_t kCardByteLimit = std::int64_t{1} << 20;

nlohmann::ordered_json NetworkToJson(const NetworkConfig& network) {
  return {{"base_channels", network.base_channels},
          {"blocks_per_stage", network.blocks_per_stage},
          {"kernel_size", network.kernel_size},
          {"dropout", network.dropout},
          {"demographic_count", network.demographic_count}};
}

ModelCard FromJson(const nlohmann::json& json) {
  ModelCard card;
  card.targets = json.at("targets").get<std::vector<std::string>>();
  card.network.variant = json.at("variant").get<std::string>();
  card.network.target_count = static_cast<int>(card.targets.size());
  const nlohmann::json& config = json.at("config");
  card.network.base_channels = config.at("base_channels").get<int>();
  card.network.blocks_per_stage = config.at("blocks_per_stage").get<int>();
  card.network.kernel_size = config.at("kernel_size").get<int>();
  card.network.dropout = config.at("dropout").get<double>();
  card.network.demographic_count = config.at("demographic_count").get<int>();
  const nlohmann::json& input = json.at("preprocessing");
  card.input.rate_hz = input.at("rate_hz").get<double>();
  card.input.crop_seconds = input.at("crop_seconds").get<double>();
  card.input.scale_mv = input.at("scale_mv").get<double>();
  card.input.clip_mv = input.at("clip_mv").get<double>();
  card.pretraining_sets = json.at("pretraining_sets").get<std::vector<std::string>>();
  if (json.contains("calibrators")) card.calibrators = json.at("calibrators").dump();
  card.provenance = json.at("provenance").get<std::map<std::string, std::string>>();
  return card;
}

}  // namespace

std::string FormatModelCard(const ModelCard& card) {
  nlohmann::ordered_json json = {{"format", kFormat},
                                 {"variant", card.network.variant},
                                 {"targets", card.targets},
                                 {"config", NetworkToJson(card.network)},
                                 {"preprocessing",
                                  {{"rate_hz", card.input.rate_hz},
                                   {"crop_seconds", card.input.crop_seconds},
                                   {"scale_mv", card.input.scale_mv},
                                   {"clip_mv", card.input.clip_mv}}},
                                 {"pretraining_sets", card.pretraining_sets},
                                 {"provenance", card.provenance}};
  if (!card.calibrators.empty()) {
    json["calibrators"] = nlohmann::ordered_json::parse(card.calibrators);
  }
  return json.dump(2) + "\n";
}

ModelCard ParseModelCard(std::string_view text, const std::string& where) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    if (const int format = json.at("format").get<int>(); format != kFormat) {
      throw Error(Error::Kind::kUnsupported, fmt::format("model card has format {}", format), where,
                  fmt::format("this program reads format {}", kFormat));
    }
    return FromJson(json);
  } catch (const nlohmann::json::exception& error) {
    throw Error(Error::Kind::kCorruptData, fmt::format("not a model card: {}", error.what()),
                where);
  }
}

ModelCard ReadModelCard(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kModelCardFile;
  return ParseModelCard(ReadTextFile(path, kCardByteLimit), path.string());
}

}  // namespace pecg
