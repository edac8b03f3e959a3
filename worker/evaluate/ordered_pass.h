#ifndef PECG_WORKER_EVALUATE_ORDERED_PASS_H_
#define PECG_WORKER_EVALUATE_ORDERED_PASS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "worker/evaluate/patient_counts.h"

namespace pecg {

/// Records that were scored by one model, each of some patient.
struct PatientSample {
  std::vector<double> scores;           ///< Finite; higher = more likely positive.
  std::vector<std::uint8_t> labels;     ///< 0 or 1.
  std::vector<double> weights;          ///< Finite, positive: 1, or 1/n of a patient's n records.
  std::vector<std::uint32_t> patients;  ///< 0 to patient_count - 1.
};

/// Where in the order of scores a running sum is read.
struct Cut {
  double threshold = 0;
  bool inclusive = true;  ///< Records at the threshold lie above the cut; else below.
};

/// One number for each lane.
using Lanes = std::array<double, kLaneCount>;

/// Sums over the records above a cut.
struct CutSums {
  Lanes positives;
  Lanes negatives;
  Lanes probability;  ///< Weighted sum of the scores.
};

/// What figures are computed from, for kLaneCount weightings of the patients at once.
struct PassSums {
  Lanes positives{};  ///< Weight.
  Lanes negatives{};
  Lanes ordered_pairs{};             ///< Weight of (positive, negative) pairs ordered right.
  Lanes precision{};                 ///< Sum of (positives gained) * precision.
  Lanes positives_at_specificity{};  ///< Called positive at the point of least specificity 95 %.
  Lanes negatives_at_specificity{};
  Lanes positives_at_sensitivity{};  ///< Likewise at the point of least sensitivity 95 %.
  Lanes negatives_at_sensitivity{};
  Lanes youden{};  ///< Highest sensitivity + specificity - 1.
  /// The following need probabilities. Sums of loss, and of score and information of the two
  /// recalibrations (recalibration.h) at their fit to the whole sample.
  Lanes squared_error{};
  Lanes log_loss{};
  Lanes probability{};           ///< Weighted sum of the scores.
  std::array<Lanes, 2> large{};  ///< Calibration in the large: score, information.
  std::array<Lanes, 5> line{};   ///< Slope: scores of a' and b, information a'a', a'b, bb.
  std::vector<CutSums> cuts;
};

/// The fits that PassSums::large and ::line start from.
struct RecalibrationPoint {
  double intercept = 0;
  double slope = 1;
  double slope_intercept = 0;
};

/// Specificity and sensitivity that a test should have at least, to rule in or to rule out.
inline constexpr double kWantedShare = 0.95;

/// A sample sorted once, so that any weighting of its patients costs one pass over the records and
/// one over the patients. Immutable, thread-safe. Computes in double throughout: the figures of the
/// whole sample are those of threshold_curve.h and reliability.h to rounding.
class OrderedPass {
 public:
  /// `cuts` in any order; PassSums::cuts has theirs. `probability` set: scores are probabilities
  /// and the sums that need them are wanted.
  OrderedPass(const PatientSample& sample, std::size_t patient_count, const std::vector<Cut>& cuts,
              const RecalibrationPoint* probability);

  /// Sums for the weightings in `counts`; reuses the memory of `sums`.
  void Run(const PatientCounts& counts, PassSums* sums) const;

 private:
  struct Record {
    std::uint32_t patient;
    std::uint8_t positive;
    std::uint8_t ends_group;      // The next score is lower.
    std::uint8_t group_positive;  // At the end of a group: it holds a positive.
    double weight;
    double score;
  };
  void SumPatients(const PatientCounts& counts, PassSums* sums) const;
  void Walk(const PatientCounts& counts, PassSums* sums) const;

  std::size_t patient_count_;
  std::vector<Record> records_;             // Highest score first.
  std::vector<std::size_t> cut_positions_;  // Records above each cut, ascending.
  std::vector<std::size_t> cut_order_;      // Which cut each of those is.
  bool with_probability_;
  /// Per patient: positives, negatives, then squared error, log loss, probability, large[2] and
  /// line[5], which are not there without probabilities. [columns][patients]
  std::vector<std::vector<double>> columns_;
};

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_ORDERED_PASS_H_
