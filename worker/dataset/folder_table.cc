#include "worker/dataset/folder_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

constexpr std::string_view kHeaderExtension = ".hea";
constexpr std::int64_t kHighestExam = 1'000'000;

[[noreturn]] void Fail(std::string_view column, std::string_view what, std::string_view value,
                       std::string hint = "") {
  throw Error(Error::Kind::kBadInput, fmt::format("{}: {}: {}", column, what, value), "",
              std::move(hint));
}

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

/// The target's value; throws for an entry that the mapping does not explain.
std::uint8_t ValueOf(const FolderMapping::Target& target, const std::vector<std::string>& entries) {
  bool is_positive = false;
  bool is_negative = false;
  for (const std::string& entry : entries) {
    if (Contains(target.missing, entry)) continue;
    if (Contains(target.positive, entry)) {
      is_positive = true;
    } else if (target.others_are_negative || Contains(target.negative, entry)) {
      is_negative = true;
    } else {
      Fail(target.values.column,
           fmt::format("a value that target {} does not explain", target.name), entry,
           "name it in mapping.yaml as positive, negative or missing");
    }
  }
  if (is_positive) return 1;
  return is_negative ? 0 : kTargetMissing;
}

class Parser {
 public:
  Parser(std::string_view csv, const std::string& table, const FolderMapping& mapping)
      : csv_(csv, table, mapping.separator), table_(table), mapping_(mapping) {
    std::vector<std::string> columns = {mapping.record, mapping.patient};
    const auto add = [&](const std::string& column) {
      if (!column.empty()) columns.push_back(column);
    };
    if (mapping.age) add(mapping.age->column);
    if (mapping.sex) add(mapping.sex->column);
    if (mapping.statements) add(mapping.statements->column);
    for (const std::string& column : {mapping.exam, mapping.time, mapping.comment}) add(column);
    for (const std::string& column : mapping.attributes) add(column);
    for (const FolderMapping::Target& target : mapping.targets) add(target.values.column);
    for (const std::string& column : columns) positions_[column] = csv_.ColumnOf(column);
  }

  FolderTable Parse() {
    CsvRow cells;
    for (bool more = true; more;) {
      try {
        more = csv_.Next(&cells);
        if (more) AddRow(cells);
      } catch (const Error& error) {
        result_.failures.push_back(FailureOf(error, table_, cells.line));
      }
    }
    if (mapping_.exam.empty()) NumberExams(&result_.rows);
    return std::move(result_);
  }

 private:
  std::string_view Cell(const CsvRow& row, const std::string& column) const {
    return TrimBlanks(row.cells[positions_.at(column)]);
  }

  void AddRow(const CsvRow& cells) {
    if (!std::ranges::all_of(cells.cells, [](const std::string& cell) { return IsUtf8(cell); })) {
      throw Error(Error::Kind::kBadInput, "the row is not UTF-8", "",
                  "save the table with UTF-8 encoding");
    }
    DatasetRow row;
    row.table = table_;
    row.line = cells.line;
    ReadRecord(cells, &row);
    row.patient_id = Cell(cells, mapping_.patient);
    if (row.patient_id.empty()) {
      Fail(mapping_.patient, "the row has no patient", row.record_id,
           "without its patient a record would leak between folds");
    }
    if (mapping_.age) row.age_days = ReadAge(Cell(cells, mapping_.age->column));
    if (mapping_.sex) row.sex = ReadSex(Cell(cells, mapping_.sex->column));
    if (!mapping_.exam.empty()) row.exam = ReadExam(Cell(cells, mapping_.exam));
    if (!mapping_.time.empty()) row.acquisition_time = Cell(cells, mapping_.time);
    if (!mapping_.comment.empty()) row.comment = Cell(cells, mapping_.comment);
    if (mapping_.statements) {
      row.statements =
          SplitCell(Cell(cells, mapping_.statements->column), mapping_.statements->separator);
    }
    ReadTargets(cells, &row);
    for (const std::string& column : mapping_.attributes) Keep(cells, column, &row);
    AddUnique(std::move(row));
  }

  void ReadRecord(const CsvRow& cells, DatasetRow* row) const {
    std::string_view path = Cell(cells, mapping_.record);
    if (path.ends_with(kHeaderExtension)) path.remove_suffix(kHeaderExtension.size());
    if (!StaysBelow(path)) {
      Fail(mapping_.record, "not the path of a record below the dataset's folder", path,
           "write it relative to the folder, with / between folders");
    }
    row->path = path;
    row->record_id = path.substr(path.rfind('/') + 1);
  }

  std::optional<int> ReadAge(std::string_view text) const {
    if (text.empty()) return std::nullopt;
    std::string number(text);
    if (mapping_.separator != ',') std::ranges::replace(number, ',', '.');
    const auto value = ReadNumber(number);
    const double days = value.value_or(-1) * mapping_.age->days_per_unit;
    if (days < 0 || days > kOldestAgeDays) {
      Fail(mapping_.age->column, "expected an age from 0 to 130 years, in the mapping's unit", text,
           "leave the cell empty if it is not known");
    }
    return static_cast<int>(std::lround(days));
  }

  Sex ReadSex(std::string_view text) const {
    if (text.empty()) return Sex::kUnknown;
    if (Contains(mapping_.sex->female, text)) return Sex::kFemale;
    if (Contains(mapping_.sex->male, text)) return Sex::kMale;
    Fail(mapping_.sex->column, "a sex that the mapping does not explain", text,
         fmt::format("female is {}, male is {}; leave the cell empty if it is not known",
                     fmt::join(mapping_.sex->female, ", "), fmt::join(mapping_.sex->male, ", ")));
  }

  int ReadExam(std::string_view text) const {
    const auto exam = ReadFloatCount(text, kHighestExam);
    if (!exam || *exam == 0) Fail(mapping_.exam, "expected a number from 1", text);
    return static_cast<int>(*exam);
  }

  void ReadTargets(const CsvRow& cells, DatasetRow* row) const {
    for (const FolderMapping::Target& target : mapping_.targets) {
      const std::uint8_t value =
          ValueOf(target, SplitCell(Cell(cells, target.values.column), target.values.separator));
      row->targets.push_back(value);
      if (value != kTargetMissing)
        row->icd_codes.push_back(fmt::format("{}={}", target.name, value));
      Keep(cells, target.values.column, row);
    }
  }

  void Keep(const CsvRow& cells, const std::string& column, DatasetRow* row) const {
    const std::string_view value = Cell(cells, column);
    const bool is_kept =
        std::ranges::find(row->attributes, column, &RecordAttribute::name) != row->attributes.end();
    if (value.empty() || is_kept) return;
    row->attributes.push_back({.name = column, .value = std::string(value)});
  }

  void AddUnique(DatasetRow row) {
    const auto [first, is_new] = lines_.try_emplace(row.record_id, row.line);
    if (!is_new) {
      throw Error(Error::Kind::kDuplicate,
                  fmt::format("record {} stands twice, in lines {} and {}", row.record_id,
                              first->second, row.line),
                  "",
                  "the first row counts; records in different folders need different names too");
    }
    result_.rows.push_back(std::move(row));
  }

  CsvTable csv_;
  std::string table_;
  const FolderMapping& mapping_;
  std::unordered_map<std::string, std::size_t> positions_;
  std::unordered_map<std::string, std::int64_t> lines_;  // Of the record_ids met so far.
  FolderTable result_;
};

}  // namespace

FolderTable ParseFolderTable(std::string_view csv, const std::string& table,
                             const FolderMapping& mapping) {
  return Parser(csv, table, mapping).Parse();
}

}  // namespace pecg
