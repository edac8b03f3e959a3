#include "worker/job/split_check_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/file/csv.h"
#include "worker/file/whole_file.h"
#include "worker/job/job_error.h"

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kFileBytes = std::int64_t{8} << 30;
constexpr std::size_t kPrintedLeaks = 20;
constexpr std::size_t kPrintedRecords = 6;

std::string Cell(const CsvRow& row, std::size_t column, std::string_view what,
                 const std::string& where) {
  if (!row.cells[column].empty()) return row.cells[column];
  throw Error(Error::Kind::kCorruptData, fmt::format("the {} is empty", what),
              fmt::format("{}:{}", where, row.line));
}

std::vector<PlacedRecord> ReadSplit(const std::filesystem::path& path) {
  const std::string text = ReadTextFile(path, kFileBytes);
  CsvTable table(text, path.string());
  const std::size_t record = table.ColumnOf("record");
  const std::size_t fold = table.ColumnOf("fold");
  std::vector<PlacedRecord> rows;
  CsvRow row;
  while (table.Next(&row)) {
    rows.push_back({Cell(row, record, "record", path.string()),
                    Cell(row, fold, "fold", path.string()), "", ""});
  }
  return rows;
}

/// `NAME=FILE`.
void ReadPart(const std::string& part, std::vector<PlacedRecord>* rows) {
  const std::size_t equals = part.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == part.size()) {
    throw Error(Error::Kind::kBadInput, fmt::format("a part is written NAME=FILE, not {}", part),
                "--part", "--part train=train.csv --part test=test.csv");
  }
  const std::string name = part.substr(0, equals);
  const std::filesystem::path path = part.substr(equals + 1);
  const std::string text = ReadTextFile(path, kFileBytes);
  CsvTable table(text, path.string());
  const std::size_t record = table.ColumnOf("record");
  CsvRow row;
  while (table.Next(&row)) {
    rows->push_back({Cell(row, record, "record", path.string()), name, "", ""});
  }
}

void FillPatients(const std::filesystem::path& path, std::vector<PlacedRecord>* rows) {
  const std::string text = ReadTextFile(path, kFileBytes);
  CsvTable table(text, path.string());
  const std::size_t record = table.ColumnOf("record");
  const std::size_t patient = table.ColumnOf("patient");
  std::unordered_map<std::string, std::string> patients;
  CsvRow row;
  while (table.Next(&row)) {
    const std::string name = Cell(row, record, "record", path.string());
    const std::string whose = Cell(row, patient, "patient", path.string());
    const auto [place, is_new] = patients.emplace(name, whose);
    if (is_new || place->second == whose) continue;
    throw Error(
        Error::Kind::kDuplicate,
        fmt::format("record {} belongs to two patients: {} and {}", name, place->second, whose),
        fmt::format("{}:{}", path.string(), row.line));
  }
  for (PlacedRecord& placed : *rows) {
    const auto found = patients.find(placed.record);
    if (found == patients.end()) {
      throw Error(Error::Kind::kNotFound,
                  fmt::format("the patient of record {} is not known", placed.record),
                  path.string());
    }
    placed.patient = found->second;
  }
}

/// What the index knows of a record.
struct Indexed {
  std::string patient;
  std::string signal;
};

std::unordered_map<std::string, Indexed> ReadIndex(const std::filesystem::path& path) {
  const std::string text = ReadTextFile(path, kFileBytes);
  std::unordered_map<std::string, Indexed> records;
  std::int64_t line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view row = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (row.empty()) continue;
    const Json json = Json::parse(row, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("record_id")) {
      throw Error(Error::Kind::kCorruptData, "no entry of an index",
                  fmt::format("{}:{}", path.string(), line), "pecg-ecg index --out writes them");
    }
    records[json["record_id"].get<std::string>()] = {json.value("patient_id", ""),
                                                     json.value("signal_sha256", "")};
  }
  return records;
}

void FillFromIndex(const std::filesystem::path& path, bool take_patients,
                   std::vector<PlacedRecord>* rows) {
  const std::unordered_map<std::string, Indexed> records = ReadIndex(path);
  for (PlacedRecord& placed : *rows) {
    const auto found = records.find(placed.record);
    if (found == records.end()) {
      throw Error(Error::Kind::kNotFound,
                  fmt::format("record {} is not in the index", placed.record), path.string());
    }
    placed.signal = found->second.signal;
    if (take_patients) placed.patient = found->second.patient;
  }
}

std::string FirstOf(const std::vector<std::string>& texts) {
  const std::size_t count = std::min(texts.size(), kPrintedRecords);
  std::string text = fmt::format(
      "{}", fmt::join(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(count), " "));
  if (count < texts.size()) text += fmt::format(" and {} more", texts.size() - count);
  return text;
}

