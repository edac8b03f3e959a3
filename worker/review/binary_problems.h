#ifndef PECG_WORKER_REVIEW_BINARY_PROBLEMS_H_
#define PECG_WORKER_REVIEW_BINARY_PROBLEMS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "worker/review/class_members.h"
#include "worker/review/probabilities.h"
#include "worker/review/problem_rows.h"

/// A multi-label problem taken apart, for the .cc files of this room.

namespace pecg {

/// Calls `use(class, rows, members)` for every class in turn. Columns are gathered eight at a time,
/// one cache line, so that the extra memory is 64 bytes per record. Throws as multilabel_issues.h
/// says, before the first call.
void ForEachBinaryProblem(
    std::span<const std::uint8_t> labels, const Probabilities& probabilities,
    const std::function<void(int, const BinaryRows&, const ClassMembers&)>& use);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_BINARY_PROBLEMS_H_
