#ifndef PECG_TESTS_WORKER_JOB_PREDICTION_TESTING_H_
#define PECG_TESTS_WORKER_JOB_PREDICTION_TESTING_H_

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/split.h"
#include "pecg/v1/job.pb.h"
#include "tests/worker/job/job_testing.h"
#include "worker/file/safetensors.h"

/// A made-up evaluation job: 40 patients with two records each, spread over the four folds, the
/// test and the inner groups; every other patient is positive for `chd`.

namespace pecg::testing {

inline constexpr int kPatientCount = 40;
inline constexpr int kRecordCount = 2 * kPatientCount;

inline bool IsPositive(int patient) { return patient % 2 == 1; }

inline v1::ManifestEntry MadeUpEntry(int ordinal) {
  const int patient = ordinal / 2;
  v1::ManifestEntry entry;
  entry.set_ordinal(ordinal);
  entry.set_record_id("P" + std::to_string(patient) + "_E" + std::to_string(ordinal % 2 + 1));
  entry.set_patient_ordinal(patient);
  entry.set_fold(patient / 2 % (kFoldCount + 1));
  entry.set_inner(patient % kInnerCount);
  entry.set_first_exam(ordinal % 2 == 0);
  entry.set_weight(1);
  entry.set_targets(std::string(1, IsPositive(patient) ? '\1' : '\0'));
  return entry;
}

/// The records of the four folds, and those of the test where it is unlocked.
inline std::vector<v1::ManifestEntry> MadeUpManifest(bool unlock_test) {
  std::vector<v1::ManifestEntry> manifest;
  for (int ordinal = 0; ordinal < kRecordCount; ++ordinal) {
    v1::ManifestEntry entry = MadeUpEntry(ordinal);
    if (entry.fold() != kTestFold || unlock_test) manifest.push_back(std::move(entry));
  }
  return manifest;
}

inline v1::JobSpec EvaluateJobSpec() {
  v1::JobSpec spec;
  spec.set_run("runs/9");
  spec.set_threads(2);
  spec.set_synthetic(true);
  spec.add_targets("chd");
  v1::RunSpec& run = *spec.mutable_run_spec();
  run.set_dataset("demo");
  run.set_dataset_version("version-a");
  run.set_split("split-a");
  run.set_seed(5);
  run.mutable_evaluate()->set_bootstrap_count(50);
  return spec;
}

/// Predictions of one model, as a training run would leave them.
struct MadeUpPredictions {
  std::map<std::string, std::string> metadata = {
      {"dataset", "demo"},  {"dataset_version", "version-a"},
      {"split", "split-a"}, {"targets", "chd"},
      {"scheme", "plain"},  {"fold", "0"},
      {"run", "runs/7"},    {"run_uid", "uid-7"},
      {"code", "abc"},      {"variant", "resnet1d"},
      {"synthetic", "true"}};
  std::vector<std::int64_t> ordinals;
  std::vector<float> logits;  ///< One per ordinal; every target gets the same.

  /// Predicts every record with one of `roles` under the metadata's scheme and fold.
  void PredictRoles(SplitScheme scheme, int fold, const std::vector<RecordRole>& roles,
                    const std::function<float(int patient)>& logit) {
    for (int ordinal = 0; ordinal < kRecordCount; ++ordinal) {
      const v1::ManifestEntry entry = MadeUpEntry(ordinal);
      const RecordRole role = RoleOf(scheme, fold, {.fold = entry.fold(), .inner = entry.inner()});
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) continue;
      ordinals.push_back(ordinal);
      logits.push_back(logit(entry.patient_ordinal()));
    }
  }

  void Write(const std::filesystem::path& path) const {
    std::filesystem::create_directories(path.parent_path());
    SafetensorsWriter writer;
    for (const auto& [key, value] : metadata) writer.SetMetadata(key, value);
    const auto count = static_cast<std::int64_t>(ordinals.size());
    const std::string& targets = metadata.at("targets");
    const auto target_count = std::ranges::count(targets, ',') + 1;
    std::vector<float> table;
    for (const float logit : logits) {
      table.insert(table.end(), static_cast<std::size_t>(target_count), logit);
    }
    writer.Add("ordinal", {count}, std::span<const std::int64_t>(ordinals));
    writer.Add("logit", {count, target_count}, std::span<const float>(table));
    writer.Write(path);
  }
};

/// A model of the plain scheme that ranks its validation records perfectly.
inline MadeUpPredictions PerfectPlainModel() {
  MadeUpPredictions model;
  model.PredictRoles(SplitScheme::kPlain, 0, {RecordRole::kValidate},
                     [](int patient) { return IsPositive(patient) ? 2.0F : -2.0F; });
  return model;
}

/// A model of one fold of a cross-validation.
inline MadeUpPredictions FoldModel(int fold, const std::function<float(int patient)>& logit) {
  MadeUpPredictions model;
  model.metadata["scheme"] = "cross_validation";
  model.metadata["fold"] = std::to_string(fold);
  model.metadata["run"] = "runs/" + std::to_string(10 + fold);
  model.PredictRoles(SplitScheme::kCrossValidation, fold,
                     {RecordRole::kValidate, RecordRole::kHeldOut}, logit);
  return model;
}

}  // namespace pecg::testing

#endif  // PECG_TESTS_WORKER_JOB_PREDICTION_TESTING_H_
