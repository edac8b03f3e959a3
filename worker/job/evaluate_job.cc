#include "worker/job/evaluate_job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pecg/v1/evaluation.pb.h"
#include "worker/ecg/error.h"
#include "worker/evaluate/calibrator.h"
#include "worker/evaluate/evaluation.h"
#include "worker/evaluate/interval.h"
#include "worker/evaluate/power.h"
#include "worker/evaluate/subgroup.h"
#include "worker/evaluate/threshold_curve.h"
#include "worker/job/convert.h"
#include "worker/job/evaluation_text.h"
#include "worker/job/parallel_tasks.h"
#include "worker/job/prediction_join.h"
#include "worker/job/subgroup_membership.h"

namespace pecg {
namespace {

constexpr char kEvaluationPath[] = "evaluation.binpb";
constexpr int kDefaultBootstrapCount = 2000;
constexpr double kDefaultConfidence = 0.95;

EvaluationOptions OptionsOf(const v1::JobSpec& spec) {
  const v1::EvaluateSpec& settings = spec.run_spec().evaluate();
  EvaluationOptions options;
  options.bootstrap_count =
      settings.bootstrap_count() == 0 ? kDefaultBootstrapCount : settings.bootstrap_count();
  options.confidence = settings.confidence() == 0 ? kDefaultConfidence : settings.confidence();
  options.seed = static_cast<std::uint64_t>(spec.run_spec().seed());
  options.prevalence = settings.prevalence();
  if (options.bootstrap_count < 1) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("bootstrap_count must be at least 1: {}", options.bootstrap_count),
                "run_spec.evaluate.bootstrap_count");
  }
  if (!(options.confidence > 0 && options.confidence < 1)) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("confidence must lie between 0 and 1: {}", options.confidence),
                "run_spec.evaluate.confidence");
  }
  if (!(options.prevalence >= 0 && options.prevalence < 1)) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("prevalence must lie between 0 and 1: {}", options.prevalence),
                "run_spec.evaluate.prevalence");
  }
  return options;
}

/// Half-widths to expect are told for an AUROC that would be worth having.
constexpr double kPlannedAuroc = 0.85;
constexpr double kOperatingSpecificity = 0.95;

/// Fields of TargetEvaluation that had their place before there was a list of figures.
v1::Estimate* FieldOf(std::string_view name, v1::TargetEvaluation* evaluation) {
  if (name == "auroc") return evaluation->mutable_auroc();
  if (name == "auprc") return evaluation->mutable_auprc();
  if (name == "auroc_all_records") return evaluation->mutable_auroc_all_records();
  if (name == "floor_auroc") return evaluation->mutable_floor_auroc();
  if (name == "floor_auprc") return evaluation->mutable_floor_auprc();
  if (name == "auroc_over_floor") return evaluation->mutable_auroc_over_floor();
  v1::NamedEstimate* named = evaluation->add_figures();
  named->set_name(std::string(name));
  return named->mutable_estimate();
}

/// Adds a number that has no interval by its nature.
void AddNumber(std::string_view name, double value, v1::TargetEvaluation* evaluation) {
  Estimate estimate;
  estimate.value = value;
  *FieldOf(name, evaluation) = ToMessage(estimate);
}

v1::SubgroupEvaluation ToMessage(const SubgroupFigures& group) {
  v1::SubgroupEvaluation message;
  message.set_family(group.family);
  message.set_name(group.name);
  if (group.patient_count) message.set_patient_count(*group.patient_count);
  if (group.positive_count) message.set_positive_count(*group.positive_count);
  *message.mutable_auroc() = ToMessage(group.auroc);
  if (group.floor_auroc) *message.mutable_floor_auroc() = ToMessage(*group.floor_auroc);
  return message;
}

/// The records of one fold, for figures of ranks only.
std::vector<ScoredRecord> RanksOfFold(const std::vector<ScoredRecord>& records, int fold) {
  std::vector<ScoredRecord> chosen;
  for (ScoredRecord record : records) {
    if (record.fold != fold) continue;
    record.floor_score.reset();
    record.probability.reset();
    record.calibrated.reset();
    chosen.push_back(record);
  }
  return chosen;
}

