#include "worker/job/prediction_join.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/split.h"
#include "worker/dataset/index.h"
#include "worker/ecg/error.h"
#include "worker/evaluate/recalibration.h"
#include "worker/job/convert.h"

namespace pecg {
namespace {

constexpr char kPredictionsFile[] = "predictions.safetensors";

struct MetricRole {
  RecordRole role;
  std::string_view name;
};
constexpr std::array<MetricRole, 3> kMetricRoles = {{
    {RecordRole::kValidate, "validate"},
    {RecordRole::kHeldOut, "oof"},
    {RecordRole::kTest, "test"},
}};

/// What the join needs of a manifest entry.
struct Truth {
  int ordinal = 0;
  int patient = 0;
  SplitAssignment assignment;
  RecordTraits traits;
  std::string record_id;
};

RecordTraits TraitsOf(const v1::ManifestEntry& entry) {
  RecordTraits traits;
  if (entry.has_age_days()) traits.age_days = entry.age_days();
  traits.sex = FromMessage(entry.sex());
  traits.leads = LeadMask(static_cast<std::uint32_t>(entry.lead_mask()));
  if (entry.has_lowest_sqi()) traits.lowest_sqi = entry.lowest_sqi();
  traits.first_exam = entry.first_exam();
  traits.targets = entry.targets();
  return traits;
}

std::vector<Truth> ReadTruths(const JobDirectory& directory) {
  std::vector<Truth> truths;
  directory.ForEachManifestEntry([&](const v1::ManifestEntry& entry) {
    if (entry.weight() != 1.0) {
      throw Error(Error::Kind::kUnsupported, "figures with weights other than 1 are not defined",
                  "record " + entry.record_id());
    }
    truths.push_back({.ordinal = entry.ordinal(),
                      .patient = entry.patient_ordinal(),
                      .assignment = {.fold = entry.fold(), .inner = entry.inner()},
                      .traits = TraitsOf(entry),
                      .record_id = entry.record_id()});
  });
  return truths;
}

void CheckSame(std::string_view what, const ModelPredictions& predictions, const std::string& found,
               const std::string& wanted) {
  if (found == wanted) return;
  throw Error(Error::Kind::kBadInput,
              fmt::format("\"{}\" ({}) has the {} {}, this run {}", predictions.name(),
                          predictions.run(), what, found, wanted),
              "run_spec.inputs", fmt::format("evaluate with the {} the model trained on", what));
}

void CheckFitsSpec(const ModelPredictions& predictions, const v1::JobSpec& spec) {
  CheckSame("dataset version", predictions, predictions.dataset_version(),
            spec.run_spec().dataset_version());
  CheckSame("split", predictions, predictions.split(), spec.run_spec().split());
  for (const std::string& target : predictions.targets()) {
    if (std::ranges::find(spec.targets(), target) != spec.targets().end()) continue;
    throw Error(
        Error::Kind::kBadInput,
        fmt::format("\"{}\" ({}) predicts the target \"{}\"; this run's dataset version has "
                    "{}",
                    predictions.name(), predictions.run(), target, fmt::join(spec.targets(), ", ")),
        "run_spec.inputs");
  }
}

std::vector<ModelPredictions> ReadInputs(const JobDirectory& directory, std::string_view prefix) {
  std::vector<ModelPredictions> inputs;
  for (const std::string& alias : directory.InputAliases()) {
    if (!alias.starts_with(prefix)) continue;
    inputs.push_back(ModelPredictions::Read(directory.InputFile(alias, kPredictionsFile), alias));
    CheckFitsSpec(inputs.back(), directory.spec());
  }
  std::ranges::stable_sort(inputs, {}, &ModelPredictions::fold);
  return inputs;
}

void CheckFitTogether(const std::vector<ModelPredictions>& models) {
  if (models.empty()) {
    throw Error(Error::Kind::kBadInput, "there is nothing to evaluate", "run_spec.inputs",
                "name a training run as the input \"predictions\"");
  }
  for (std::size_t i = 1; i < models.size(); ++i) {
    const ModelPredictions& left = models[i - 1];
    const ModelPredictions& right = models[i];
    std::string what;
    if (left.scheme() != right.scheme()) {
      what = "are of different schemes";
    } else if (left.fold() == right.fold() && left.run() == right.run()) {
      what = fmt::format("are both of fold {}", left.fold());
    } else if (left.targets() != right.targets()) {
      what = fmt::format("predict different targets: {}; {}", fmt::join(left.targets(), ", "),
                         fmt::join(right.targets(), ", "));
    } else {
      continue;
    }
    throw Error(Error::Kind::kBadInput,
                fmt::format(R"("{}" ({}) and "{}" ({}) {})", left.name(), left.run(), right.name(),
                            right.run(), what),
                "run_spec.inputs",
                "evaluate together the folds of one cross-validation with the same train.targets");
  }
}

/// Numbers the models of each fold. Every fold must have as many: a mean over seeds that some folds
/// lack would compare folds with each other.
std::vector<int> NumberSeeds(const std::vector<ModelPredictions>& models) {
  std::vector<int> seeds;
  std::map<int, int> count_of_fold;
  for (const ModelPredictions& model : models) seeds.push_back(count_of_fold[model.fold()]++);
  for (const auto& [fold, count] : count_of_fold) {
    if (count == count_of_fold.begin()->second) continue;
    throw Error(Error::Kind::kBadInput,
                fmt::format("fold {} has {} models, fold {} has {}", count_of_fold.begin()->first,
                            count_of_fold.begin()->second, fold, count),
                "run_spec.inputs", "evaluate together trainings of every fold with every seed");
  }
  return seeds;
}

/// The floor of one model; null when there are no floors at all.
const ModelPredictions* FindFloor(const std::vector<ModelPredictions>& floors,
                                  const ModelPredictions& model) {
  if (floors.empty()) return nullptr;
  const auto found = std::ranges::find_if(floors, [&](const ModelPredictions& floor) {
    return floor.scheme() == model.scheme() && floor.fold() == model.fold();
  });
  if (found == floors.end()) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("\"{}\" ({}) has no floor of its scheme and fold; \"{}\" ({}) is of "
                            "another one",
                            model.name(), model.run(), floors.front().name(), floors.front().run()),
                "run_spec.inputs", "name one floor run per model: floor_0, floor_1, ...");
  }
  for (const std::string& target : model.targets()) {
    if (found->FindTarget(target).has_value()) continue;
    throw Error(Error::Kind::kBadInput,
                fmt::format(R"("{}" ({}) predicts the target "{}", its floor "{}" ({}) does not)",
                            model.name(), model.run(), target, found->name(), found->run()),
                "run_spec.inputs", "train both with the same train.targets");
  }
  return &*found;
}

