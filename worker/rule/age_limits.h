#ifndef PECG_WORKER_RULE_AGE_LIMITS_H_
#define PECG_WORKER_RULE_AGE_LIMITS_H_

#include <optional>
#include <string_view>

#include "worker/ecg/pediatric_normals.h"
#include "worker/ecg/record.h"

namespace pecg {

/// What the rules know about the child.
struct Patient {
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
};

/// The normals of one child: PediatricNormals at its age and sex, and what the rules make of them.
/// Without an age there are none: nothing is judged by the limits of another age. Immutable;
/// thread-safe.
class AgeLimits {
 public:
  explicit AgeLimits(const Patient& patient) : patient_(patient) {}

  /// Normals of a measurement, in the order of preference:
  ///   - PediatricNormals::At (smooth in age);
  ///   - `..._V5`, which no table has: the geometric mean of V4 and V6, between which it lies
  ///     [DERIVED; for 9-lead records, where V5 stands in for V6];
  ///   - the row of the age bin, where a table has only such rows (`sv1_plus_rv6`).
  std::optional<NormalRange> Of(std::string_view measurement) const;

  /// Standard score of `value`, clipped to -5..5 (NormalScore). Amplitudes, of which the tables
  /// give the median and p98 alone, are scored as square roots, so that both sides are alike.
  std::optional<double> Score(std::string_view measurement, double value) const;

  const Patient& patient() const { return patient_; }

 private:
  std::optional<NormalRange> OfBin(std::string_view measurement) const;

  Patient patient_;
};

}  // namespace pecg

#endif  // PECG_WORKER_RULE_AGE_LIMITS_H_
