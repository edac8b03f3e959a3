#include "worker/job/read_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"
#include "worker/file/npy.h"
#include "worker/file/read_record.h"
#include "worker/job/index_json.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

std::vector<std::string_view> LeadsPresent(const EcgRecord& record) {
  std::vector<std::string_view> names;
  for (int i = 0; i < kLeadCount; ++i) {
    const Lead lead = static_cast<Lead>(i);
    if (record.leads.Has(lead)) names.push_back(NameOf(lead));
  }
  return names;
}

void PrintFacts(const ReadCommand& command, const EcgRecord& record) {
  const std::vector<std::string_view> leads = LeadsPresent(record);
  if (command.json) {
    nlohmann::ordered_json facts = {
        {"record", command.record},  {"leads", leads},
        {"rate_hz", record.rate_hz}, {"sample_count", record.sample_count},
        {"age_days", nullptr},       {"sex", SexWord(record.sex)}};
    if (record.age_days.has_value()) facts["age_days"] = *record.age_days;
    fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  fmt::print(
      "record   {}\nleads    {}\nrate     {:g} Hz\nsamples  {} ({:.1f} s)\nage      {}\nsex      "
      "{}\n",
      command.record, fmt::join(leads, " "), record.rate_hz, record.sample_count,
      static_cast<double>(record.sample_count) / record.rate_hz,
      record.age_days ? fmt::format("{} days", *record.age_days) : "unknown", SexWord(record.sex));
}

}  // namespace

void ReadRecord(const ReadCommand& command) {
  const fs::path path = command.record;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const EcgRecord record = ReadWfdbRecord(folder, path.filename().string());
  if (!command.out.empty()) {
    WriteNpy(command.out, record.samples_mv, record.leads.Count(), record.sample_count);
  }
  PrintFacts(command, record);
}

}  // namespace pecg
