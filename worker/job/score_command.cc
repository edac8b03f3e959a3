#include "worker/job/score_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/evaluate/evaluation.h"
#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/multilabel.h"
#include "worker/evaluate/threshold_curve.h"
#include "worker/file/atomic_file.h"
#include "worker/file/csv.h"
#include "worker/file/record_table.h"
#include "worker/file/whole_file.h"
#include "worker/job/job_error.h"
#include "worker/job/score_page.h"

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kFileBytes = std::int64_t{4} << 30;
/// Figures that are null where scores are no probabilities.
constexpr std::array<std::string_view, 6> kProbabilityFigures = {
    "brier", "log_loss", "ece", "mce", "calibration_intercept", "calibration_slope"};

RecordTable ReadTable(const std::filesystem::path& path) {
  return ReadRecordTable(ReadTextFile(path, kFileBytes), path.string());
}

/// The patient of each record of `labels`, as a number.
std::vector<int> ReadPatients(const std::filesystem::path& path, const RecordTable& labels) {
  std::vector<int> patients;
  if (path.empty()) {
    for (std::size_t row = 0; row < labels.records.size(); ++row) {
      patients.push_back(static_cast<int>(row));
    }
    return patients;
  }
  const std::string text = ReadTextFile(path, kFileBytes);
  CsvTable table(text, path.string());
  const std::size_t record_column = table.ColumnOf("record");
  const std::size_t patient_column = table.ColumnOf("patient");
  std::unordered_map<std::string, int> patient_of_record;
  std::unordered_map<std::string, int> number_of_patient;
  CsvRow row;
  while (table.Next(&row)) {
    const std::string place = fmt::format("{}:{}", path.string(), row.line);
    const std::string& patient = row.cells[patient_column];
    if (patient.empty()) {
      throw Error(Error::Kind::kCorruptData, "a record has no patient", place);
    }
    const int number =
        number_of_patient.emplace(patient, static_cast<int>(number_of_patient.size()))
            .first->second;
    if (!patient_of_record.emplace(row.cells[record_column], number).second) {
      throw Error(Error::Kind::kDuplicate,
                  fmt::format("a record comes twice: {}", row.cells[record_column]), place);
    }
  }
  for (std::size_t i = 0; i < labels.records.size(); ++i) {
    const auto found = patient_of_record.find(labels.records[i]);
    if (found == patient_of_record.end()) {
      throw Error(Error::Kind::kNotFound,
                  fmt::format("the patient of record {} is not known", labels.records[i]),
                  labels.Place(i), fmt::format("add the record to {}", path.string()));
    }
    patients.push_back(found->second);
  }
  return patients;
}

std::size_t ColumnOf(const RecordTable& table, const std::string& target) {
  const auto found = std::ranges::find(table.columns, target);
  if (found == table.columns.end()) {
    throw Error(Error::Kind::kNotFound, fmt::format("no column named {}", target), table.where,
                fmt::format("the columns are {}", fmt::join(table.columns, ", ")));
  }
  return static_cast<std::size_t>(found - table.columns.begin());
}

std::uint8_t LabelOf(const RecordTable& labels, std::size_t row, std::size_t column) {
  const double value = labels.Row(row)[column];
  if (std::isnan(value) || value == kLabelMissing) return kLabelMissing;
  if (value == 0 || value == 1) return static_cast<std::uint8_t>(value);
  throw Error(Error::Kind::kCorruptData,
              fmt::format("column {} must hold 0, 1 or nothing: {}", labels.columns[column], value),
              labels.Place(row));
}

/// A table of scores, matched with the labels' rows.
struct MatchedScores {
  RecordTable table;
  std::vector<std::size_t> rows;  ///< Of each row of the labels.

  double At(std::size_t label_row, std::size_t column) const {
    const double value = table.Row(rows[label_row])[column];
    if (!std::isnan(value)) return value;
    throw Error(Error::Kind::kCorruptData,
                fmt::format("column {} holds no score", table.columns[column]),
                table.Place(rows[label_row]), "score every record, or leave its label empty");
  }
};