void AddFold(const RoleTarget& input, int fold, const EvaluationOptions& options,
             v1::TargetEvaluation* evaluation) {
  const TargetFigures figures = EvaluateTarget(RanksOfFold(input.records, fold), options);
  v1::FoldEvaluation& row = *evaluation->add_folds();
  row.set_fold(fold);
  row.set_patient_count(figures.patient_count);
  row.set_positive_count(figures.positive_count);
  *row.mutable_auroc() = ToMessage(*figures.Find("auroc"));
  *row.mutable_auprc() = ToMessage(*figures.Find("auprc"));
}

/// The probabilities that a threshold for the locked test is chosen from.
using ProbabilityOf = std::optional<double> ScoredRecord::*;

/// A threshold, and of which probabilities it is one.
struct OperatingThreshold {
  double threshold;
  ProbabilityOf probability;
};

/// The threshold for a target's locked test: where the calibrated out-of-fold predictions, or the
/// plain validation's own probabilities, have a specificity of 95 %. Nothing without such records.
std::optional<OperatingThreshold> ChooseThreshold(const PredictionJoin& join,
                                                  const RoleTarget& test) {
  if (test.role != "test") return std::nullopt;
  for (const RoleTarget& from : join.role_targets) {
    if (from.target != test.target || from.role == "test") continue;
    const bool cross_validated = from.role == "oof";
    if (!cross_validated && join.models.size() > 1) continue;  // Its calibrators were fitted there.
    const ProbabilityOf probability =
        cross_validated ? &ScoredRecord::calibrated : &ScoredRecord::probability;
    std::vector<double> scores;
    std::vector<std::uint8_t> labels;
    for (const ScoredRecord& record : from.records) {
      if (!record.first_exam || !(record.*probability).has_value()) continue;
      scores.push_back(*(record.*probability));
      labels.push_back(record.label);
    }
    const ThresholdCurve curve({scores, labels});
    const OperatingPoint* point = curve.AtSpecificity(kOperatingSpecificity);
    if (point != nullptr && std::isfinite(point->threshold)) {
      return OperatingThreshold{point->threshold, probability};
    }
  }
  return std::nullopt;
}

/// Adds what the operating threshold does on the locked test.
void AddOperatingPoint(const OperatingThreshold& chosen, const TargetFigures& figures,
                       v1::TargetEvaluation* evaluation) {
  AddNumber("operating_threshold", chosen.threshold, evaluation);
  const std::string prefix = chosen.probability == &ScoredRecord::calibrated ? "calibrated_" : "";
  for (const char* name : {"sensitivity", "specificity", "ppv", "npv", "f1"}) {
    const Estimate* estimate =
        figures.Find(fmt::format("{}{}_at_{:g}", prefix, name, chosen.threshold));
    if (estimate == nullptr) continue;
    *FieldOf(fmt::format("operating_{}", name), evaluation) = ToMessage(*estimate);
  }
}

v1::TargetEvaluation EvaluateOne(const PredictionJoin& join, const RoleTarget& input,
                                 EvaluationOptions options,
                                 const std::vector<std::string>& target_names) {
  const std::optional<OperatingThreshold> operating = ChooseThreshold(join, input);
  if (operating.has_value()) options.thresholds = {operating->threshold};
  const TargetFigures figures = EvaluateTarget(input.records, options);
  options.thresholds.clear();
  v1::TargetEvaluation evaluation;
  evaluation.set_target(input.target);
  evaluation.set_role(input.role);
  evaluation.set_patient_count(figures.patient_count);
  evaluation.set_positive_count(figures.positive_count);
  for (const NamedEstimate& figure : figures.figures) {
    // Figures at a threshold come under names that do not hold its digits.
    if (operating && figure.name.ends_with(fmt::format("_at_{:g}", operating->threshold))) continue;
    *FieldOf(figure.name, &evaluation) = ToMessage(figure.estimate);
  }
  if (operating.has_value()) AddOperatingPoint(*operating, figures, &evaluation);
  if (figures.Find("calibrated_ece") == nullptr && !input.records.empty()) {
    Estimate missing;
    missing.reason = input.calibration_reason;
    *FieldOf("calibrated_ece", &evaluation) = ToMessage(missing);
  }
  if (figures.over_floor_p) AddNumber("auroc_over_floor_p", *figures.over_floor_p, &evaluation);
  for (const FigureCurve& curve : figures.curves) *evaluation.add_curves() = ToMessage(curve);
  for (const SubgroupFigures& group :
       EvaluateSubgroups(MakeSubgroups(input, join.traits, target_names), options)) {
    *evaluation.add_subgroups() = ToMessage(group);
  }
  std::set<int> folds;
  for (const ModelPredictions& model : join.models) folds.insert(model.fold());
  if (folds.size() > 1) {
    for (const int fold : folds) AddFold(input, fold, options, &evaluation);
  }
  return evaluation;
}

