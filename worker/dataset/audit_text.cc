#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "worker/dataset/audit.h"
#include "worker/figure/axis.h"

namespace pecg {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kLongestList = 20;

/// Columns of text: the first one left-aligned, the others right-aligned. A label longer than
/// `longest_label` has a line of its own.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header, std::size_t longest_label = 28)
      : longest_label_(longest_label) {
    Add(std::move(header));
  }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string Finish() const {
    std::string text;
    for (const std::vector<std::string>& row : rows_) {
      std::string label = row[0];
      if (label.size() > longest_label_) {
        text += fmt::format("  {}\n", label);
        label.clear();
      }
      std::string line = fmt::format("  {:<{}}", label, WidthOf(0));
      for (std::size_t i = 1; i < row.size(); ++i) {
        line += fmt::format("  {:>{}}", row[i], WidthOf(i));
      }
      text += line + '\n';
    }
    return text;
  }

 private:
  std::size_t WidthOf(std::size_t column) const {
    std::size_t width = 0;
    for (const auto& row : rows_) {
      if (column > 0 || row[0].size() <= longest_label_)
        width = std::max(width, row[column].size());
    }
    return width;
  }

  std::size_t longest_label_;
  std::vector<std::vector<std::string>> rows_;
};

std::string Count(std::int64_t count) { return FormatFigure(static_cast<double>(count)); }

/// Breaks `text` at blanks so that no line is longer than the terminal. The first line is indented
/// by 2, further ones by 6; words longer than a line are cut between characters.
std::string Wrap(std::string_view text) {
  std::string wrapped;
  std::size_t indent = 2;
  while (!text.empty()) {
    const std::size_t room = kWidth - indent;
    std::size_t end = text.size();
    if (end > room) {
      end = text.rfind(' ', room);
      if (end == std::string_view::npos || end == 0) {
        end = room;
        while (end > 1 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
      }
    }
    wrapped += fmt::format("{:{}}{}\n", "", indent, text.substr(0, end));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ', end)));
    indent = 6;
  }
  return wrapped;
}

/// Items of a list as lines, the first kLongestList of them, and how many there are.
template <typename Item, typename TextOf>
std::string List(std::string_view title, const std::vector<Item>& items, const TextOf& text_of) {
  std::string text =
      fmt::format("\n{}: {}\n", title, items.empty() ? "none" : Count(std::ssize(items)));
  const std::size_t shown = std::min(items.size(), kLongestList);
  for (std::size_t i = 0; i < shown; ++i) text += Wrap(text_of(items[i]));
  if (shown < items.size()) {
    text += fmt::format("  ... {} more, all of them in audit.json\n",
                        Count(std::ssize(items) - static_cast<std::ptrdiff_t>(shown)));
  }
  return text;
}

std::string FailureText(const IndexFailure& failure) {
  std::string text = failure.path;
  if (failure.line > 0) text += fmt::format(":{}", failure.line);
  text += fmt::format(": {}: {}", failure.kind, failure.what);
  if (!failure.hint.empty()) text += fmt::format(" ({})", failure.hint);
  return text;
}

std::string SuspicionText(const Suspicion& suspicion) {
  if (suspicion.records.size() > 3) {
    return fmt::format("{}: {} ({} records, {} first)", suspicion.kind, suspicion.what,
                       Count(std::ssize(suspicion.records)), suspicion.records[0]);
  }
  return fmt::format("{}: {} [{}]", suspicion.kind, suspicion.what,
                     fmt::join(suspicion.records, " "));
}

std::string ExpectationsText(const AuditReport& report) {
  TextTable table({"records", "expected", "found", "verdict"});
  for (const ExpectationAudit& row : report.expectations) {
    table.Add({row.name, fmt::format("{} to {}", Count(row.lower), Count(row.upper)),
               Count(row.found), NameOf(row.verdict)});
  }
  return "\nExpected by the specification\n" + table.Finish();
}

std::string TargetsText(const AuditReport& report) {
  TextTable table({"target", "positive", "patients", "negative", "missing"});
  for (const TargetAudit& row : report.targets) {
    table.Add({row.name, Count(row.positive_count), Count(row.positive_patient_count),
               Count(row.negative_count), Count(row.missing_count)});
  }
  return "\nTargets\n" + table.Finish();
}

/// Pairs of targets of which neither contains the other, commonest first.
std::string CooccurrenceText(const AuditReport& report) {
  struct Pair {
    std::size_t a;
    std::size_t b;
    std::int64_t count;
  };
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < report.targets.size(); ++a) {
    for (std::size_t b = a + 1; b < report.targets.size(); ++b) {
      const std::int64_t both = report.cooccurrence[a][b];
      const bool nested = both == report.cooccurrence[a][a] || both == report.cooccurrence[b][b];
      if (both > 0 && !nested) pairs.push_back({a, b, both});
    }
  }
  std::ranges::stable_sort(pairs, std::greater<>(), &Pair::count);
  return List("Pairs of targets in one record (where neither implies the other)", pairs,
              [&](const Pair& pair) {
                return fmt::format("{} and {}: {}", report.targets[pair.a].name,
                                   report.targets[pair.b].name, Count(pair.count));
              });
}

