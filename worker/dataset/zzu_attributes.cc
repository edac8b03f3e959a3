#include "worker/dataset/zzu_attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "worker/dataset/quoted_list.h"
#include "worker/dataset/signal_files.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/dataset/table_cell.h"
#include "worker/ecg/error.h"
#include "worker/figure/utf8.h"
#include "worker/file/csv.h"

namespace pecg {
namespace {

constexpr std::string_view kSignalFolder = "Child_ecg/";

enum Column : std::uint8_t {
  kFilename,
  kEcgId,
  kPatientId,
  kAge,
  kGender,
  kAcquisitionDate,
  kSamplingPoint,
  kLead,
  kAhaCode,
  kChnCode,
  kIcdCode,
  kPSqi,
  kBasSqi,
  kBSqi,
  kColumnCount
};

constexpr std::array<std::string_view, kColumnCount> kColumnNames = {
    "Filename",         "ECG_ID",         "Patient_ID", "Age",      "Gender",
    "Acquisition_date", "Sampling_point", "Lead",       "AHA_code", "CHN_code",
    "ICD-10 code",      "pSQI",           "basSQI",     "bSQI"};

[[noreturn]] void Fail(Column column, std::string_view what, std::string_view value,
                       std::string hint = "") {
  throw Error(Error::Kind::kBadInput, fmt::format("{}: {}: {}", kColumnNames[column], what, value),
              "", std::move(hint));
}

bool IsUnknown(std::string_view value) {
  return value.empty() || EqualIgnoringCase(value, "null") || EqualIgnoringCase(value, "unknown");
}

std::optional<int> ReadAge(std::string_view text) {
  if (IsUnknown(text)) return std::nullopt;
  const std::string_view number = text.ends_with('d') ? text.substr(0, text.size() - 1) : text;
  const auto days = ReadCount(number, kOldestAgeDays);
  if (!days || number.size() == text.size()) {
    Fail(kAge, "expected a number of days", text, "write days with a d, as in 572d");
  }
  return static_cast<int>(*days);
}

Sex ReadSex(std::string_view text) {
  if (IsUnknown(text)) return Sex::kUnknown;
  if (EqualIgnoringCase(text, "female") || EqualIgnoringCase(text, "f")) return Sex::kFemale;
  if (EqualIgnoringCase(text, "male") || EqualIgnoringCase(text, "m")) return Sex::kMale;
  Fail(kGender, "expected 'Female' or 'Male'", text, "leave the cell empty if it is not known");
}

std::optional<std::int64_t> ReadOptionalCount(Column column, std::string_view text) {
  if (IsUnknown(text)) return std::nullopt;
  const auto count = ReadCount(text, std::int64_t{1} << 40);
  if (!count) Fail(column, "expected a whole number", text);
  return count;
}

/// Number of the exam, from names such as `P00001` and `P00001_E01`.
int ReadExam(std::string_view record_id, std::string_view patient_id) {
  const std::string_view prefix = "_E";
  if (!patient_id.empty() && record_id.starts_with(patient_id)) {
    const std::string_view rest = record_id.substr(patient_id.size());
    if (rest.starts_with(prefix)) {
      const auto exam = ReadCount(rest.substr(prefix.size()), 1'000'000);
      if (exam && *exam > 0) return static_cast<int>(*exam);
    }
  }
  Fail(kEcgId, fmt::format("not an exam of patient {}", patient_id), record_id,
       "expected <Patient_ID>_E<number>; a wrong patient would leak between folds");
}

std::optional<SqiTable> ReadSqi(const std::vector<std::string>& cells,
                                const std::array<std::size_t, kColumnCount>& positions) {
  constexpr std::array<Column, 3> kSqiColumns = {kPSqi, kBasSqi, kBSqi};
  const bool is_given = std::ranges::all_of(
      kSqiColumns, [&](Column column) { return !IsUnknown(TrimBlanks(cells[positions[column]])); });
  if (!is_given) return std::nullopt;
  SqiTable table{};
  for (std::size_t i = 0; i < kSqiColumns.size(); ++i) {
    ReadSqiList(cells[positions[kSqiColumns[i]]], i, &table);
  }
  return table;
}

class Parser {
 public:
  Parser(std::string_view csv, const std::string& table) : reader_(csv, table), table_(table) {}

  ZzuAttributes Parse() {
    CsvRow cells;
    if (!reader_.Next(&cells)) {
      throw Error(Error::Kind::kBadInput, "the table is empty", table_);
    }
    ReadColumns(cells.cells);
    for (bool more = true; more;) {
      try {
        more = reader_.Next(&cells);
      } catch (const Error& error) {
        result_.failures.push_back(FailureOf(error, table_));
        continue;
      }
      if (more) AddRow(&cells);
    }
    WarnOfDisagreements();
    return std::move(result_);
  }

 private:
  /// Two entries that stand at the same place of AHA_code and CHN_code.
  using CodePair = std::pair<std::string, std::string>;
  struct Disagreement {
    std::int64_t first_line = 0;
    std::int64_t count = 0;
  };

