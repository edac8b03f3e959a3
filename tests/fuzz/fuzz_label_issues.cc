// Two CSV files, labels and probabilities, either are refused with an Error or give doubtful
// labels: each record once, in the order of the scores, by every filter.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "parts.h"
#include "worker/ecg/error.h"
#include "worker/file/record_table.h"
#include "worker/review/labelled_probabilities.h"
#include "worker/review/multilabel_issues.h"

namespace {

using pecg::LabelIssueOptions;
using pecg::LabelledProbabilities;

template <typename Issues>
void Check(const Issues& issues, const LabelledProbabilities& given) {
  std::set<std::uint32_t> seen;
  double last = -1;
  for (const auto& issue : issues) {
    if (issue.record >= given.records.size() || !seen.insert(issue.record).second) std::abort();
    if (!(issue.score >= last)) std::abort();
    last = issue.score;
  }
}

void FindAll(const LabelledProbabilities& given) {
  for (const std::string_view filter : pecg::LabelFilterNames()) {
    for (const std::string_view score : pecg::QualityScoreNames()) {
      const LabelIssueOptions options = {.filter_by = pecg::LabelFilterOf(filter),
                                         .rank_by = pecg::QualityScoreOf(score)};
      if (given.class_labels.empty()) {
        Check(
            pecg::FindMultilabelIssues(given.binary_labels, given.probabilities(), options).ranked,
            given);
      } else {
        Check(pecg::FindLabelIssues(given.class_labels, given.probabilities(), options), given);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts = pecg::CutIntoParts(data, size, 2);
  if (parts.size() < 2) return 0;
  for (const auto join : {pecg::JoinMulticlass, pecg::JoinMultilabel}) {
    try {
      FindAll(join(pecg::ReadRecordTable(parts[0], "labels.csv"),
                   pecg::ReadRecordTable(parts[1], "probabilities.csv")));
    } catch (const pecg::Error&) {
      // Refused.
    }
  }
  return 0;
}
