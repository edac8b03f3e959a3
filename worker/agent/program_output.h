#ifndef PECG_WORKER_AGENT_PROGRAM_OUTPUT_H_
#define PECG_WORKER_AGENT_PROGRAM_OUTPUT_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

namespace pecg {

/// Runs a program, found through PATH, and returns what it writes to stdout, at most 1 MiB. It gets
/// no input and its stderr is dropped. DEADLINE_EXCEEDED (and SIGKILL) when it takes longer than
/// `patience`; NOT_FOUND; UNKNOWN when it ends with another code than 0.
absl::StatusOr<std::string> ProgramOutput(const std::vector<std::string>& words,
                                          absl::Duration patience);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_PROGRAM_OUTPUT_H_
