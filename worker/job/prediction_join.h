#ifndef PECG_WORKER_JOB_PREDICTION_JOIN_H_
#define PECG_WORKER_JOB_PREDICTION_JOIN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"
#include "worker/evaluate/evaluation.h"
#include "worker/job/job_directory.h"
#include "worker/job/model_predictions.h"

namespace pecg {

/// What groups of patients are made by.
struct RecordTraits {
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
  LeadMask leads;
  std::optional<double> lowest_sqi;  ///< As in ManifestEntry.
  bool first_exam = false;
  std::string targets;  ///< One byte per target of the spec: 0, 1 or kTargetMissing.
};

/// The records of one role with one target's truth, ready for EvaluateTarget.
struct RoleTarget {
  std::string role;  ///< `validate`, `oof` or `test`.
  std::string target;
  /// ScoredRecord::fold is the model's fold. `calibrated` is empty for `validate`: the calibrator
  /// was fitted on those records.
  std::vector<ScoredRecord> records;
  std::vector<std::size_t> traits;  ///< Of each record: position in PredictionJoin::traits.
  std::string calibration_reason;   ///< Why nothing is calibrated; empty when it is.
};

/// What is compared with what, as the manifest and the predictions tell.
struct PredictionJoin {
  std::vector<ModelPredictions> models;  ///< By fold.
  std::vector<int> seeds;                ///< Of each model: 0, 1, ... among those of its fold.
  std::vector<RecordTraits> traits;      ///< Of every record of the manifest.
  std::vector<RoleTarget> role_targets;  ///< By role (validate, oof, test), then target.
  std::int64_t test_record_count = 0;    ///< Records of the locked test in the manifest.
  /// ModelPredictions for records that are not in the manifest, over all models; not looked at.
  /// They are the locked test's, when the training had unlocked it and this run has not.
  std::int64_t unused_prediction_count = 0;
};

/// Joins the job's inputs with its manifest by ordinal. Models are the inputs whose alias starts
/// with `predictions`, floors those whose alias starts with `floor`, each with a
/// `predictions.safetensors`. A record's role for a model follows from the model's scheme and fold
/// (RoleOf in base/split.h); what it trained on is left out. Records without the target's truth are
/// left out of that target.
///
/// Throws Error, naming both sides, when
///   - a model or a floor belongs to another dataset version or split than the run, or predicts a
///     target the manifest does not have, or models differ in their targets (kBadInput);
///   - models are of different schemes, two of one fold come from one run, or the folds have
///     different numbers of models (kBadInput); several models of a fold are trainings with
///     different seeds, and their figures are averaged;
///   - there are floors, but none of a model's scheme and fold, or it lacks a target (kBadInput);
///   - a record with a role has no prediction (kCorruptData).
PredictionJoin JoinPredictions(const JobDirectory& directory);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_PREDICTION_JOIN_H_
