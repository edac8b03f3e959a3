#ifndef PECG_WORKER_LEARN_TRAIN_COMMAND_H_
#define PECG_WORKER_LEARN_TRAIN_COMMAND_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pecg {

struct TrainCommand {
  std::filesystem::path spec;          ///< `train.yaml`: a RunSpec with `train`.
  std::vector<std::string> overrides;  ///< `train.lr=1e-3`
  std::filesystem::path data;          ///< The dataset's folder.
  std::string kind = "zzu_pecg";       ///< How that folder is laid out.
  std::filesystem::path out;           ///< Folder for what it writes; made if need be.
  std::uint64_t split_seed = 0;        ///< Of the deal of patients into folds.
  bool resume = false;                 ///< Goes on from the newest checkpoint in `out`.
};

/// `pecg-learn train`: indexes a folder, deals its patients, and trains as a queued run would,
/// without a coordinator. Prints one line per epoch; leaves in `out` the artifacts of RunTraining,
/// `spec.yaml` (as resolved), `split.csv`, `metrics.jsonl` and the two newest checkpoints. SIGTERM
/// and Ctrl-C write a checkpoint and end it. Throws Error, JobStopped.
void TrainFromFolder(const TrainCommand& command);

}  // namespace pecg

#endif  // PECG_WORKER_LEARN_TRAIN_COMMAND_H_
