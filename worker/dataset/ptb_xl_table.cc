#include "worker/dataset/ptb_xl_table.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "worker/dataset/quoted_list.h"
#include "worker/dataset/signal_files.h"
#include "worker/dataset/table_cell.h"
#include "worker/ecg/error.h"
#include "worker/figure/utf8.h"
#include "worker/file/csv.h"

namespace pecg {
namespace {

constexpr std::int64_t kHighestId = 99'999'999;
constexpr double kDaysPerYear = 365;
constexpr double kOverEightyNine = 300;  // As the table writes it.
constexpr int kOverEightyNineDays = 90 * 365;

enum Column : std::uint8_t {
  kEcgId,
  kPatientId,
  kAge,
  kSex,
  kRecordingDate,
  kReport,
  kScpCodes,
  kValidated,
  kFold,
  kFilename,
  kColumnCount
};

[[noreturn]] void Fail(std::string_view column, std::string_view what, std::string_view value) {
  throw Error(Error::Kind::kBadInput, fmt::format("{}: {}: {}", column, what, value));
}

std::int64_t ReadId(std::string_view column, std::string_view text) {
  const auto id = ReadFloatCount(text, kHighestId);
  if (!id) Fail(column, "expected a number", text);
  return *id;
}

Sex ReadSex(std::string_view text) {
  if (text.empty()) return Sex::kUnknown;
  const auto value = ReadFloatCount(text, 1);
  if (!value) Fail("sex", "expected 0 for male or 1 for female", text);
  return *value == 0 ? Sex::kMale : Sex::kFemale;
}

void ReadAge(std::string_view text, DatasetRow* row) {
  if (text.empty()) return;
  const auto years = ReadNumber(text);
  if (years && *years == kOverEightyNine) {
    row->age_days = kOverEightyNineDays;
    row->attributes.push_back({.name = "age_over_89", .value = "true"});
    return;
  }
  if (!years || *years < 0 || *years * kDaysPerYear > kOldestAgeDays) {
    Fail("age", "expected years, or 300 for more than 89", text);
  }
  row->age_days = static_cast<int>(std::lround(*years * kDaysPerYear));
}

class Parser {
 public:
  Parser(std::string_view csv, const std::string& table, const ScpDictionary& dictionary,
         const PtbXlRate& rate)
      : csv_(csv, table), table_(table), dictionary_(dictionary), rate_(rate) {
    const std::array<std::string_view, kColumnCount> names = {
        "ecg_id",    "patient_id",         "age",        "sex",      "recording_date", "report",
        "scp_codes", "validated_by_human", "strat_fold", rate.column};
    for (std::size_t i = 0; i < names.size(); ++i) positions_[i] = csv_.ColumnOf(names[i]);
  }

  PtbXlTable Parse() {
    CsvRow cells;
    for (bool more = true; more;) {
      try {
        more = csv_.Next(&cells);
        if (more) AddRow(cells);
      } catch (const Error& error) {
        result_.failures.push_back(FailureOf(error, table_, cells.line));
      }
    }
    NumberExams(&result_.rows);
    for (const auto& [code, line] : unknown_) {
      result_.failures.push_back({.path = table_,
                                  .line = line,
                                  .kind = std::string(kWarningKind),
                                  .what = ToUtf8("not in scp_statements.csv: " + code),
                                  .hint = "kept as it is; this row is the first"});
    }
    return std::move(result_);
  }

 private:
  std::string_view Cell(const CsvRow& row, Column column) const {
    return TrimBlanks(row.cells[positions_[column]]);
  }

  void AddRow(const CsvRow& cells) {
    DatasetRow row;
    row.table = table_;
    row.line = cells.line;
    row.path = Cell(cells, kFilename);
    if (!StaysBelow(row.path) || !IsUtf8(row.path)) {
      Fail(rate_.column, "not a path below the dataset's folder", ToUtf8(row.path));
    }
    result_.named_paths.insert(row.path);
    row.record_id = fmt::format("{:05}", ReadId("ecg_id", Cell(cells, kEcgId)));
    if (row.path.substr(row.path.rfind('/') + 1) != row.record_id + rate_.suffix) {
      Fail(rate_.column, "does not end in the ecg_id " + row.record_id, row.path);
    }
    row.patient_id = std::to_string(ReadId("patient_id", Cell(cells, kPatientId)));
    row.sex = ReadSex(Cell(cells, kSex));
    row.acquisition_time = ToUtf8(Cell(cells, kRecordingDate));
    row.comment = ToUtf8(Cell(cells, kReport));
    ReadStatements(Cell(cells, kScpCodes), &row);
    Keep("strat_fold", Cell(cells, kFold), &row);
    Keep("validated_by_human", Cell(cells, kValidated), &row);
    ReadAge(Cell(cells, kAge), &row);
    const auto [first, is_new] = lines_.try_emplace(row.record_id, row.line);
    if (!is_new) {
      throw Error(Error::Kind::kDuplicate,
                  fmt::format("ecg_id {} stands twice, in lines {} and {}", row.record_id,
                              first->second, row.line),
                  "", "the first row counts; delete one of them");
    }
    result_.rows.push_back(std::move(row));
  }

  void ReadStatements(std::string_view cell, DatasetRow* row) {
    std::string as_written;
    for (const ScpStatement& statement : ReadScpCodes(cell)) {
      const std::string code = ToUtf8(statement.code);
      const std::optional<std::string> ours = dictionary_.Find(statement.code);
      if (!ours) unknown_.try_emplace(code, row->line);
      row->statements.push_back(ours && !ours->empty() ? *ours : code);
      as_written +=
          fmt::format("{}{}: {}", as_written.empty() ? "" : ", ", code, statement.likelihood);
    }
    Keep("scp_codes", as_written, row);
  }

  static void Keep(const char* name, std::string_view value, DatasetRow* row) {
    if (!value.empty()) row->attributes.push_back({.name = name, .value = ToUtf8(value)});
  }

  CsvTable csv_;
  std::string table_;
  const ScpDictionary& dictionary_;
  const PtbXlRate& rate_;
  std::array<std::size_t, kColumnCount> positions_{};
  std::unordered_map<std::string, std::int64_t> lines_;  // Of the record_ids met so far.
  std::map<std::string, std::int64_t> unknown_;          // First line of each unknown statement.
  PtbXlTable result_;
};

}  // namespace

PtbXlTable ParsePtbXlTable(std::string_view csv, const std::string& table,
                           const ScpDictionary& dictionary, const PtbXlRate& rate) {
  return Parser(csv, table, dictionary, rate).Parse();
}

}  // namespace pecg