std::string LeaksText(std::string_view title, const std::vector<Leak>& leaks) {
  std::string text = fmt::format("{}: {}\n", title, leaks.size());
  for (std::size_t i = 0; i < std::min(leaks.size(), kPrintedLeaks); ++i) {
    text += fmt::format("  {} in {}: {}\n", leaks[i].what, fmt::join(leaks[i].parts, ", "),
                        FirstOf(leaks[i].records));
  }
  if (leaks.size() > kPrintedLeaks) {
    text += fmt::format("  and {} more; -o json lists them all\n", leaks.size() - kPrintedLeaks);
  }
  return text;
}

Json LeaksJson(const std::vector<Leak>& leaks, const char* name) {
  Json list = Json::array();
  for (const Leak& leak : leaks) {
    list.push_back({{name, leak.what}, {"parts", leak.parts}, {"records", leak.records}});
  }
  return list;
}

constexpr char kFooter[] =
    "The split: a CSV with the columns record and fold (other columns are ignored; several rows "
    "of\n"
    "one record are its windows), or one CSV per part, for example predictions. Patients come "
    "from\n"
    "--patients or from the index, hashes of the signals from the index. Windows are told by the\n"
    "record's name; signals must be equal byte for byte to be found.\n\n"
    "Exit codes: 0 no leak, 4 leaks found, 2 usage, 3 files that cannot be used.\n\n"
    "Examples:\n"
    "  pecg-ecg split-check --split folds.csv --patients patients.csv\n"
    "  pecg-ecg split-check --part train=train.csv --part test=test.csv --index index.jsonl -o "
    "json";

}  // namespace

LeakReport CheckSplit(const SplitCheckCommand& command) {
  if (command.patients.empty() && command.index.empty()) {
    throw Error(Error::Kind::kBadInput, "whose records they are is not known", "",
                "give --patients or --index");
  }
  std::vector<PlacedRecord> rows;
  if (!command.split.empty()) rows = ReadSplit(command.split);
  for (const std::string& part : command.parts) ReadPart(part, &rows);
  if (rows.empty()) {
    throw Error(Error::Kind::kBadInput, "there is no record to check", command.split.string(),
                "give --split, or --part for each part");
  }
  if (!command.index.empty()) FillFromIndex(command.index, command.patients.empty(), &rows);
  if (!command.patients.empty()) FillPatients(command.patients, &rows);
  return CheckForLeaks(rows);
}

std::string LeakText(const LeakReport& report) {
  std::string text = fmt::format("{} rows, {} records, {} patients in {} parts: {}\n",
                                 report.row_count, report.record_count, report.patient_count,
                                 report.parts.size(), fmt::join(report.parts, ", "));
  text += LeaksText("patients in several parts", report.patients);
  text += LeaksText("records with windows in several parts", report.records);
  if (report.unknown_signal_count == report.row_count) {
    text += "equal signals in several parts: not checked, there is no index\n";
  } else {
    text += LeaksText("equal signals in several parts", report.signals);
  }
  text += report.HasLeaks() ? "LEAKS: figures on this split are not to be believed\n"
                            : "no leak found\n";
  return text;
}

std::string LeakJson(const LeakReport& report) {
  const Json json = {{"leaks", report.HasLeaks()},
                     {"rows", report.row_count},
                     {"records", report.record_count},
                     {"patients", report.patient_count},
                     {"parts", report.parts},
                     {"signals_checked", report.unknown_signal_count < report.row_count},
                     {"shared_patients", LeaksJson(report.patients, "patient")},
                     {"shared_records", LeaksJson(report.records, "record")},
                     {"equal_signals", LeaksJson(report.signals, "signal_sha256")}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void AddSplitCheck(CLI::App* app, std::function<int()>* action) {
  auto* command = app->add_subcommand(
      "split-check", "Look for patients, windows and signals that lie in several parts of a split");
  auto options = std::make_shared<SplitCheckCommand>();
  auto output = std::make_shared<std::string>("text");
  auto* split = command->add_option("--split", options->split, "CSV: record,fold");
  command->add_option("--part", options->parts, "NAME=FILE.csv, once for each part")
      ->excludes(split);
  command->add_option("--patients", options->patients, "CSV: record,patient");
  command->add_option("--index", options->index, "JSON lines of pecg-ecg index");
  command->add_option("-o,--output", *output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(kFooter);
  command->callback([=] {
    options->json = *output == "json";
    *action = [options] {
      const LeakReport report = CheckSplit(*options);
      fmt::print("{}", options->json ? LeakJson(report) : LeakText(report));
      return report.HasLeaks() ? kExitLeaks : kExitDone;
    };
  });
}

}  // namespace pecg
