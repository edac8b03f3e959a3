#include "worker/job/prediction_join.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/split.h"
#include "worker/dataset/index.h"
#include "worker/ecg/error.h"

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
  bool first_exam = false;
  SplitAssignment assignment;
  std::string targets;  ///< One byte per target of the spec.
  std::string record_id;
};

std::vector<Truth> ReadTruths(const JobDirectory& directory) {
  std::vector<Truth> truths;
  directory.ForEachManifestEntry([&](const v1::ManifestEntry& entry) {
    if (entry.weight() != 1.0) {
      throw Error(Error::Kind::kUnsupported, "figures with weights other than 1 are not defined",
                  "record " + entry.record_id());
    }
    truths.push_back({.ordinal = entry.ordinal(),
                      .patient = entry.patient_ordinal(),
                      .first_exam = entry.first_exam(),
                      .assignment = {.fold = entry.fold(), .inner = entry.inner()},
                      .targets = entry.targets(),
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
  std::ranges::sort(inputs, {}, &ModelPredictions::fold);
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
    } else if (left.fold() == right.fold()) {
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
  const ModelPredictions* floor;           ///< May be null.
  std::vector<std::size_t> truth_columns;  ///< Per target of the model.
  std::vector<std::size_t> floor_columns;  ///< Per target of the model; empty without a floor.
};

Entrant MakeEntrant(const ModelPredictions& model, const ModelPredictions* floor,
                    const v1::JobSpec& spec) {
  Entrant entrant{.model = &model, .floor = floor, .truth_columns = {}, .floor_columns = {}};
  for (const std::string& target : model.targets()) {
    const auto column = std::ranges::find(spec.targets(), target) - spec.targets().begin();
    entrant.truth_columns.push_back(static_cast<std::size_t>(column));
    if (floor != nullptr) entrant.floor_columns.push_back(*floor->FindTarget(target));
  }
  return entrant;
}

/// Adds one record with `role` to the targets it has a truth for.
void AddRecord(const Entrant& entrant, const Truth& truth, std::string_view role,
               std::span<RoleTarget> targets) {
  const std::size_t row = RowOf(*entrant.model, truth, role);
  std::optional<std::size_t> floor_row;
  if (entrant.floor != nullptr) floor_row = RowOf(*entrant.floor, truth, role);
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto label = static_cast<std::uint8_t>(truth.targets[entrant.truth_columns[t]]);
    if (label == kTargetMissing) continue;
    ScoredRecord record{.patient = truth.patient,
                        .first_exam = truth.first_exam,
                        .fold = entrant.model->fold(),
                        .label = label,
                        .score = entrant.model->Logit(row, t),
                        .floor_score = std::nullopt};
    if (floor_row.has_value()) {
      record.floor_score = entrant.floor->Logit(*floor_row, entrant.floor_columns[t]);
    }
    targets[t].records.push_back(record);
  }
}

std::vector<RoleTarget> JoinRole(const MetricRole& role, const std::vector<Entrant>& entrants,
                                 const std::vector<Truth>& truths) {
  std::vector<RoleTarget> targets;
  for (const std::string& target : entrants.front().model->targets()) {
    targets.push_back({.role = std::string(role.name), .target = target, .records = {}});
  }
  bool has_record = false;
  for (const Entrant& entrant : entrants) {
    for (const Truth& truth : truths) {
      if (RoleOf(entrant.model->scheme(), entrant.model->fold(), truth.assignment) != role.role) {
        continue;
      }
      AddRecord(entrant, truth, role.name, targets);
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
  for (const ModelPredictions& model : join.models) {
    entrants.push_back(MakeEntrant(model, FindFloor(floors, model), directory.spec()));
  }
  for (const MetricRole& role : kMetricRoles) {
    std::ranges::move(JoinRole(role, entrants, truths), std::back_inserter(join.role_targets));
  }
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