std::size_t RowOf(const ModelPredictions& predictions, const Truth& truth, std::string_view role) {
  const std::optional<std::size_t> row = predictions.FindRecord(truth.ordinal);
  if (row.has_value()) return *row;
  throw Error(
      Error::Kind::kCorruptData,
      fmt::format("\"{}\" ({}) has no prediction for the {} record {} of this run's manifest",
                  predictions.name(), predictions.run(), role, truth.ordinal),
      "record " + truth.record_id,
      role == "test" ? "train with unlock_test too, or evaluate without it" : "");
}

/// One model beside its floor, and where its targets are.
struct Entrant {
  const ModelPredictions* model;
  int seed;
  const ModelPredictions* floor;           ///< May be null.
  std::vector<std::size_t> truth_columns;  ///< Per target of the model.
  std::vector<std::size_t> floor_columns;  ///< Per target of the model; empty without a floor.
};

Entrant MakeEntrant(const ModelPredictions& model, int seed, const ModelPredictions* floor,
                    const v1::JobSpec& spec) {
  Entrant entrant{
      .model = &model, .seed = seed, .floor = floor, .truth_columns = {}, .floor_columns = {}};
  for (const std::string& target : model.targets()) {
    const auto column = std::ranges::find(spec.targets(), target) - spec.targets().begin();
    entrant.truth_columns.push_back(static_cast<std::size_t>(column));
    if (floor != nullptr) entrant.floor_columns.push_back(*floor->FindTarget(target));
  }
  return entrant;
}