std::string GroupsText(const AuditReport& report, std::string_view title,
                       const std::vector<GroupAudit>& groups) {
  constexpr std::array<std::string_view, 5> kShown = {"chd", "kawasaki", "myocarditis",
                                                      "cardiomyopathy", "abnormal_a1a2"};
  std::vector<std::size_t> columns;
  std::vector<std::string> header = {"", "records", "patients"};
  for (std::size_t t = 0; t < report.targets.size(); ++t) {
    if (std::ranges::find(kShown, report.targets[t].name) == kShown.end()) continue;
    columns.push_back(t);
    header.push_back(report.targets[t].name);
  }
  TextTable table(std::move(header), /*longest_label=*/20);
  for (const GroupAudit& group : groups) {
    std::vector<std::string> row = {group.name, Count(group.record_count),
                                    Count(group.patient_count)};
    for (const std::size_t t : columns) row.push_back(Count(group.positive_counts[t]));
    table.Add(std::move(row));
  }
  return fmt::format("\n{}\n{}", title, table.Finish());
}

void AddQuantiles(const char* name, const Quantiles& quantiles, TextTable* table) {
  table->Add({name, Count(quantiles.count), FormatFigure(quantiles.lowest),
              FormatFigure(quantiles.p10), FormatFigure(quantiles.median),
              FormatFigure(quantiles.p90), FormatFigure(quantiles.highest)});
}

std::string SignalText(const AuditReport& report) {
  TextTable table({"", "count", "lowest", "p10", "median", "p90", "highest"});
  AddQuantiles("duration, seconds", report.duration_seconds, &table);
  AddQuantiles("pSQI, per lead", report.sqi[0], &table);
  AddQuantiles("basSQI, per lead", report.sqi[1], &table);
  AddQuantiles("bSQI, per lead", report.sqi[2], &table);
  return fmt::format(
      "\nSignals\n{}"
      "  quality indices: {} records from the dataset's table, {} computed\n"
      "  records with a lead at the electrode-off rails: {}\n"
      "  records with a lead flat for more than half the time: {}\n",
      table.Finish(), Count(report.sqi_from_file_count), Count(report.sqi_computed_count),
      Count(report.railed_record_count), Count(report.flat_record_count));
}

}  // namespace

std::string AuditText(const AuditReport& report) {
  std::string text = fmt::format(
      "Audit of dataset {}{}\n"
      "  kind {}, version {}\n"
      "  {} records of {} patients ({} with more than one), {} unreadable, {} warnings\n",
      report.dataset, report.synthetic ? " (SYNTHETIC)" : "", report.kind, report.version_sha256,
      Count(report.record_count), Count(report.patient_count),
      Count(report.patient_count -
            (report.patients_by_exam_count.empty() ? 0 : report.patients_by_exam_count.front())),
      Count(std::ssize(report.failures)), Count(std::ssize(report.warnings)));
  text += ExpectationsText(report);
  text += TargetsText(report);
  text += CooccurrenceText(report);
  text += GroupsText(report, "By age", report.age_bands);
  text += GroupsText(report, "By sex", report.sexes);
  text += GroupsText(report, "By lead layout", report.lead_layouts);
  text += SignalText(report);
  text += List("Suspicious labels and records", report.suspicions, SuspicionText);
  text += List("Could not be read", report.failures, FailureText);
  text += List("Warnings", report.warnings, FailureText);
  return text;
}

}  // namespace pecg
