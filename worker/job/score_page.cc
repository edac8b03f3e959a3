#include "worker/job/score_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "worker/evaluate/evaluation_chart.h"
#include "worker/evaluate/subgroup.h"
#include "worker/figure/html.h"
#include "worker/figure/interval_chart.h"

namespace pecg {
namespace {

std::string EstimateText(const Estimate& estimate) {
  if (!estimate.defined()) return fmt::format("not defined: {}", estimate.reason);
  if (std::isnan(estimate.lower)) return fmt::format("{:.3f}", estimate.value);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", estimate.value, estimate.lower, estimate.upper);
}

/// Counts from 1 to 4 are not told.
std::string PatientText(std::int64_t count) {
  return CountText(count > 0 && count < kFewestTold ? std::nullopt : std::optional(count));
}

IntervalChart::Interval IntervalOf(const Estimate& estimate) {
  return {.point = estimate.value, .lower = estimate.lower, .upper = estimate.upper};
}

std::string OverviewChart(std::span<const ScoredTarget> targets, bool compares) {
  IntervalChart chart;
  chart.title = "AUROC";
  chart.description =
      "Area under the ROC curve per target with its interval; the dashed line at 0.5 is chance.";
  chart.value_axis = "AUROC";
  chart.value_name = "scores";
  chart.floor_name = "compared with";
  chart.reference = 0.5;
  for (const ScoredTarget& target : targets) {
    IntervalChart::Row row;
    row.label = target.name;
    row.note = fmt::format("{} patients, {} positive", PatientText(target.figures.patient_count),
                           PatientText(target.figures.positive_count));
    row.value = IntervalOf(*target.figures.Find("auroc"));
    if (compares) row.floor = IntervalOf(*target.figures.Find("floor_auroc"));
    chart.rows.push_back(std::move(row));
  }
  return DrawIntervalChart(chart);
}

const FigureCurve* FindCurve(const TargetFigures& figures, std::string_view name) {
  const auto found = std::ranges::find(figures.curves, name, &FigureCurve::name);
  return found == figures.curves.end() || found->x.empty() ? nullptr : &*found;
}

/// A curve of the scores and, where they are compared, of the others.
std::vector<NamedCurve> RankCurves(const TargetFigures& figures, const std::string& name) {
  std::vector<NamedCurve> curves;
  if (const FigureCurve* own = FindCurve(figures, name)) curves.push_back({"scores", *own});
  if (const FigureCurve* other = FindCurve(figures, "floor_" + name)) {
    curves.push_back({"compared with", *other});
  }
  return curves;
}

void AddCharts(const ScoredTarget& target, HtmlPage* page) {
  const TargetFigures& figures = target.figures;
  const double prevalence = static_cast<double>(figures.positive_count) /
                            static_cast<double>(std::max<std::int64_t>(1, figures.patient_count));
  const std::vector<NamedCurve> roc = RankCurves(figures, "roc");
  if (!roc.empty()) page->AddFigure(DrawRocChart("ROC curve", roc));
  const std::vector<NamedCurve> precision = RankCurves(figures, "precision_recall");
  if (!precision.empty()) {
    page->AddFigure(DrawPrecisionRecallChart("Precision and sensitivity", precision, prevalence));
  }
  const FigureCurve* reliability = FindCurve(figures, "reliability");
  if (reliability == nullptr) return;
  page->AddFigure(
      DrawReliabilityChart("Reliability", std::vector<NamedCurve>{{target.name, *reliability}}));
  page->AddFigure(DrawProbabilityHistogram("Predicted probabilities", *reliability));
  page->AddFigure(DrawDecisionChart(
      "Net benefit",
      std::vector<NamedCurve>{{"acting on the scores", *FindCurve(figures, "decision")},
                              {"acting on everybody", *FindCurve(figures, "decision_treat_all")}},
      prevalence));
}

HtmlTable FigureTable(const ScoredTarget& target) {
  HtmlTable table{.caption = "Figures",
                  .columns = {{"figure", false}, {"value", true}, {"interval by", false}},
                  .rows = {}};
  for (const NamedEstimate& figure : target.figures.figures) {
    table.rows.push_back({VersusName(figure.name), EstimateText(figure.estimate),
                          std::string(NameOf(figure.estimate.method))});
  }
  return table;
}

}  // namespace

std::string VersusName(std::string name) {
  constexpr std::string_view kFloor = "floor";
  const std::size_t at = name.find(kFloor);
  if (at != std::string::npos) name.replace(at, kFloor.size(), "versus");
  return name;
}

std::string ScorePage(std::span<const ScoredTarget> targets, const EvaluationOptions& options,
                      const std::string& scores, const std::string& versus) {
  HtmlPage page("Figures of a table of scores", scores);
  page.AddSection("All targets");
  page.AddFigure(OverviewChart(targets, !versus.empty()));
  page.AddParagraph(fmt::format(
      "Intervals: {:g} %, {} resamples of the patients, seed {}. Every record counts.{}",
      100 * options.confidence, options.bootstrap_count, options.seed,
      versus.empty() ? "" : fmt::format(" Compared with {} (versus_...).", versus)));
  for (const ScoredTarget& target : targets) {
    page.AddSection(target.name);
    AddCharts(target, &page);
    page.AddTable(FigureTable(target));
  }
  return page.Finish();
}

}  // namespace pecg
