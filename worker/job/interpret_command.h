#ifndef PECG_WORKER_JOB_INTERPRET_COMMAND_H_
#define PECG_WORKER_JOB_INTERPRET_COMMAND_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

struct InterpretCommand {
  enum class Format { kText, kJsonLines };
  std::vector<std::string> records;  ///< Paths of WFDB records, with or without `.hea`.
  std::optional<int> age_days;       ///< Instead of what the headers say.
  Sex sex = Sex::kUnknown;           ///< The same; kUnknown = what the headers say.
  std::filesystem::path svg_folder;  ///< Gets `<record>.svg` each; empty = none.
  Format format = Format::kText;
};

/// `pecg-ecg interpret`: measures and judges each record and prints it, in the order given. A
/// record that cannot be read is told on stderr and the others are done all the same. Returns the
/// exit code: 0, or 3 when a record could not be read. Throws Error for a folder that cannot be
/// written and for two records that would share a drawing (kBadInput).
int InterpretRecords(const InterpretCommand& command);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_INTERPRET_COMMAND_H_
