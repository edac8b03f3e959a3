#include "tests/bench/rules/ludb.h"

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "worker/file/read_record.h"
#include "worker/file/wfdb_annotation.h"

namespace pecg {
namespace {

std::string FileEnding(Lead lead) {
  std::string ending(NameOf(lead));
  for (char& letter : ending) letter = static_cast<char>(std::tolower(letter));
  return ending;
}

std::optional<Wave> WaveOf(std::string_view symbol) {
  if (symbol == "p") return Wave::kP;
  if (symbol == "t") return Wave::kT;
  if (symbol == "N") return Wave::kQrs;
  return std::nullopt;
}

LudbLead WavesOf(const std::vector<WfdbAnnotation>& marks) {
  LudbLead waves;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const std::optional<Wave> wave = WaveOf(marks[i].symbol);
    if (!wave) continue;
    LudbWave& marked = waves.at(static_cast<std::size_t>(*wave)).emplace_back();
    marked.peak = marks[i].sample;
    if (i > 0 && marks[i - 1].symbol == "(") marked.onset = marks[i - 1].sample;
    if (i + 1 < marks.size() && marks[i + 1].symbol == ")") marked.offset = marks[i + 1].sample;
  }
  return waves;
}

}  // namespace

std::vector<LudbRecord> ReadLudb(const std::filesystem::path& data, int first, int last) {
  std::vector<LudbRecord> records;
  for (int number = first; number <= last; ++number) {
    const std::string name = std::to_string(number);
    LudbRecord& record = records.emplace_back();
    record.number = number;
    record.ecg = ReadWfdbRecord(data, name);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      record.leads.at(l) =
          WavesOf(ReadWfdbAnnotations(data, name, FileEnding(static_cast<Lead>(l))).annotations);
    }
  }
  return records;
}

}  // namespace pecg