  void ReadColumns(const std::vector<std::string>& header) {
    column_count_ = header.size();
    for (std::size_t i = 0; i < kColumnNames.size(); ++i) {
      const auto found = std::ranges::find_if(
          header, [&](const std::string& cell) { return TrimBlanks(cell) == kColumnNames[i]; });
      if (found == header.end()) {
        throw Error(Error::Kind::kBadInput, fmt::format("column missing: {}", kColumnNames[i]),
                    table_ + ":1",
                    fmt::format("the columns must be {}", fmt::join(kColumnNames, ",")));
      }
      positions_[i] = static_cast<std::size_t>(found - header.begin());
    }
  }

  std::string_view Cell(const std::vector<std::string>& cells, Column column) const {
    return StripSingleQuotes(cells[positions_[column]]);
  }

  void AddRow(CsvRow* cells) {
    try {
      DatasetRow row = ReadRow(cells);
      const auto [first, is_new] = lines_.try_emplace(row.record_id, row.line);
      if (!is_new) {
        throw Error(Error::Kind::kDuplicate,
                    fmt::format("{} stands twice, in lines {} and {}", row.record_id, first->second,
                                row.line),
                    "", "the first row counts; delete one of them");
      }
      result_.rows.push_back(std::move(row));
    } catch (const Error& error) {
      result_.failures.push_back(FailureOf(error, table_, cells->line));
    }
  }

  DatasetRow ReadRow(CsvRow* row) {
    std::vector<std::string>& cells = row->cells;
    JoinCellsCutInQuotes(column_count_, &cells);
    if (cells.size() != column_count_) {
      throw Error(Error::Kind::kBadInput,
                  fmt::format("the row has {} cells, the header {}", cells.size(), column_count_),
                  "", "a column is missing, or a comma stands outside quotes");
    }
    if (!std::ranges::all_of(cells, [](const std::string& cell) { return IsUtf8(cell); })) {
      throw Error(Error::Kind::kBadInput, "the row is not UTF-8", "",
                  "save the table with UTF-8 encoding");
    }
    const std::string_view filename = Cell(cells, kFilename);
    if (!StaysBelow(filename)) {
      Fail(kFilename, "not a path below the dataset's folder", filename,
           "expected <folder>/<patient>/<ECG_ID>");
    }
    DatasetRow result;
    result.table = table_;
    result.line = row->line;
    result.path = std::string(kSignalFolder) + std::string(filename);
    result_.named_paths.insert(result.path);
    result.record_id = Cell(cells, kEcgId);
    result.patient_id = Cell(cells, kPatientId);
    result.exam = ReadExam(result.record_id, result.patient_id);
    if (filename.substr(filename.rfind('/') + 1) != result.record_id) {
      Fail(kFilename, fmt::format("does not end in its ECG_ID {}", result.record_id), filename);
    }
    result.age_days = ReadAge(Cell(cells, kAge));
    result.sex = ReadSex(Cell(cells, kGender));
    result.acquisition_time = Cell(cells, kAcquisitionDate);
    result.sample_count = ReadOptionalCount(kSamplingPoint, Cell(cells, kSamplingPoint));
    if (const auto leads = ReadOptionalCount(kLead, Cell(cells, kLead))) {
      result.lead_count = static_cast<int>(std::min<std::int64_t>(*leads, 1000));
    }
    result.statements = ReadQuotedList(cells[positions_[kAhaCode]]);
    result.icd_codes = ReadQuotedList(cells[positions_[kIcdCode]]);
    result.sqi = ReadSqi(cells, positions_);
    CompareVocabularies(result, ReadQuotedList(cells[positions_[kChnCode]]));
    return result;
  }

  /// AHA_code and CHN_code list the same findings in the same order, each in its own vocabulary.
  void CompareVocabularies(const DatasetRow& row, const std::vector<std::string>& chn) {
    const std::vector<std::string>& aha = row.statements;
    if (chn.empty()) return;
    if (aha.size() != chn.size()) {
      Note({fmt::format("{} entries", aha.size()), fmt::format("{} entries", chn.size())},
           row.line);
      return;
    }
    const StatementDictionary& dictionary = StatementDictionary::Release();
    for (std::size_t i = 0; i < aha.size(); ++i) {
      if (dictionary.FindAha(aha[i]) != dictionary.FindChn(chn[i]))
        Note({aha[i], chn[i]}, row.line);
    }
  }

  void Note(const CodePair& pair, std::int64_t line) {
    Disagreement& disagreement = disagreements_[pair];
    if (disagreement.count++ == 0) disagreement.first_line = line;
  }

  void WarnOfDisagreements() {
    for (const auto& [pair, disagreement] : disagreements_) {
      result_.failures.push_back(
          {.path = table_,
           .line = disagreement.first_line,
           .kind = std::string(kWarningKind),
           .what =
               fmt::format("AHA_code and CHN_code disagree: {} and {} ({} rows, this one first)",
                           pair.first, pair.second, disagreement.count),
           .hint = "AHA_code was used"});
    }
  }

  CsvReader reader_;
  std::string table_;
  std::size_t column_count_ = 0;
  std::array<std::size_t, kColumnCount> positions_{};
  std::unordered_map<std::string, std::int64_t> lines_;  // Of the record_ids met so far.
  std::map<CodePair, Disagreement> disagreements_;
  ZzuAttributes result_;
};

}  // namespace

ZzuAttributes ParseZzuAttributes(std::string_view csv, const std::string& table) {
  return Parser(csv, table).Parse();
}

}  // namespace pecg
