#include "server/rpc/run_spec_resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/error_detail.h"
#include "base/status.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/run_spec_check.h"
#include "storage/artifact_store.h"
#include "storage/dataset_store.h"
#include "storage/split_store.h"

namespace pecg {
namespace {

constexpr int kDefaultRetries = 3;
constexpr int64_t kNamesForHint = 1000;

absl::Status NotThere(std::string_view field, std::string what, std::string hint) {
  return DetailedError(absl::StatusCode::kNotFound,
                       {std::move(what), std::string(field), std::move(hint)});
}

absl::Status DoesNotFit(std::string_view field, std::string what, std::string hint) {
  return DetailedError(absl::StatusCode::kFailedPrecondition,
                       {std::move(what), std::string(field), std::move(hint)});
}

absl::Status CheckDataset(Snapshot& snapshot, const std::string& name) {
  const absl::Status found = GetDataset(snapshot, name).status();
  if (!absl::IsNotFound(found)) return found;
  PECG_ASSIGN_OR_RETURN(const std::vector<Dataset> datasets,
                        ListDatasets(snapshot, "", kNamesForHint));
  std::vector<std::string> names;
  for (const Dataset& dataset : datasets) names.push_back(dataset.name);
  return NotThere("dataset", fmt::format("there is no dataset {}", name), SuggestName(name, names));
}

/// A store's answer to a hash or a prefix, with the field that held it.
template <typename Found>
absl::StatusOr<Found> InField(absl::StatusOr<Found> found, std::string_view field,
                              std::string_view hint) {
  if (found.ok() ||
      (!absl::IsNotFound(found.status()) && !absl::IsInvalidArgument(found.status()))) {
    return found;
  }
  return DetailedError(found.status().code(), {std::string(found.status().message()),
                                               std::string(field), std::string(hint)});
}

absl::StatusOr<Split> FindSplit(Snapshot& snapshot, const v1::RunSpec& spec) {
  std::string_view hash = spec.split();
  constexpr std::string_view kFolder = "splits/";
  if (hash.substr(0, kFolder.size()) == kFolder) hash.remove_prefix(kFolder.size());
  PECG_ASSIGN_OR_RETURN(Split split,
                        InField(GetSplit(snapshot, hash), "split", "pecg split ls lists them"));
  if (split.dataset != spec.dataset()) {
    return DoesNotFit(
        "split",
        fmt::format("it is a split of dataset {}, not of {}", split.dataset, spec.dataset()),
        fmt::format("pecg split create --dataset {}", spec.dataset()));
  }
  return split;
}

absl::StatusOr<DatasetVersion> FindVersion(Snapshot& snapshot, const v1::RunSpec& spec,
                                           const std::string& version) {
  return InField(GetDatasetVersion(snapshot, spec.dataset(), version), "dataset_version",
                 version == "latest" ? "index the dataset first: submit a run of kind index"
                                     : "pecg dataset show lists the versions");
}

absl::Status CheckTargets(const v1::RunSpec& spec, const DatasetVersion& version) {
  std::vector<std::string> names;
  for (const TargetCountRow& count : version.target_counts) names.push_back(count.target);
  std::set<std::string_view> seen;
  for (int i = 0; i < spec.train().targets_size(); ++i) {
    const std::string& target = spec.train().targets(i);
    const std::string field = fmt::format("train.targets[{}]", i);
    const auto count =
        std::find_if(version.target_counts.begin(), version.target_counts.end(),
                     [&](const TargetCountRow& row) { return row.target == target; });
    if (count == version.target_counts.end()) {
      return BadField(field, fmt::format("there is no target {}", target),
                      SuggestName(target, names));
    }
    if (!seen.insert(target).second) return BadField(field, target + " is there twice");
    if (count->positive_count == 0 || count->negative_count == 0) {
      return DoesNotFit(field,
                        fmt::format("the dataset version has {} positive and {} negative records "
                                    "of {}",
                                    count->positive_count, count->negative_count, target),
                        "remove it");
    }
  }
  return absl::OkStatus();
}

/// What runs an input may come from.
absl::Status CheckInputKind(const v1::RunSpec& spec, const v1::RunInput& input, const Run& run,
                            const std::string& field) {
  const auto begins = [&](std::string_view prefix) { return input.alias().rfind(prefix, 0) == 0; };
  if (spec.has_report()) {
    if (run.kind == "evaluate" || run.kind == "audit") return absl::OkStatus();
    return DoesNotFit(field, fmt::format("{} is of kind {}", input.run(), run.kind),
                      "a report is made of evaluations and audits");
  }
  if (!begins("predictions") && !begins("floor")) {
    return BadField(field, fmt::format("an evaluation does not read {}", input.alias()),
                    "aliases begin with `predictions` or `floor`");
  }
  if (run.kind != "train") {
    return DoesNotFit(field, fmt::format("{} is of kind {}", input.run(), run.kind),
                      "an evaluation reads the predictions of training runs");
  }
  if (run.split != spec.split() || run.dataset_version != spec.dataset_version()) {
    return DoesNotFit(field,
                      fmt::format("{} used another dataset version or another split", input.run()),
                      "evaluate it on the split it was trained with");
  }
  return absl::OkStatus();
}

absl::StatusOr<RunInputRow> ResolveInput(Snapshot& snapshot, const v1::RunSpec& spec, int i) {
  const v1::RunInput& input = spec.inputs(i);
  const std::string field = fmt::format("inputs[{}]", i);
  PECG_ASSIGN_OR_RETURN(const int64_t number, ParseRunName(input.run(), field + ".run"));
  PECG_ASSIGN_OR_RETURN(
      const Run run, InField(GetRun(snapshot, number), field + ".run", "pecg run ls lists them"));
  PECG_RETURN_IF_ERROR(CheckInputKind(spec, input, run, field));
  if (run.state == RunState::kFailed || run.state == RunState::kCancelled ||
      run.state == RunState::kCancelling) {
    return DoesNotFit(field + ".run",
                      fmt::format("{} ended without a result: {}", input.run(), NameOf(run.state)),
                      "take one that succeeded or still runs");
  }
  return RunInputRow{input.alias(), number};
}

absl::Status ResolveInputs(Snapshot& snapshot, ResolvedSpec* resolved) {
  bool has_predictions = false;
  for (int i = 0; i < resolved->spec.inputs_size(); ++i) {
    PECG_ASSIGN_OR_RETURN(RunInputRow input, ResolveInput(snapshot, resolved->spec, i));
    has_predictions = has_predictions || input.alias.rfind("predictions", 0) == 0;
    resolved->inputs.push_back(std::move(input));
  }
  if (resolved->spec.has_evaluate() && !has_predictions) {
    return BadField("inputs", "an evaluation needs predictions",
                    "inputs: [{alias: predictions, run: runs/N}]");
  }
  if (resolved->spec.has_report() && resolved->inputs.empty()) {
    return BadField("inputs", "a report needs an evaluation or an audit",
                    "inputs: [{alias: evaluation, run: runs/N}]");
  }
  return absl::OkStatus();
}

absl::Status ResolveVersion(Snapshot& snapshot, ResolvedSpec* resolved) {
  v1::RunSpec* spec = &resolved->spec;
  std::string wanted = spec->dataset_version().empty() ? "latest" : spec->dataset_version();
  if (!spec->split().empty()) {
    PECG_ASSIGN_OR_RETURN(const Split split, FindSplit(snapshot, *spec));
    spec->set_split(split.sha256);
    if (spec->dataset_version().empty()) wanted = split.dataset_version;
    PECG_ASSIGN_OR_RETURN(const DatasetVersion version, FindVersion(snapshot, *spec, wanted));
    if (version.sha256 != split.dataset_version) {
      return DoesNotFit("split",
                        fmt::format("it splits version {} of the dataset", split.dataset_version),
                        "leave dataset_version out, or create a split of that version");
    }
  }
  PECG_ASSIGN_OR_RETURN(const DatasetVersion version, FindVersion(snapshot, *spec, wanted));
  spec->set_dataset_version(version.sha256);
  resolved->targets_sha256 = version.targets_sha256;
  resolved->synthetic = version.synthetic;
  return spec->has_train() ? CheckTargets(*spec, version) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<ResolvedSpec> ResolveRunSpec(Snapshot& snapshot, const v1::RunSpec& spec) {
  PECG_RETURN_IF_ERROR(CheckRunSpec(spec));
  ResolvedSpec resolved;
  resolved.spec = spec;
  resolved.kind = KindOf(spec);
  resolved.opens_records = spec.has_index() || spec.has_train() || spec.has_rules();
  if (spec.max_retries() == 0) resolved.spec.set_max_retries(kDefaultRetries);
  if (!spec.has_train()) resolved.spec.set_device(v1::DEVICE_CPU);
  PECG_RETURN_IF_ERROR(CheckDataset(snapshot, spec.dataset()));
  if (!spec.has_index()) PECG_RETURN_IF_ERROR(ResolveVersion(snapshot, &resolved));
  PECG_RETURN_IF_ERROR(ResolveInputs(snapshot, &resolved));
  return resolved;
}

}  // namespace pecg
