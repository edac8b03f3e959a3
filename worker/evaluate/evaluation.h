#ifndef PECG_WORKER_EVALUATE_EVALUATION_H_
#define PECG_WORKER_EVALUATE_EVALUATION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pecg {

/// A figure with its percentile bootstrap interval; NaN where it is not defined.
struct Estimate {
  double value;
  double lower;
  double upper;
};

/// One record of one target, scored by a model that did not train on its patient.
struct ScoredRecord {
  int patient;               ///< Any number; equal for all records of a patient.
  bool first_exam;           ///< The patient's first ECG in the dataset version.
  int fold;                  ///< Which model scored it: figures are computed per fold, then averaged.
  std::uint8_t label;        ///< 0 or 1.
  double score;              ///< Logit or probability; compared within a fold only.
  std::optional<double> floor_score;  ///< The demographics floor's score of the same record.
};

struct EvaluationOptions {
  int bootstrap_count = 1000;
  double confidence = 0.95;
  std::uint64_t seed = 0;
};

/// Figures of one target.
struct TargetFigures {
  std::int64_t patient_count = 0;
  std::int64_t positive_count = 0;  ///< Patients whose first ECG is positive.
  Estimate auroc;                   ///< First ECG of each patient.
  Estimate auprc;
  Estimate auroc_all_records;       ///< All records, each weighted 1/n of its patient's n records.
  /// On the same patients; absent unless every record has a floor score.
  std::optional<Estimate> floor_auroc;
  std::optional<Estimate> floor_auprc;
  std::optional<Estimate> auroc_over_floor;  ///< Paired: model and floor on the same resamples.
};

/// Computes the figures of one target. A figure is the mean over folds of the figure within each
/// fold (folds with one class only are left out), so that scores of different models are never
/// compared. Intervals: percentile bootstrap over patients, all records of a drawn patient together
/// (Efron & Tibshirani 1993, ch. 13; clusters: Field & Welsh, JRSS B 69:369, 2007); the same draws
/// for every figure. Resamples in which a figure is not defined are left out of its interval; the
/// interval is NaN when that is more than half of them. Same input and seed, same answer.
/// Throws Error::kBadInput for a label other than 0 and 1 or a score that is not finite.
TargetFigures EvaluateTarget(std::span<const ScoredRecord> records,
                             const EvaluationOptions& options);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_EVALUATION_H_
