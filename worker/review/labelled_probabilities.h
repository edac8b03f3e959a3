#ifndef PECG_WORKER_REVIEW_LABELLED_PROBABILITIES_H_
#define PECG_WORKER_REVIEW_LABELLED_PROBABILITIES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "worker/file/record_table.h"
#include "worker/review/probabilities.h"

/// Joins a file of given labels and one of predicted probabilities by record. What is refused:
/// kCorruptData or kNotFound with file, line and a hint.

namespace pecg {

/// Joined, in the order of the labels' file.
struct LabelledProbabilities {
  std::vector<std::string> records;        ///< `[N]`
  std::vector<std::string> classes;        ///< `[K]`
  std::vector<double> values;              ///< `[N, K]`, row-major, within 0..1.
  std::vector<std::int32_t> class_labels;  ///< Multi-class: `[N]`, 0..K-1; else empty.
  std::vector<std::uint8_t>
      binary_labels;  ///< Multi-label: `[N, K]`, 0, 1, kMissingLabel; else empty.

  Probabilities probabilities() const {
    return Probabilities(std::span<const double>(values), static_cast<int>(classes.size()));
  }
};

/// `labels`: one column `label`, the position of the given class among the columns of
/// `probabilities`. A row whose sum differs from 1 by more than the rounding of what is written
/// explains (half a unit of the last decimal per class, at least 0.01) is refused: it is no
/// distribution over classes. At least two classes must be among the labels.
LabelledProbabilities JoinMulticlass(const RecordTable& labels, const RecordTable& probabilities);

/// `labels`: one column per class, 0, 1 or empty for missing; `probabilities`: the same columns, in
/// any order. The classes come in the labels' order. At least one class must have both labels.
LabelledProbabilities JoinMultilabel(const RecordTable& labels, const RecordTable& probabilities);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_LABELLED_PROBABILITIES_H_
