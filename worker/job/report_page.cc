#include "worker/job/report_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/evaluate/evaluation_chart.h"
#include "worker/figure/html.h"
#include "worker/figure/interval_chart.h"
#include "worker/job/convert.h"
#include "worker/job/evaluation_text.h"

namespace pecg {
namespace {

using Json = nlohmann::json;

/// Smaller groups could name a child.
constexpr std::int64_t kSmallestPrintedCount = 5;

std::string CountText(std::int64_t count) {
  if (count > 0 && count < kSmallestPrintedCount) return fmt::format("< {}", kSmallestPrintedCount);
  return fmt::format("{}", count);
}

/// Roles of an evaluation in their order, each with its targets.
std::vector<std::pair<std::string, std::vector<v1::TargetEvaluation>>> ByRole(
    const v1::Evaluation& evaluation) {
  std::vector<std::pair<std::string, std::vector<v1::TargetEvaluation>>> roles;
  for (const v1::TargetEvaluation& figures : evaluation.targets()) {
    if (roles.empty() || roles.back().first != figures.role())
      roles.push_back({figures.role(), {}});
    roles.back().second.push_back(figures);
  }
  return roles;
}

HtmlTable LineageTable(const v1::Evaluation& evaluation) {
  return {.caption = "Where the figures come from",
          .columns = {{"what", false}, {"value", false}},
          .rows = {{"runs", fmt::format("{}", fmt::join(evaluation.runs(), ", "))},
                   {"variant", evaluation.variant()},
                   {"code", evaluation.code_version()},
                   {"data (name, version, kind)", evaluation.data()},
                   {"split", evaluation.split()},
                   {"intervals",
                    fmt::format("{:g} %, {} resamples of the patients",
                                100 * evaluation.confidence(), evaluation.bootstrap_count())},
                   {"locked test", TestLookText(evaluation)}}};
}

HtmlTable FigureTable(const std::vector<v1::TargetEvaluation>& targets) {
  HtmlTable table{.caption = "First ECG of each patient, unless the column says otherwise",
                  .columns = {{"target", false},
                              {"patients", true},
                              {"positive", true},
                              {"AUROC", true},
                              {"floor's AUROC", true},
                              {"AUROC over floor", true},
                              {"AUPRC", true},
                              {"floor's AUPRC", true},
                              {"AUROC, all records", true}},
                  .rows = {}};
  const auto optional = [](bool present, const v1::Estimate& estimate) {
    return present ? FigureText(estimate) : std::string("no floor given");
  };
  for (const v1::TargetEvaluation& figures : targets) {
    table.rows.push_back(
        {figures.target(), CountText(figures.patient_count()), CountText(figures.positive_count()),
         FigureText(figures.auroc()), optional(figures.has_floor_auroc(), figures.floor_auroc()),
         optional(figures.has_auroc_over_floor(), figures.auroc_over_floor()),
         FigureText(figures.auprc()), optional(figures.has_floor_auprc(), figures.floor_auprc()),
         FigureText(figures.auroc_all_records())});
  }
  return table;
}

HtmlTable FoldTable(const std::vector<v1::TargetEvaluation>& targets) {
  HtmlTable table{.caption = "Each fold's model by itself",
                  .columns = {{"target", false},
                              {"fold", true},
                              {"patients", true},
                              {"positive", true},
                              {"AUROC", true},
                              {"AUPRC", true}},
                  .rows = {}};
  for (const v1::TargetEvaluation& figures : targets) {
    for (const v1::FoldEvaluation& fold : figures.folds()) {
      table.rows.push_back({figures.target(), fmt::format("{}", fold.fold()),
                            CountText(fold.patient_count()), CountText(fold.positive_count()),
                            FigureText(fold.auroc()), FigureText(fold.auprc())});
    }
  }
  return table;
}

IntervalChart::Interval IntervalOf(const v1::Estimate& estimate) {
  return {.point = estimate.value(), .lower = estimate.lower(), .upper = estimate.upper()};
}

std::string FigureChart(const std::string& role, const std::vector<v1::TargetEvaluation>& targets,
                        bool synthetic) {
  IntervalChart chart;
  chart.title = fmt::format("AUROC, {}{}", RoleTitle(role), synthetic ? ", synthetic data" : "");
  chart.description =
      "Area under the ROC curve of the model per target with its interval, beside the floor of "
      "age, "
      "sex and lead layout; the dashed line at 0.5 is chance.";
  chart.value_axis = "AUROC";
  chart.reference = 0.5;
  for (const v1::TargetEvaluation& figures : targets) {
    IntervalChart::Row row;
    row.label = figures.target();
    row.note = fmt::format("{} patients, {} positive", CountText(figures.patient_count()),
                           CountText(figures.positive_count()));
    row.value = IntervalOf(figures.auroc());
    if (figures.has_floor_auroc()) row.floor = IntervalOf(figures.floor_auroc());
    chart.rows.push_back(std::move(row));
  }
  return DrawIntervalChart(chart);
}

/// A curve of a target under its name in the legend; nothing when there is none.
std::vector<NamedCurve> CurvesOf(
    const v1::TargetEvaluation& figures,
    std::initializer_list<std::pair<std::string_view, const char*>> wanted) {
  std::vector<NamedCurve> curves;
  for (const auto& [name, legend] : wanted) {
    for (const v1::Curve& curve : figures.curves()) {
      if (curve.name() == name && !curve.x().empty())
        curves.push_back({legend, FromMessage(curve)});
    }
  }
  return curves;
}

/// Decisions are drawn on the calibrated probabilities where there are any.
std::vector<NamedCurve> DecisionCurvesOf(const v1::TargetEvaluation& figures) {
  std::vector<NamedCurve> curves =
      CurvesOf(figures, {{"calibrated_decision", "acting on the calibrated model"},
                         {"calibrated_decision_treat_all", "acting on everybody"}});
  if (!curves.empty()) return curves;
  return CurvesOf(figures, {{"decision", "acting on the model"},
                            {"decision_treat_all", "acting on everybody"}});
}

void AddCurves(const v1::TargetEvaluation& figures, const std::string& title, HtmlPage* page) {
  const double prevalence = figures.patient_count() > 0
                                ? static_cast<double>(figures.positive_count()) /
                                      static_cast<double>(figures.patient_count())
                                : 0;
  const auto roc = CurvesOf(figures, {{"roc", "model"}, {"floor_roc", "floor"}});
  if (!roc.empty()) page->AddFigure(DrawRocChart("ROC, " + title, roc));
  const auto precision =
      CurvesOf(figures, {{"precision_recall", "model"}, {"floor_precision_recall", "floor"}});
  if (!precision.empty()) {
    page->AddFigure(DrawPrecisionRecallChart("Precision, " + title, precision, prevalence));
  }
  const auto reliability = CurvesOf(
      figures, {{"reliability", "as the model says"}, {"calibrated_reliability", "calibrated"}});
  if (!reliability.empty()) {
    page->AddFigure(DrawReliabilityChart("Reliability, " + title, reliability));
  }
  const auto decision = DecisionCurvesOf(figures);
  if (!decision.empty()) {
    page->AddFigure(DrawDecisionChart("Net benefit, " + title, decision, prevalence));
  }
}

/// Figures other than those of FigureTable.
HtmlTable OtherFigureTable(const v1::TargetEvaluation& figures) {
  HtmlTable table{.caption = "Other figures of " + figures.target(),
                  .columns = {{"figure", false}, {"value", true}, {"interval by", false}},
                  .rows = {}};
  for (const v1::NamedEstimate& figure : figures.figures()) {
    const v1::Estimate& estimate = figure.estimate();
    table.rows.push_back(
        {figure.name(), std::isnan(estimate.value()) ? "not defined" : FigureText(estimate),
         estimate.reason().empty() ? estimate.interval_method() : estimate.reason()});
  }
  return table;
}

void AddSubgroups(const v1::TargetEvaluation& figures, const std::string& title, HtmlPage* page) {
  if (figures.subgroups().empty()) return;
  IntervalChart chart;
  chart.title = "AUROC by group, " + title;
  chart.description =
      "AUROC with its interval in each group of patients that has at least 10 positive and 10 "
      "negative ones; the dashed line is the AUROC of all.";
  chart.value_axis = "AUROC";
  if (!std::isnan(figures.auroc().value())) chart.reference = figures.auroc().value();
  HtmlTable table{.caption = "Groups of patients; the first ECG of each, except the repeats",
                  .columns = {{"by", false},
                              {"group", false},
                              {"patients", true},
                              {"positive", true},
                              {"AUROC", true},
                              {"floor's AUROC", true}},
                  .rows = {}};
  for (const v1::SubgroupEvaluation& group : figures.subgroups()) {
    const std::string patients =
        SubgroupCountText(group.has_patient_count(), group.patient_count());
    const std::string positives =
        SubgroupCountText(group.has_positive_count(), group.positive_count());
    table.rows.push_back({group.family(), group.name(), patients, positives,
                          FigureText(group.auroc()),
                          group.has_floor_auroc() ? FigureText(group.floor_auroc()) : ""});
    if (std::isnan(group.auroc().value())) continue;
    IntervalChart::Row row;
    row.label = fmt::format("{}: {}", group.family(), group.name());
    row.note = fmt::format("{} patients, {} positive", patients, positives);
    row.value = IntervalOf(group.auroc());
    if (group.has_floor_auroc()) row.floor = IntervalOf(group.floor_auroc());
    chart.rows.push_back(std::move(row));
  }
  if (!chart.rows.empty()) page->AddFigure(DrawIntervalChart(chart));
  page->AddTable(table);
}

void AddTarget(const v1::TargetEvaluation& figures, bool synthetic, HtmlPage* page) {
  const std::string title = fmt::format("{}, {}{}", figures.target(), RoleTitle(figures.role()),
                                        synthetic ? ", synthetic" : "");
  page->AddSubheading(title);
  AddCurves(figures, title, page);
  if (!figures.figures().empty()) page->AddTable(OtherFigureTable(figures));
  AddSubgroups(figures, title, page);
}

void AddEvaluation(const NamedEvaluation& named, HtmlPage* page) {
  const v1::Evaluation& evaluation = named.evaluation;
  page->AddSection(fmt::format("{}: {}", named.name, evaluation.variant()));
  page->AddTable(LineageTable(evaluation));
  for (const auto& [role, targets] : ByRole(evaluation)) {
    page->AddSubheading(
        fmt::format("{}{}", RoleTitle(role), IsSynthetic(evaluation) ? " (synthetic data)" : ""));
    page->AddFigure(FigureChart(role, targets, IsSynthetic(evaluation)));
    page->AddTable(FigureTable(targets));
    HtmlTable folds = FoldTable(targets);
    if (!folds.rows.empty()) page->AddTable(folds);
    for (const v1::TargetEvaluation& figures : targets) {
      AddTarget(figures, IsSynthetic(evaluation), page);
    }
  }
}

/// The figures of one target in one role; null when there are none.
const v1::TargetEvaluation* FindFigures(const v1::Evaluation& evaluation, std::string_view role,
                                        std::string_view target) {
  for (const v1::TargetEvaluation& figures : evaluation.targets()) {
    if (figures.role() == role && figures.target() == target) return &figures;
  }
  return nullptr;
}

/// One row per role and target, one column per evaluation.
HtmlTable ComparisonTable(std::span<const NamedEvaluation> evaluations) {
  HtmlTable table{.caption = "AUROC of every evaluation, first ECG of each patient",
                  .columns = {{"records", false}, {"target", false}},
                  .rows = {}};
  std::vector<std::pair<std::string, std::string>> keys;
  for (const NamedEvaluation& named : evaluations) {
    table.columns.push_back({fmt::format("{} ({})", named.name, named.evaluation.variant()), true});
    for (const v1::TargetEvaluation& figures : named.evaluation.targets()) {
      std::pair<std::string, std::string> key{figures.role(), figures.target()};
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
    }
  }
  for (const auto& [role, target] : keys) {
    std::vector<std::string> row = {std::string(RoleTitle(role)), target};
    for (const NamedEvaluation& named : evaluations) {
      const v1::TargetEvaluation* figures = FindFigures(named.evaluation, role, target);
      row.push_back(figures == nullptr ? "" : FigureText(figures->auroc()));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Json ParseAudit(const NamedAudit& audit) {
  Json json = Json::parse(audit.audit_json, nullptr, /*allow_exceptions=*/false);
  const bool is_audit = json.is_object() && json.contains("record_count") &&
                        json.contains("targets") && json["targets"].is_array();
  if (!is_audit) {
    throw Error(Error::Kind::kCorruptData, "the audit cannot be read",
                "input/" + audit.name + "/audit.json");
  }
  return json;
}

HtmlTable AuditTargetTable(const Json& audit) {
  HtmlTable table{.caption = "Targets",
                  .columns = {{"target", false},
                              {"records with", true},
                              {"without", true},
                              {"not defined", true},
                              {"patients with", true}},
                  .rows = {}};
  for (const Json& target : audit["targets"]) {
    const auto count = [&](const char* key) {
      return CountText(target.at(key).get<std::int64_t>());
    };
    table.rows.push_back({target.at("name").get<std::string>(), count("positive_count"),
                          count("negative_count"), count("missing_count"),
                          count("positive_patient_count")});
  }
  return table;
}

HtmlTable SuspicionTable(const Json& audit) {
  std::map<std::string, std::int64_t> count_of_kind;
  for (const Json& suspicion : audit.at("suspicions")) {
    ++count_of_kind[suspicion.at("kind").get<std::string>()];
  }
  HtmlTable table{.caption = "What a person should look at; the audit run's page names each",
                  .columns = {{"what", false}, {"cases", true}},
                  .rows = {}};
  for (const auto& [kind, count] : count_of_kind) {
    table.rows.push_back({kind, fmt::format("{}", count)});
  }
  return table;
}

void AddAudit(const NamedAudit& named, HtmlPage* page) {
  const Json audit = ParseAudit(named);
  try {
    const bool synthetic = audit.at("synthetic").get<bool>();
    page->AddSection(fmt::format("{}: data{}", named.name, synthetic ? " (synthetic)" : ""));
    page->AddTable(
        {.caption = "Dataset version",
         .columns = {{"what", false}, {"value", false}},
         .rows = {{"dataset", audit.at("dataset").get<std::string>()},
                  {"version", audit.at("version_sha256").get<std::string>()},
                  {"kind of data", synthetic ? "synthetic" : "real"},
                  {"records", CountText(audit.at("record_count").get<std::int64_t>())},
                  {"patients", CountText(audit.at("patient_count").get<std::int64_t>())},
                  {"could not be read", fmt::format("{}", audit.at("failures").size())}}});
    page->AddTable(AuditTargetTable(audit));
    const HtmlTable suspicions = SuspicionTable(audit);
    if (!suspicions.rows.empty()) page->AddTable(suspicions);
  } catch (const Json::exception& exception) {
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the audit lacks a field: {}", exception.what()),
                "input/" + named.name + "/audit.json");
  }
}

bool AnySynthetic(std::span<const NamedEvaluation> evaluations,
                  std::span<const NamedAudit> audits) {
  return std::ranges::any_of(
             evaluations,
             [](const NamedEvaluation& named) { return IsSynthetic(named.evaluation); }) ||
         std::ranges::any_of(audits, [](const NamedAudit& named) {
           return ParseAudit(named).value("synthetic", false);
         });
}

void AddReadingHelp(HtmlPage* page) {
  page->AddSection("How to read this");
  page->AddParagraph(
      "AUROC is the chance that a child with the finding gets a higher score than one without; 0.5 "
      "is chance. Of several folds it is the mean of the figures within each fold. AUPRC is "
      "average "
      "precision; its chance level is the share of positives, so compare within a row only.");
  page->AddParagraph(
      "The floor is a model that sees age, sex and lead layout and no ECG. What a model shows of "
      "the ECG is what it has over its floor.");
  page->AddParagraph(
      "Intervals resample patients; the tables say by which method. Figures whose name begins with "
      "calibrated_ are of probabilities after Platt's calibration, fitted on each model's inner "
      "validation and never on the records evaluated. auroc_over_floor_p_holm is corrected for the "
      "number of targets; nothing else is. Counts from 1 to 4, and those that would tell them, are "
      "printed as <5. No predictions of 12-lead records under the 9-lead layout are among these "
      "figures. docs/statistics.md defines everything.");
}

}  // namespace

std::string ReportHtml(const std::string& title, std::span<const NamedEvaluation> evaluations,
                       std::span<const NamedAudit> audits) {
  HtmlPage page(title, "Figures of pediatric ECG models, each beside the floor it has to beat");
  if (AnySynthetic(evaluations, audits)) {
    page.AddNotice(
        "Synthetic data: some or all of these ECGs are made up. Figures from them show that the "
        "software works; they say nothing about children.");
  }
  if (evaluations.size() > 1) {
    page.AddSection("Side by side");
    page.AddTable(ComparisonTable(evaluations));
  }
  for (const NamedEvaluation& named : evaluations) AddEvaluation(named, &page);
  for (const NamedAudit& named : audits) AddAudit(named, &page);
  AddReadingHelp(&page);
  return page.Finish();
}

}  // namespace pecg
