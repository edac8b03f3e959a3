#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "worker/dataset/audit.h"
#include "worker/figure/axis.h"
#include "worker/figure/bar_chart.h"
#include "worker/figure/heat_map.h"
#include "worker/figure/histogram.h"
#include "worker/figure/html.h"

namespace pecg {
namespace {

constexpr std::size_t kLongestTable = 500;
constexpr std::array<const char*, 3> kSqiNames = {"pSQI", "basSQI", "bSQI"};

std::string Count(std::int64_t count) { return FormatFigure(static_cast<double>(count)); }

std::string Share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

void AddSummary(const AuditReport& report, HtmlPage* page) {
  page->AddSection("Summary");
  HtmlTable table{.caption = "", .columns = {{"What", false}, {"Count", true}}, .rows = {}};
  table.rows = {{"Records", Count(report.record_count)},
                {"Patients", Count(report.patient_count)},
                {"Records that could not be read", Count(std::ssize(report.failures))},
                {"Warnings", Count(std::ssize(report.warnings))},
                {"Suspicious labels and records", Count(std::ssize(report.suspicions))}};
  page->AddTable(table);
  BarChart chart{.title = "Patients by number of exams",
                 .description = "How many patients have one exam, two exams and so on.",
                 .value_axis = "patients",
                 .series = {"patients"},
                 .expected_name = "",
                 .bars = {}};
  for (std::size_t i = 0; i < report.patients_by_exam_count.size(); ++i) {
    if (report.patients_by_exam_count[i] == 0) continue;
    chart.bars.push_back({fmt::format("{} {}", i + 1, i == 0 ? "exam" : "exams"),
                          {static_cast<double>(report.patients_by_exam_count[i])},
                          {}});
  }
  if (!chart.bars.empty()) page->AddFigure(DrawBarChart(chart));
}

void AddExpectations(const AuditReport& report, HtmlPage* page) {
  page->AddSection("Expected and found");
  BarChart chart{.title = "Records found, beside what the specification expects",
                 .description = "One bar per label; the pale band is the range expected.",
                 .value_axis = "records",
                 .series = {"found"},
                 .expected_name = "expected",
                 .bars = {}};
  HtmlTable table{.caption = "",
                  .columns = {{"Label", false},
                              {"Expected, records", true},
                              {"Found, records", true},
                              {"Verdict", false}},
                  .rows = {}};
  for (const ExpectationAudit& row : report.expectations) {
    chart.bars.push_back(
        {row.name,
         {static_cast<double>(row.found)},
         BarChart::Range{static_cast<double>(row.lower), static_cast<double>(row.upper)}});
    table.rows.push_back({row.name, fmt::format("{} to {}", Count(row.lower), Count(row.upper)),
                          Count(row.found), NameOf(row.verdict)});
  }
  page->AddFigure(DrawBarChart(chart));
  page->AddTable(table);
}

void AddTargets(const AuditReport& report, HtmlPage* page) {
  page->AddSection("Targets");
  BarChart chart{.title = "Positive records per target",
                 .description = "One bar per target, in the order of the target table.",
                 .value_axis = "records",
                 .series = {"positive"},
                 .expected_name = "",
                 .bars = {}};
  HtmlTable table{.caption = "",
                  .columns = {{"Target", false},
                              {"Positive", true},
                              {"of all", true},
                              {"Patients", true},
                              {"Negative", true},
                              {"Missing", true}},
                  .rows = {}};
  HeatMap map{.title = "Records positive for both targets",
              .description = "A matrix of targets; the diagonal is each target's own count.",
              .row_labels = {},
              .column_labels = {},
              .values = {}};
  for (std::size_t t = 0; t < report.targets.size(); ++t) {
    const TargetAudit& target = report.targets[t];
    chart.bars.push_back({target.name, {static_cast<double>(target.positive_count)}, {}});
    table.rows.push_back({target.name, Count(target.positive_count),
                          Share(target.positive_count, report.record_count),
                          Count(target.positive_patient_count), Count(target.negative_count),
                          Count(target.missing_count)});
    map.row_labels.push_back(target.name);
    map.values.emplace_back(report.cooccurrence[t].begin(), report.cooccurrence[t].end());
  }
  map.column_labels = map.row_labels;
  page->AddFigure(DrawBarChart(chart));
  page->AddTable(table);
  page->AddSubheading("Co-occurrence");
  page->AddFigure(DrawHeatMap(map), "Colours follow the logarithm of the count.");
}

/// A row per target, a column per group.
void AddGroups(const AuditReport& report, const char* heading,
               const std::vector<GroupAudit>& groups, HtmlPage* page) {
  page->AddSubheading(heading);
  HtmlTable table{.caption = "", .columns = {{"", false}}, .rows = {{"records"}, {"patients"}}};
  for (const GroupAudit& group : groups) {
    table.columns.push_back({group.name, true});
    table.rows[0].push_back(Count(group.record_count));
    table.rows[1].push_back(Count(group.patient_count));
  }
  for (std::size_t t = 0; t < report.targets.size(); ++t) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row.push_back(report.targets[t].name);
    for (const GroupAudit& group : groups) row.push_back(Count(group.positive_counts[t]));
  }
  page->AddTable(table);
}

void AddAllGroups(const AuditReport& report, HtmlPage* page) {
  page->AddSection("By age, sex and leads");
  page->AddParagraph(
      "Records positive for each target. A month has 30 days and a year 365; a band holds the ages "
      "above its lower end and up to its upper end.");
  BarChart chart{.title = "Records by age",
                 .description = "One bar per age band.",
                 .value_axis = "records",
                 .series = {"records"},
                 .expected_name = "",
                 .bars = {}};
  for (const GroupAudit& band : report.age_bands) {
    chart.bars.push_back({band.name, {static_cast<double>(band.record_count)}, {}});
  }
  page->AddFigure(DrawBarChart(chart));
  AddGroups(report, "By age", report.age_bands, page);
  AddGroups(report, "By sex", report.sexes, page);
  AddGroups(report, "By lead layout", report.lead_layouts, page);
}

std::vector<std::string> QuantileCells(std::string name, const Quantiles& quantiles) {
  return {std::move(name),
          Count(quantiles.count),
          FormatFigure(quantiles.lowest),
          FormatFigure(quantiles.p10),
          FormatFigure(quantiles.median),
          FormatFigure(quantiles.p90),
          FormatFigure(quantiles.highest)};
}

void AddQuantileTable(const AuditReport& report, HtmlPage* page) {
  HtmlTable table{.caption = "Distributions",
                  .columns = {{"", false},
                              {"Count", true},
                              {"Lowest", true},
                              {"10 %", true},
                              {"Median", true},
                              {"90 %", true},
                              {"Highest", true}},
                  .rows = {}};
  table.rows.push_back(QuantileCells("duration, seconds", report.duration_seconds));
  for (std::size_t i = 0; i < kSqiNames.size(); ++i) {
    table.rows.push_back(QuantileCells(fmt::format("{}, over leads", kSqiNames[i]), report.sqi[i]));
  }
  page->AddTable(table);
}

void AddLeadTable(const AuditReport& report, HtmlPage* page) {
  HtmlTable table{.caption = "Leads; medians of the quality indices",
                  .columns = {{"Lead", false},
                              {"Records", true},
                              {"At the rails", true},
                              {"Flat", true},
                              {"pSQI", true},
                              {"basSQI", true},
                              {"bSQI", true}},
                  .rows = {}};
  for (const LeadAudit& lead : report.leads) {
    table.rows.push_back(
        {lead.lead, Count(lead.record_count),
         fmt::format("{} ({})", Count(lead.railed_count),
                     Share(lead.railed_count, lead.record_count)),
         fmt::format("{} ({})", Count(lead.flat_count), Share(lead.flat_count, lead.record_count)),
         FormatFigure(lead.sqi[0].median), FormatFigure(lead.sqi[1].median),
         FormatFigure(lead.sqi[2].median)});
  }
  page->AddTable(table);
}

void AddSignals(const AuditReport& report, HtmlPage* page) {
  page->AddSection("Signals");
  page->AddFigure(DrawHistogram({.title = "Duration",
                                 .description = "Records by duration.",
                                 .value_axis = "duration, seconds",
                                 .count_axis = "records",
                                 .edges = report.duration_edges,
                                 .counts = report.duration_counts}));
  for (std::size_t i = 0; i < kSqiNames.size(); ++i) {
    page->AddFigure(
        DrawHistogram({.title = kSqiNames[i],
                       .description = fmt::format("Leads of all records by {}.", kSqiNames[i]),
                       .value_axis = "index; higher is better",
                       .count_axis = "leads",
                       .edges = report.sqi_edges,
                       .counts = report.sqi_counts[i]}));
  }
  page->AddParagraph(fmt::format(
      "pSQI is the share of power that looks like QRS complexes, basSQI how little of it is "
      "wandering baseline, bSQI how well two beat detectors agree. {} records have them from the "
      "dataset's own table, for {} they were computed.",
      Count(report.sqi_from_file_count), Count(report.sqi_computed_count)));
  page->AddParagraph(fmt::format(
      "{} records ({}) touch the amplifier's rails, where an electrode is off; {} ({}) have a lead "
      "that is flat for more than half of the time.",
      Count(report.railed_record_count), Share(report.railed_record_count, report.record_count),
      Count(report.flat_record_count), Share(report.flat_record_count, report.record_count)));
  AddQuantileTable(report, page);
  AddLeadTable(report, page);
}

/// Says so when a table does not show everything.
void AddCut(std::size_t count, HtmlPage* page) {
  if (count <= kLongestTable) return;
  page->AddParagraph(fmt::format("The first {} of {}; all of them are in audit.json.",
                                 kLongestTable, Count(static_cast<std::int64_t>(count))));
}

void AddSuspicions(const AuditReport& report, HtmlPage* page) {
  constexpr std::size_t kNamedRecords = 8;
  page->AddSection("Suspicious labels and records");
  if (report.suspicions.empty()) {
    page->AddParagraph("None.");
    return;
  }
  AddCut(report.suspicions.size(), page);
  HtmlTable table{
      .caption = "", .columns = {{"Kind", false}, {"What", false}, {"Records", false}}, .rows = {}};
  for (const Suspicion& suspicion : report.suspicions) {
    if (table.rows.size() == kLongestTable) break;
    const std::size_t named = std::min(suspicion.records.size(), kNamedRecords);
    std::string records = fmt::format(
        "{}", fmt::join(suspicion.records.begin(),
                        suspicion.records.begin() + static_cast<std::ptrdiff_t>(named), " "));
    if (named < suspicion.records.size()) {
      records += fmt::format(" and {} more", suspicion.records.size() - named);
    }
    table.rows.push_back({suspicion.kind, suspicion.what, records});
  }
  page->AddTable(table);
}

void AddFailures(const char* heading, const std::vector<IndexFailure>& failures, HtmlPage* page) {
  page->AddSection(heading);
  if (failures.empty()) {
    page->AddParagraph("None.");
    return;
  }
  AddCut(failures.size(), page);
  HtmlTable table{.caption = "",
                  .columns = {{"Where", false}, {"Kind", false}, {"What", false}, {"Hint", false}},
                  .rows = {}};
  for (const IndexFailure& failure : failures) {
    if (table.rows.size() == kLongestTable) break;
    table.rows.push_back(
        {failure.line > 0 ? fmt::format("{}:{}", failure.path, failure.line) : failure.path,
         failure.kind, failure.what, failure.hint});
  }
  page->AddTable(table);
}

}  // namespace

std::string AuditHtml(const AuditReport& report) {
  HtmlPage page(
      fmt::format("Audit of {}{}, version {}", report.dataset,
                  report.synthetic ? " (synthetic)" : "", report.version_sha256.substr(0, 12)),
      fmt::format("kind {}, version {}, targets {}", report.kind, report.version_sha256,
                  report.targets_sha256));
  if (report.synthetic) {
    page.AddNotice("Synthetic data: these ECGs and labels were made up by a program.");
  }
  AddSummary(report, &page);
  AddExpectations(report, &page);
  AddTargets(report, &page);
  AddAllGroups(report, &page);
  AddSignals(report, &page);
  AddSuspicions(report, &page);
  AddFailures("Could not be read", report.failures, &page);
  AddFailures("Warnings", report.warnings, &page);
  return page.Finish();
}

}  // namespace pecg
