#include "worker/review/problem_check.h"

#include <fmt/format.h>

#include "worker/ecg/error.h"

namespace pecg {

ClassMembers CheckedMembers(std::span<const std::int32_t> labels,
                            const Probabilities& probabilities) {
  if (std::ssize(labels) != probabilities.record_count()) {
    throw Error(Error::Kind::kBadInput, fmt::format("{} labels for {} rows of probabilities",
                                                    labels.size(), probabilities.record_count()));
  }
  CheckProbabilities(probabilities);
  return ClassMembers(labels, probabilities.class_count());
}

void CheckTwoClasses(const ClassMembers& members) {
  const int present = members.PresentClassCount();
  if (present >= 2) return;
  throw Error(Error::Kind::kBadInput,
              present == 0 ? "no record" : "all labels are of one class, at least 2 needed");
}

}  // namespace pecg
