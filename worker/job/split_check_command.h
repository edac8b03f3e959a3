#ifndef PECG_WORKER_JOB_SPLIT_CHECK_COMMAND_H_
#define PECG_WORKER_JOB_SPLIT_CHECK_COMMAND_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "worker/evaluate/leak_check.h"

namespace CLI {
class App;
}

namespace pecg {

/// Exit code of `pecg-ecg split-check` when it found a leak.
inline constexpr int kExitLeaks = 4;

struct SplitCheckCommand {
  std::filesystem::path split;     ///< CSV with the columns record and fold; empty: `parts`.
  std::vector<std::string> parts;  ///< `NAME=FILE`: a CSV with a column record for each part.
  std::filesystem::path patients;  ///< CSV: record,patient; may be empty.
  std::filesystem::path index;     ///< JSON lines of `pecg-ecg index`; may be empty.
  bool json = false;
};

/// `pecg-ecg split-check`: tells which patients, records and equal signals lie in several parts of
/// somebody's split. Throws Error with file and line; kBadInput when nothing could be checked.
LeakReport CheckSplit(const SplitCheckCommand& command);

/// The report for people, or as one JSON object.
std::string LeakText(const LeakReport& report);
std::string LeakJson(const LeakReport& report);

/// Adds the command to the tool; `action` is set when it was chosen.
void AddSplitCheck(CLI::App* app, std::function<int()>* action);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_SPLIT_CHECK_COMMAND_H_