MatchedScores ReadScores(const std::filesystem::path& path, const RecordTable& labels) {
  MatchedScores scores{.table = ReadTable(path), .rows = {}};
  scores.rows = MatchRecords(labels, scores.table);
  return scores;
}

/// Everything that was read.
struct Inputs {
  RecordTable labels;
  MatchedScores scores;
  std::optional<MatchedScores> versus;
  std::vector<int> patients;
};

Inputs ReadInputs(const ScoreCommand& command) {
  Inputs inputs;
  inputs.labels = ReadTable(command.labels);
  if (inputs.labels.columns.empty()) {
    throw Error(Error::Kind::kNotFound, "no target, only the column record", inputs.labels.where);
  }
  inputs.scores = ReadScores(command.scores, inputs.labels);
  if (!command.versus.empty()) inputs.versus = ReadScores(command.versus, inputs.labels);
  inputs.patients = ReadPatients(command.patients, inputs.labels);
  return inputs;
}

std::vector<ScoredRecord> RecordsOf(const Inputs& inputs, std::size_t target) {
  const std::string& name = inputs.labels.columns[target];
  const std::size_t column = ColumnOf(inputs.scores.table, name);
  const std::size_t versus_column = inputs.versus ? ColumnOf(inputs.versus->table, name) : 0;
  std::vector<ScoredRecord> records;
  bool probabilities = true;
  for (std::size_t row = 0; row < inputs.labels.records.size(); ++row) {
    const std::uint8_t label = LabelOf(inputs.labels, row, target);
    if (label == kLabelMissing) continue;
    ScoredRecord record;
    record.patient = inputs.patients[row];
    record.label = label;
    record.score = inputs.scores.At(row, column);
    if (inputs.versus) record.floor_score = inputs.versus->At(row, versus_column);
    probabilities = probabilities && record.score >= 0 && record.score <= 1;
    records.push_back(record);
  }
  if (probabilities) {
    for (ScoredRecord& record : records) record.probability = record.score;
  }
  return records;
}

LabelledScores SampleOf(const std::vector<ScoredRecord>& records) {
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  for (const ScoredRecord& record : records) {
    scores.push_back(record.score);
    labels.push_back(record.label);
  }
  return {scores, labels};
}

Json ToJson(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json ToJson(const Estimate& estimate) {
  Json json = {{"value", ToJson(estimate.value)},
               {"low", ToJson(estimate.lower)},
               {"high", ToJson(estimate.upper)}};
  if (estimate.method != IntervalMethod::kNone) json["interval"] = NameOf(estimate.method);
  if (!estimate.reason.empty()) json["reason"] = estimate.reason;
  return json;
}

Json ToJson(const Measure& measure) {
  Json json = {{"value", ToJson(measure.value())}};
  if (!measure.defined()) json["reason"] = measure.reason();
  return json;
}

Json TargetJson(const std::vector<ScoredRecord>& records, const ScoredTarget& target,
                double holm_p) {
  Json json = {{"n", records.size()},
               {"positives", std::ranges::count(records, 1, &ScoredRecord::label)},
               {"patients", target.figures.patient_count},
               {"positive_patients", target.figures.positive_count}};
  for (const NamedEstimate& figure : target.figures.figures) {
    json[VersusName(figure.name)] = ToJson(figure.estimate);
  }
  if (target.figures.Find("brier") == nullptr) {
    Estimate none;
    none.reason = SampleOf(records).NotProbabilityReason();
    for (const std::string_view name : kProbabilityFigures) json[std::string(name)] = ToJson(none);
  }
  if (target.figures.over_floor_p) {
    json["auroc_over_versus"]["p"] = ToJson(*target.figures.over_floor_p);
    json["auroc_over_versus"]["p_holm"] = ToJson(holm_p);
  }
  return json;
}

Json AveragesJson(std::span<const LabelledScores> samples) {
  const auto averages = [&](auto figure) {
    const MultilabelAverages means = AverageOverTargets(
        samples, [&](const LabelledScores& sample) { return figure(ThresholdCurve(sample)); });
    return Json{{"macro", ToJson(means.macro)},
                {"weighted", ToJson(means.weighted)},
                {"micro", ToJson(means.micro)}};
  };
  return {
      {"auroc", averages([](const ThresholdCurve& curve) { return curve.Auroc(); })},
      {"auprc", averages([](const ThresholdCurve& curve) { return curve.AveragePrecision(); })}};
}

EvaluationOptions OptionsOf(const ScoreCommand& command) {
  EvaluationOptions options;
  options.bootstrap_count = command.bootstrap_count;
  options.confidence = command.confidence;
  options.seed = command.seed;
  options.prevalence = command.prevalence;
  options.thresholds = command.thresholds.empty() ? std::vector<double>{0.5} : command.thresholds;
  options.every_record_counts = true;
  return options;
}

constexpr char kFooter[] =
    "Labels and scores: record and one column per target, the same records in any order; labels "
    "are\n"
    "0, 1 or empty. Patients: record,patient; without it every record is its own patient. Figures\n"
    "that read scores as probabilities are null where a score lies outside 0..1. "
    "docs/statistics.md\n"
    "defines every figure and interval.\n\n"
    "Examples:\n"
    "  pecg-ecg score --labels labels.csv --scores model.csv --patients patients.csv\n"
    "  pecg-ecg score --labels labels.csv --scores new.csv --versus old.csv --out figures.html";

}  // namespace

