#ifndef PECG_WORKER_MODEL_MODEL_CARD_H_
#define PECG_WORKER_MODEL_MODEL_CARD_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "worker/model/input_format.h"
#include "worker/model/network_config.h"

namespace pecg {

/// What `model.json` says about the weights beside it (`weights.safetensors`): all that is needed
/// to run the model on another ECG, and what it has seen.
struct ModelCard {
  NetworkConfig network;             ///< `variant` is `demographics` for the floor, else a network.
  std::vector<std::string> targets;  ///< Names of the logits, in order.
  InputFormat input;
  /// Sets the weights were fitted to before this training: names and versions. Empty = none.
  std::vector<std::string> pretraining_sets;
  /// What makes probabilities of the logits: a JSON object by target, as worker/evaluate formats
  /// and reads it. Empty = none.
  std::string calibrators;
  /// Where the model comes from, for people: dataset, dataset_version, split, scheme, fold, run,
  /// run_uid, code, synthetic.
  std::map<std::string, std::string> provenance;
};

/// `model.json` as text, UTF-8, two-space indented, ends with a newline.
std::string FormatModelCard(const ModelCard& card);

/// Reads what FormatModelCard wrote. Throws Error::kCorruptData naming `where` and the key, and
/// kUnsupported for a card of a later format.
ModelCard ParseModelCard(std::string_view text, const std::string& where);

/// Reads `model.json` in `folder`. Throws as ParseModelCard, and kNotFound.
ModelCard ReadModelCard(const std::filesystem::path& folder);

inline constexpr std::string_view kModelCardFile = "model.json";
inline constexpr std::string_view kWeightsFile = "weights.safetensors";

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_MODEL_CARD_H_
