#ifndef PECG_WORKER_EVALUATE_ISOTONIC_H_
#define PECG_WORKER_EVALUATE_ISOTONIC_H_

#include <span>
#include <vector>

namespace pecg {

/// A line through knots, flat outside them: what isotonic regression fits. Value type.
struct IsotonicLine {
  std::vector<double> inputs;  ///< Strictly ascending; at least one.
  std::vector<double> values;  ///< Not descending, as many.

  /// Linear between knots, that of the nearest knot outside.
  double At(double input) const;
};

/// The non-decreasing function of least weighted squares, by pooling adjacent violators; knots that
/// lie on the line between their neighbours' equal values are left out, as in scikit-learn 1.2.1.
/// Records of equal input are pooled first. Throws Error::kBadInput without records, for lengths
/// that differ, and for values that are not finite. Source: Barlow et al., Statistical Inference
/// under Order Restrictions, 1972.
IsotonicLine FitIsotonic(std::span<const double> inputs, std::span<const double> targets,
                         std::span<const double> weights);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_ISOTONIC_H_
