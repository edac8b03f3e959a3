#ifndef PECG_WORKER_JOB_READ_COMMAND_H_
#define PECG_WORKER_JOB_READ_COMMAND_H_

#include <filesystem>
#include <string>

namespace pecg {

struct ReadCommand {
  std::string record;         ///< Path of a WFDB record, with or without `.hea`.
  std::filesystem::path out;  ///< The .npy to write; empty = none.
  bool channels = false;      ///< Every channel as it is, not the standard leads alone.
  bool json = false;          ///< Facts as one JSON object instead of text.
};

/// `pecg-ecg read`: writes the samples as float32 `[leads, samples]`, millivolts, leads in the
/// order of Lead and missing ones left out, and prints what the header says. With `channels`, and
/// of a record without a standard lead, `[channels, samples]`: all channels in the header's order,
/// voltages in millivolts, others in their own unit. Throws Error.
void ReadRecord(const ReadCommand& command);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_READ_COMMAND_H_
