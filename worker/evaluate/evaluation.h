#ifndef PECG_WORKER_EVALUATE_EVALUATION_H_
#define PECG_WORKER_EVALUATE_EVALUATION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/evaluate/estimate.h"

namespace pecg {

/// One record of one target, scored by a model that did not train on its patient.
struct ScoredRecord {
  int patient = 0;          ///< Any number; equal for all records of a patient.
  bool first_exam = false;  ///< The patient's first ECG in the dataset version.
  int fold = 0;             ///< Which model scored it: scores of different folds are not compared.
  std::uint8_t label = 0;   ///< 0 or 1.
  double score = 0;         ///< Logit or probability.
  std::optional<double> floor_score;  ///< The demographics floor's score of the same record.
  std::optional<double> probability;  ///< What the model says by itself.
  std::optional<double>
      calibrated;  ///< What its calibrator, fitted on other patients, makes of it.
  int seed = 0;    ///< Trainings that differ in nothing but the seed of their random numbers.
};

struct EvaluationOptions {
  int bootstrap_count = 2000;
  double confidence = 0.95;
  std::uint64_t seed = 0;
  double prevalence = 0;  ///< For predictive values; 0 = that of the records.
  std::vector<double> thresholds =
      {};  ///< Of probabilities; figures are named `..._at_<threshold>`.
  /// Primary is every record, weighted 1, instead of the first ECGs: for a table of scores that
  /// does not tell which ECG is the first.
  bool every_record_counts = false;
  bool auroc_only = false;  ///< Leaves out everything but AUROCs.
};

/// Points of a curve, in the order drawn. `lower` and `upper` are as long as `y`, or empty.
struct FigureCurve {
  std::string name = {};
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> lower = {};
  std::vector<double> upper = {};
  std::vector<double> weight = {};  ///< Records behind each point; as long as `y`, or empty.
};

/// Figures of one target.
struct TargetFigures {
  std::int64_t patient_count = 0;   ///< Patients with a primary record.
  std::int64_t positive_count = 0;  ///< Those of whom one is positive.
  /// Named as docs/statistics.md has it: `auroc`, `auprc`, `auroc_all_records`, `brier`, ...
  std::vector<NamedEstimate> figures;
  std::vector<FigureCurve> curves;
  /// Of the hypothesis that the model's AUROC is the floor's; absent without a floor.
  std::optional<double> over_floor_p;

  /// Null when there is no figure of that name.
  const Estimate* Find(std::string_view name) const;
};

/// Computes the figures of one target.
///
/// Primary are the first ECGs, one per patient; `auroc_all_records` weights each record 1/n of its
/// patient's n records. Discrimination: the mean over folds of the figure within each fold (folds
/// with one class only are left out). Calibration: all folds together, of `probability`, and under
/// names that begin with `calibrated_` of `calibrated`; absent unless every record has one.
///
/// Intervals: bootstrap over patients, all records of a drawn patient together (Efron & Tibshirani
/// 1993, ch. 13; clusters: Field & Welsh, JRSS B 69:369, 2007), the same draws for every figure, so
/// that `auroc_over_floor` is paired; over patients x seeds where there are several seeds.
/// ChooseInterval says which interval it is. Same input and options, same answer.
///
/// Throws Error::kBadInput for a label other than 0 and 1, a score that is not finite, or a
/// probability outside 0..1.
TargetFigures EvaluateTarget(std::span<const ScoredRecord> records,
                             const EvaluationOptions& options);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_EVALUATION_H_