/// Adjusts the p values of a role's targets for how many they are.
void AddHolm(std::vector<v1::TargetEvaluation>* evaluations) {
  std::map<std::string, std::vector<std::pair<v1::TargetEvaluation*, double>>> by_role;
  for (v1::TargetEvaluation& evaluation : *evaluations) {
    for (const v1::NamedEstimate& figure : evaluation.figures()) {
      if (figure.name() != "auroc_over_floor_p") continue;
      by_role[evaluation.role()].emplace_back(&evaluation, figure.estimate().value());
      break;
    }
  }
  for (const auto& [role, entries] : by_role) {
    std::vector<double> p_values;
    for (const auto& [evaluation, p] : entries) p_values.push_back(p);
    const std::vector<double> adjusted = HolmAdjusted(p_values);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      AddNumber("auroc_over_floor_p_holm", adjusted[i], entries[i].first);
    }
  }
}

/// Patients whose first ECG is there, each once.
struct PatientCounts {
  std::int64_t positive = 0;
  std::int64_t negative = 0;
};

PatientCounts CountPatients(const RoleTarget& input) {
  std::map<int, std::uint8_t> labels;
  for (const ScoredRecord& record : input.records) {
    if (record.first_exam) labels[record.patient] = record.label;
  }
  PatientCounts counts;
  for (const auto& [patient, label] : labels) ++(label != 0 ? counts.positive : counts.negative);
  return counts;
}

Measure HalfWidthOf(const RoleTarget& input, const EvaluationOptions& options) {
  const PatientCounts counts = CountPatients(input);
  return ExpectedHalfWidth(kPlannedAuroc, static_cast<double>(counts.positive),
                           static_cast<double>(counts.negative), options.confidence);
}

/// Says, before anything is computed, what the numbers of patients allow to be said.
void PrintPower(const PredictionJoin& join, const EvaluationOptions& options) {
  for (const RoleTarget& input : join.role_targets) {
    const PatientCounts counts = CountPatients(input);
    const Measure half_width = HalfWidthOf(input, options);
    fmt::print("{} {}: {} patients positive, {} negative: {}\n", input.role, input.target,
               counts.positive, counts.negative,
               half_width.defined() ? fmt::format("expect +-{:.3f} around an AUROC of {:.2f}",
                                                  half_width.value(), kPlannedAuroc)
                                    : half_width.reason());
  }
}

