#include "worker/job/interpret_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/file/read_record.h"
#include "worker/job/job_directory.h"
#include "worker/job/job_error.h"
#include "worker/rule/interpret.h"
#include "worker/rule/interpretation_json.h"
#include "worker/rule/interpretation_text.h"
#include "worker/rule/sheet.h"
#include "worker/signal/measure_ecg.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

std::string NameOfRecord(const std::string& record) {
  const fs::path path = record;
  return (path.extension() == ".hea" ? path.stem() : path.filename()).string();
}

EcgRecord Read(const std::string& record) {
  const fs::path path = record;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  return ReadWfdbRecord(folder, path.filename().string());
}

void CheckDrawings(const InterpretCommand& command) {
  std::set<std::string> names;
  for (const std::string& record : command.records) {
    if (names.insert(NameOfRecord(record)).second) continue;
    throw Error(Error::Kind::kBadInput, "two records would share a drawing", record,
                "draw them into two folders");
  }
}

void InterpretOne(const InterpretCommand& command, const std::string& record, bool is_first) {
  const EcgRecord read = Read(record);
  Patient patient{read.age_days, read.sex};
  if (command.age_days) patient.age_days = command.age_days;
  if (command.sex != Sex::kUnknown) patient.sex = command.sex;
  const EcgMeasurements ecg = MeasureEcg(read);
  const Interpretation interpretation = Interpret(ecg, patient);
  if (command.format == InterpretCommand::Format::kJsonLines) {
    fmt::print("{}\n", InterpretationJson(record, ecg, interpretation));
  } else {
    fmt::print("{}{}", is_first ? "" : "\n", InterpretationText(record, ecg, interpretation));
  }
  if (command.svg_folder.empty()) return;
  const std::string name = NameOfRecord(record);
  WriteFileAtomically(command.svg_folder / (name + ".svg"),
                      DrawSheet(name, read, ecg, interpretation), Durability::kUnsynced);
}

}  // namespace

int InterpretRecords(const InterpretCommand& command) {
  if (!command.svg_folder.empty()) {
    CheckDrawings(command);
    MakeFolder(command.svg_folder);
  }
  bool is_first = true;
  int exit_code = kExitDone;
  for (const std::string& record : command.records) {
    try {
      InterpretOne(command, record, is_first);
      is_first = false;
    } catch (const Error&) {
      fmt::print(stderr, "{}", ErrorText(FailureOfCurrentException().failed));
      exit_code = kExitBadData;
    }
  }
  return exit_code;
}

}  // namespace pecg
