#ifndef PECG_WORKER_JOB_INDEX_COMMAND_H_
#define PECG_WORKER_JOB_INDEX_COMMAND_H_

#include <filesystem>
#include <string>

namespace pecg {

struct IndexCommand {
  std::string kind;                ///< One of DatasetKinds().
  std::filesystem::path root;      ///< The dataset's folder.
  std::filesystem::path out;       ///< JSONL, one entry per line, by record_id.
  std::filesystem::path failures;  ///< JSONL of what could not be read; empty = none.
  int jobs = 0;                    ///< Records read at the same time; 0 = one per core.
};

/// `pecg-ecg index`: indexes a dataset folder into JSONL, lists on stderr what could not be read,
/// and says on stdout how much was. Returns the exit code: 0 when a record was indexed, even though
/// others failed, 3 when none was. Throws Error.
int IndexDataset(const IndexCommand& command);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_INDEX_COMMAND_H_
