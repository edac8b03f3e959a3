#ifndef PECG_WORKER_REVIEW_PROBLEM_CHECK_H_
#define PECG_WORKER_REVIEW_PROBLEM_CHECK_H_

#include <cstdint>
#include <span>

#include "worker/review/class_members.h"
#include "worker/review/probabilities.h"

/// What every function of this room asks of a multi-class problem.

namespace pecg {

/// Groups the records. Throws Error::kBadInput unless there is one label per row, within 0..K-1,
/// and every probability is within 0..1.
ClassMembers CheckedMembers(std::span<const std::int32_t> labels,
                            const Probabilities& probabilities);

/// Throws Error::kBadInput unless records of at least two classes are there: with one class there
/// is nothing a label could be confused with.
void CheckTwoClasses(const ClassMembers& members);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_PROBLEM_CHECK_H_