/// What the target's calibrator makes of a logit, or, in `reason`, why there is none for the role.
std::optional<double> Calibrate(const ModelPredictions& model, std::string_view target,
                                std::string_view role, double logit, std::string* reason) {
  if (role == "validate") {
    *reason = "the calibrator was fitted on these records";
    return std::nullopt;
  }
  const FittedCalibrators* fitted = model.FindCalibrators(target);
  if (fitted == nullptr) {
    *reason =
        fmt::format("\"{}\" ({}) holds no calibrator of {}", model.name(), model.run(), target);
    return std::nullopt;
  }
  const std::optional<Calibrator> calibrator = fitted->Chosen();
  if (!calibrator.has_value()) {
    *reason = fmt::format("\"{}\" ({}) has no calibrator of {}: {}", model.name(), model.run(),
                          target, fitted->reason);
    return std::nullopt;
  }
  return calibrator->Apply(logit);
}

/// Adds one record with `role` to the targets it has a truth for. `position`: of its traits.
void AddRecord(const Entrant& entrant, const Truth& truth, std::size_t position,
               std::span<RoleTarget> targets) {
  const std::string& role = targets.front().role;
  const std::size_t row = RowOf(*entrant.model, truth, role);
  std::optional<std::size_t> floor_row;
  if (entrant.floor != nullptr) floor_row = RowOf(*entrant.floor, truth, role);
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto label = static_cast<std::uint8_t>(truth.traits.targets[entrant.truth_columns[t]]);
    if (label == kTargetMissing) continue;
    const double logit = entrant.model->Logit(row, t);
    ScoredRecord record;
    record.patient = truth.patient;
    record.first_exam = truth.traits.first_exam;
    record.fold = entrant.model->fold();
    record.seed = entrant.seed;
    record.label = label;
    record.score = logit;
    record.probability = Sigmoid(logit);
    record.calibrated =
        Calibrate(*entrant.model, targets[t].target, role, logit, &targets[t].calibration_reason);
    if (floor_row.has_value()) {
      record.floor_score = entrant.floor->Logit(*floor_row, entrant.floor_columns[t]);
    }
    targets[t].records.push_back(record);
    targets[t].traits.push_back(position);
  }
}

std::vector<RoleTarget> JoinRole(const MetricRole& role, const std::vector<Entrant>& entrants,
                                 const std::vector<Truth>& truths) {
  std::vector<RoleTarget> targets;
  for (const std::string& target : entrants.front().model->targets()) {
    RoleTarget& role_target = targets.emplace_back();
    role_target.role = role.name;
    role_target.target = target;
  }
  bool has_record = false;
  for (const Entrant& entrant : entrants) {
    for (std::size_t i = 0; i < truths.size(); ++i) {
      const Truth& truth = truths[i];
      if (RoleOf(entrant.model->scheme(), entrant.model->fold(), truth.assignment) != role.role) {
        continue;
      }
      AddRecord(entrant, truth, i, targets);
      has_record = true;
    }
  }
  if (!has_record) targets.clear();
  return targets;
}

std::int64_t CountUnused(const std::vector<ModelPredictions>& models,
                         const std::vector<Truth>& truths) {
  std::int64_t count = 0;
  for (const ModelPredictions& model : models) {
    count += static_cast<std::int64_t>(model.record_count()) -
             std::ranges::count_if(truths, [&](const Truth& truth) {
               return model.FindRecord(truth.ordinal).has_value();
             });
  }
  return count;
}

}  // namespace

PredictionJoin JoinPredictions(const JobDirectory& directory) {
  PredictionJoin join;
  join.models = ReadInputs(directory, "predictions");
  CheckFitTogether(join.models);
  const std::vector<ModelPredictions> floors = ReadInputs(directory, "floor");
  const std::vector<Truth> truths = ReadTruths(directory);
  std::vector<Entrant> entrants;
  join.seeds = NumberSeeds(join.models);
  for (std::size_t i = 0; i < join.models.size(); ++i) {
    const ModelPredictions& model = join.models[i];
    entrants.push_back(
        MakeEntrant(model, join.seeds[i], FindFloor(floors, model), directory.spec()));
  }
  for (const MetricRole& role : kMetricRoles) {
    std::ranges::move(JoinRole(role, entrants, truths), std::back_inserter(join.role_targets));
  }
  for (const Truth& truth : truths) join.traits.push_back(truth.traits);
  join.test_record_count = std::ranges::count_if(
      truths, [](const Truth& truth) { return truth.assignment.fold == kTestFold; });
  join.unused_prediction_count = CountUnused(join.models, truths);
  if (join.role_targets.empty()) {
    throw Error(Error::Kind::kBadInput, "the manifest holds no record the model did not train on",
                "manifest.binpb");
  }
  return join;
}

}  // namespace pecg
