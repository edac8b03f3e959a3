#include "worker/job/evaluate_job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pecg/v1/evaluation.pb.h"
#include "worker/ecg/error.h"
#include "worker/evaluate/evaluation.h"
#include "worker/job/convert.h"
#include "worker/job/evaluation_text.h"
#include "worker/job/parallel_tasks.h"
#include "worker/job/prediction_join.h"

namespace pecg {
namespace {

constexpr char kEvaluationPath[] = "evaluation.binpb";
constexpr int kDefaultBootstrapCount = 1000;
constexpr double kDefaultConfidence = 0.95;

EvaluationOptions OptionsOf(const v1::JobSpec& spec) {
  const v1::EvaluateSpec& settings = spec.run_spec().evaluate();
  EvaluationOptions options;
  options.bootstrap_count =
      settings.bootstrap_count() == 0 ? kDefaultBootstrapCount : settings.bootstrap_count();
  options.confidence = settings.confidence() == 0 ? kDefaultConfidence : settings.confidence();
  options.seed = static_cast<std::uint64_t>(spec.run_spec().seed());
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
  return options;
}

/// Patients whose first exam is counted, and how many of them are positive. A patient that several
/// models scored (the locked test) counts once.
struct PatientCounts {
  std::int64_t all = 0;
  std::int64_t positive = 0;
};

PatientCounts CountPatients(const std::vector<ScoredRecord>& records) {
  std::map<int, std::uint8_t> label_of_patient;
  for (const ScoredRecord& record : records) {
    if (record.first_exam) label_of_patient[record.patient] = record.label;
  }
  PatientCounts counts;
  for (const auto& [patient, label] : label_of_patient) {
    ++counts.all;
    counts.positive += label;
  }
  return counts;
}

std::vector<ScoredRecord> RecordsOfFold(const std::vector<ScoredRecord>& records, int fold) {
  std::vector<ScoredRecord> chosen;
  std::ranges::copy_if(records, std::back_inserter(chosen),
                       [&](const ScoredRecord& record) { return record.fold == fold; });
  return chosen;
}

void AddFold(const RoleTarget& input, int fold, const EvaluationOptions& options,
             v1::TargetEvaluation* evaluation) {
  const std::vector<ScoredRecord> records = RecordsOfFold(input.records, fold);
  const TargetFigures figures = EvaluateTarget(records, options);
  v1::FoldEvaluation& row = *evaluation->add_folds();
  row.set_fold(fold);
  row.set_patient_count(figures.patient_count);
  row.set_positive_count(figures.positive_count);
  *row.mutable_auroc() = ToMessage(figures.auroc);
  *row.mutable_auprc() = ToMessage(figures.auprc);
}

v1::TargetEvaluation EvaluateOne(const RoleTarget& input,
                                 const std::vector<ModelPredictions>& models,
                                 const EvaluationOptions& options) {
  const TargetFigures figures = EvaluateTarget(input.records, options);
  const PatientCounts patients = CountPatients(input.records);
  v1::TargetEvaluation evaluation;
  evaluation.set_target(input.target);
  evaluation.set_role(input.role);
  evaluation.set_patient_count(patients.all);
  evaluation.set_positive_count(patients.positive);
  *evaluation.mutable_auroc() = ToMessage(figures.auroc);
  *evaluation.mutable_auprc() = ToMessage(figures.auprc);
  *evaluation.mutable_auroc_all_records() = ToMessage(figures.auroc_all_records);
  if (figures.floor_auroc) *evaluation.mutable_floor_auroc() = ToMessage(*figures.floor_auroc);
  if (figures.floor_auprc) *evaluation.mutable_floor_auprc() = ToMessage(*figures.floor_auprc);
  if (figures.auroc_over_floor) {
    *evaluation.mutable_auroc_over_floor() = ToMessage(*figures.auroc_over_floor);
  }
  if (models.size() > 1) {
    for (const ModelPredictions& model : models) AddFold(input, model.fold(), options, &evaluation);
  }
  return evaluation;
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
  evaluation.set_variant(JoinDistinct(variants));
  evaluation.set_code_version(JoinDistinct(codes));
  return evaluation;
}

std::vector<v1::TargetEvaluation> EvaluateAll(const JobContext& context, const PredictionJoin& join,
                                              const EvaluationOptions& options) {
  std::vector<v1::TargetEvaluation> figures(join.role_targets.size());
  const auto total = static_cast<std::int64_t>(figures.size());
  std::atomic<std::int64_t> done = 0;
  context.events.Progress("targets", 0, total);
  RunTasks(figures.size(), context.spec().threads(), [&](std::size_t i) {
    context.stop.ThrowIfRequested();
    figures[i] = EvaluateOne(join.role_targets[i], join.models, options);
    context.events.Progress("targets", ++done, total);
  });
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

v1::MetricPoints MetricsOf(const v1::Evaluation& evaluation) {
  v1::MetricPoints points;
  for (const v1::TargetEvaluation& figures : evaluation.targets()) {
    const std::string prefix = fmt::format("{}.{}.", figures.role(), figures.target());
    AddPoints(prefix + "auroc", figures.auroc(), &points);
    AddPoints(prefix + "auprc", figures.auprc(), &points);
    AddPoints(prefix + "auroc_all_records", figures.auroc_all_records(), &points);
    if (!figures.has_floor_auroc()) continue;
    AddPoints(prefix + "floor_auroc", figures.floor_auroc(), &points);
    AddPoints(prefix + "floor_auprc", figures.floor_auprc(), &points);
    AddPoints(prefix + "auroc_over_floor", figures.auroc_over_floor(), &points);
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
