#ifndef PECG_WORKER_JOB_FIND_LABEL_ISSUES_COMMAND_H_
#define PECG_WORKER_JOB_FIND_LABEL_ISSUES_COMMAND_H_

#include <filesystem>
#include <functional>

#include "worker/review/label_issues.h"

namespace CLI {
class App;
}

namespace pecg {

struct FindLabelIssuesCommand {
  std::filesystem::path labels;         ///< CSV; docs/formats.md.
  std::filesystem::path probabilities;  ///< CSV, out of fold.
  bool multilabel = false;              ///< Else multi-class.
  LabelIssueOptions options;
  std::filesystem::path out;  ///< CSV: record, rank (from 1), score, classes.
};

/// `pecg-ecg find-label-issues`: writes the records whose label is doubtful, most doubtful first,
/// and prints how many there are. On stderr: classes of a multi-label problem that have no 0 or no
/// 1. Throws Error.
void FindLabelIssuesInFiles(const FindLabelIssuesCommand& command);

/// Adds the command to the tool; `action` is set when it was chosen.
void AddFindLabelIssues(CLI::App* app, std::function<int()>* action);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_FIND_LABEL_ISSUES_COMMAND_H_
