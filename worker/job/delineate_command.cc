#include "worker/job/delineate_command.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/file/csv.h"
#include "worker/file/read_record.h"
#include "worker/job/job_error.h"
#include "worker/signal/measure_ecg.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

std::string CellOf(const std::optional<std::int64_t>& position) {
  return position ? fmt::to_string(*position) : std::string();
}

void AppendBeat(const std::string& record, std::string_view lead, const BeatMarks& beat,
                std::string* text) {
  for (const Wave wave : {Wave::kP, Wave::kQrs, Wave::kT}) {
    const std::optional<WaveMarks>& marks = beat.Of(wave);
    if (!marks) continue;
    const std::array<std::string, 6> cells = {record,
                                              std::string(lead),
                                              std::string(NameOf(wave)),
                                              CellOf(marks->onset),
                                              CellOf(marks->peak),
                                              CellOf(marks->offset)};
    AppendCsvRow(cells, text);
  }
}

void PrintMarks(const std::string& record) {
  const fs::path path = record;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const EcgMeasurements ecg = MeasureEcg(ReadWfdbRecord(folder, path.filename().string()));
  std::string text;
  for (const Beat& beat : ecg.beats) {
    AppendBeat(record, "global", beat.global, &text);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      AppendBeat(record, kLeadNames.at(l), beat.leads.at(l), &text);
    }
  }
  fmt::print("{}", text);
}

}  // namespace

int DelineateRecords(const DelineateCommand& command) {
  const std::array<std::string, 6> columns = {"record", "lead", "wave", "onset", "peak", "offset"};
  std::string header;
  AppendCsvRow(columns, &header);
  fmt::print("{}", header);
  int exit_code = kExitDone;
  for (const std::string& record : command.records) {
    try {
      PrintMarks(record);
    } catch (const Error&) {
      fmt::print(stderr, "{}", ErrorText(FailureOfCurrentException().failed));
      exit_code = kExitBadData;
    }
  }
  return exit_code;
}

}  // namespace pecg