std::string JoinDistinct(const std::set<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Everything but the figures.
v1::Evaluation Describe(const PredictionJoin& join, const EvaluationOptions& options,
                        const v1::JobSpec& spec) {
  v1::Evaluation evaluation;
  bool synthetic = spec.synthetic();
  std::set<std::string> variants;
  std::set<std::string> codes;
  for (const ModelPredictions& model : join.models) {
    evaluation.add_runs(model.run());
    variants.insert(model.variant());
    codes.insert(model.code());
    synthetic = synthetic || model.synthetic();
  }
  evaluation.set_data(fmt::format("{} {} {}", spec.run_spec().dataset(),
                                  spec.run_spec().dataset_version(),
                                  synthetic ? "synthetic" : "real"));
  evaluation.set_split(spec.run_spec().split());
  evaluation.set_bootstrap_count(options.bootstrap_count);
  evaluation.set_confidence(options.confidence);
  evaluation.set_test_look_count(spec.test_look_count());
  evaluation.set_calibration(std::string(NameOf(Calibrator::Kind::kPlatt)));
  evaluation.set_variant(JoinDistinct(variants));
  evaluation.set_code_version(JoinDistinct(codes));
  return evaluation;
}

std::vector<v1::TargetEvaluation> EvaluateAll(const JobContext& context, const PredictionJoin& join,
                                              const EvaluationOptions& options) {
  std::vector<v1::TargetEvaluation> figures(join.role_targets.size());
  const auto total = static_cast<std::int64_t>(figures.size());
  std::atomic<std::int64_t> done = 0;
  const std::vector<std::string> target_names(context.spec().targets().begin(),
                                              context.spec().targets().end());
  context.events.Progress("targets", 0, total);
  RunTasks(figures.size(), context.spec().threads(), [&](std::size_t i) {
    context.stop.ThrowIfRequested();
    figures[i] = EvaluateOne(join, join.role_targets[i], options, target_names);
    const Measure half_width = HalfWidthOf(join.role_targets[i], options);
    if (half_width.defined()) figures[i].set_expected_half_width(half_width.value());
    context.events.Progress("targets", ++done, total);
  });
  AddHolm(&figures);
  return figures;
}

void AddPoints(const std::string& prefix, const v1::Estimate& estimate, v1::MetricPoints* points) {
  const auto add = [&](std::string_view suffix, double value) {
    v1::MetricPoint& point = *points->add_points();
    point.set_key(fmt::format("{}{}", prefix, suffix));
    point.set_value(value);
  };
  add("", estimate.value());
  add("_lower", estimate.lower());
  add("_upper", estimate.upper());
}

/// Likewise, but only of what is defined.
void AddDefinedPoints(const std::string& prefix, const v1::Estimate& estimate,
                      v1::MetricPoints* points) {
  if (std::isnan(estimate.value())) return;
  if (!std::isnan(estimate.lower())) {
    AddPoints(prefix, estimate, points);
    return;
  }
  v1::MetricPoint& point = *points->add_points();
  point.set_key(prefix);
  point.set_value(estimate.value());
}

v1::MetricPoints MetricsOf(const v1::Evaluation& evaluation) {
  v1::MetricPoints points;
  for (const v1::TargetEvaluation& figures : evaluation.targets()) {
    const std::string prefix = fmt::format("{}.{}.", figures.role(), figures.target());
    AddPoints(prefix + "auroc", figures.auroc(), &points);
    AddPoints(prefix + "auprc", figures.auprc(), &points);
    AddPoints(prefix + "auroc_all_records", figures.auroc_all_records(), &points);
    if (figures.has_floor_auroc()) {
      AddPoints(prefix + "floor_auroc", figures.floor_auroc(), &points);
      AddPoints(prefix + "floor_auprc", figures.floor_auprc(), &points);
      AddPoints(prefix + "auroc_over_floor", figures.auroc_over_floor(), &points);
    }
    for (const v1::NamedEstimate& figure : figures.figures()) {
      AddDefinedPoints(prefix + figure.name(), figure.estimate(), &points);
    }
  }
  return points;
}

}  // namespace

v1::JobResult RunEvaluateJob(const JobContext& context) {
  const EvaluationOptions options = OptionsOf(context.spec());
  const PredictionJoin join = JoinPredictions(context.directory);
  if (join.unused_prediction_count > 0) {
    fmt::print("{} predictions are of records outside this run's manifest and were not looked at\n",
               join.unused_prediction_count);
  }
  PrintPower(join, options);
  v1::Evaluation evaluation = Describe(join, options, context.spec());
  for (v1::TargetEvaluation& figures : EvaluateAll(context, join, options)) {
    *evaluation.add_targets() = std::move(figures);
  }
  context.events.Metrics(MetricsOf(evaluation));
  context.artifacts.Write(kEvaluationPath, "evaluation", evaluation.SerializeAsString());
  context.artifacts.Write("evaluation.json", "file", EvaluationJson(evaluation));
  context.artifacts.Write("evaluation.txt", "file", EvaluationText(evaluation));
  v1::JobResult result;
  result.add_typed_paths(kEvaluationPath);
  return result;
}

}  // namespace pecg
