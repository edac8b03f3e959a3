#ifndef PECG_WORKER_DATASET_TABLE_CELL_H_
#define PECG_WORKER_DATASET_TABLE_CELL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/dataset/dataset_reader.h"

namespace pecg {

/// The oldest age taken for one, in days.
inline constexpr int kOldestAgeDays = 130 * 365;

/// Whether two texts are one but for the case of ASCII letters.
bool EqualIgnoringCase(std::string_view a, std::string_view b);

/// A whole number from 0 to `highest`; empty when `text` is anything else.
std::optional<std::int64_t> ReadCount(std::string_view text, std::int64_t highest);

/// A finite decimal number; empty when `text` is anything else.
std::optional<double> ReadNumber(std::string_view text);

/// A whole number from 0 to `highest` that may be written as `15709.0`, as pandas saves columns
/// with gaps; empty when `text` is anything else.
std::optional<std::int64_t> ReadFloatCount(std::string_view text, std::int64_t highest);

/// The entries of a cell between separators, trimmed, empty ones left out; all of the cell where
/// `separator` is empty.
std::vector<std::string> SplitCell(std::string_view cell, std::string_view separator);

/// Numbers the exams of each patient from 1, by acquisition time, then by place in the table.
void NumberExams(std::vector<DatasetRow>* rows);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_TABLE_CELL_H_
