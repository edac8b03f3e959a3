#ifndef PECG_WORKER_JOB_FEATURES_COMMAND_H_
#define PECG_WORKER_JOB_FEATURES_COMMAND_H_

#include <filesystem>
#include <string>

namespace pecg {

struct FeaturesCommand {
  std::string kind;            ///< Kind of the dataset: `zzu_pecg`.
  std::filesystem::path root;  ///< The dataset's folder.
  std::filesystem::path out;   ///< CSV: record_id, age_days, sex, then FeatureTable().
  int jobs = 0;                ///< Records read at the same time; 0 = one per core.
};

/// `pecg-ecg features`: computes the features of every record of a dataset folder, one row each by
/// record_id; empty cells are missing. Says on stderr what could not be read and on stdout how much
/// was. Returns the exit code: 0 when a record was, even though others failed, 3 when none was.
/// Throws Error.
int WriteFeatures(const FeaturesCommand& command);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_FEATURES_COMMAND_H_