std::string ScoreFiles(const ScoreCommand& command) {
  const Inputs inputs = ReadInputs(command);
  const EvaluationOptions options = OptionsOf(command);
  std::vector<ScoredTarget> targets;
  std::vector<std::vector<ScoredRecord>> records;
  std::vector<LabelledScores> samples;
  std::vector<double> p_values;
  for (std::size_t i = 0; i < inputs.labels.columns.size(); ++i) {
    records.push_back(RecordsOf(inputs, i));
    samples.push_back(SampleOf(records.back()));
    targets.push_back({inputs.labels.columns[i], EvaluateTarget(records.back(), options)});
    p_values.push_back(targets.back().figures.over_floor_p.value_or(std::nan("")));
  }
  const std::vector<double> adjusted = HolmAdjusted(p_values);
  Json json = {{"targets", Json::object()}};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    json["targets"][targets[i].name] = TargetJson(records[i], targets[i], adjusted[i]);
  }
  if (targets.size() > 1) json["averages"] = AveragesJson(samples);
  json["bootstrap"] = options.bootstrap_count;
  json["confidence"] = options.confidence;
  json["seed"] = options.seed;
  if (!command.out.empty()) {
    WriteFileAtomically(command.out, ScorePage(targets, options, inputs.scores.table.where,
                                               inputs.versus ? inputs.versus->table.where : ""));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void AddScore(CLI::App* app, std::function<int()>* action) {
  auto* command = app->add_subcommand(
      "score", "Compute the figures of a table of scores, with intervals over patients");
  auto options = std::make_shared<ScoreCommand>();
  command->add_option("--labels", options->labels, "CSV: record and a column per target")
      ->required();
  command->add_option("--scores", options->scores, "CSV: record and a column per target")
      ->required();
  command->add_option("--patients", options->patients, "CSV: record,patient");
  command->add_option("--versus", options->versus,
                      "CSV of another model's scores; differences are paired");
  command->add_option("--bootstrap", options->bootstrap_count, "Resamples of the patients")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command->add_option("--confidence", options->confidence, "Coverage of the intervals")
      ->check(CLI::Range(0.01, 0.999))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Same seed, same intervals")->capture_default_str();
  command
      ->add_option("--prevalence", options->prevalence,
                   "Share with the disease for predictive values; 0 = that of the records")
      ->check(CLI::Range(0.0, 0.999))
      ->capture_default_str();
  command
      ->add_option("--threshold", options->thresholds,
                   "Probabilities that count as positive from there on; 0.5")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--out", options->out, "Write a page with tables and charts");
  command->footer(kFooter);
  command->callback([=] {
    *action = [options] {
      fmt::print("{}", ScoreFiles(*options));
      return kExitDone;
    };
  });
}

}  // namespace pecg
