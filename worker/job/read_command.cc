#include "worker/job/read_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"
#include "worker/file/npy.h"
#include "worker/file/patient_comment.h"
#include "worker/file/read_record.h"
#include "worker/job/index_json.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

/// What was read, as it is printed.
struct Facts {
  std::vector<std::string_view> leads;          ///< The rows, where they are standard leads.
  std::vector<WfdbChannels::Channel> channels;  ///< Else the rows.
  std::vector<std::string> other_channels;      ///< What is in no row.
  double rate_hz = 0;
  std::int64_t sample_count = 0;
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
};

std::vector<std::string_view> LeadsPresent(const EcgRecord& record) {
  std::vector<std::string_view> names;
  for (int i = 0; i < kLeadCount; ++i) {
    const Lead lead = static_cast<Lead>(i);
    if (record.leads.Has(lead)) names.push_back(NameOf(lead));
  }
  return names;
}

void PrintJson(const ReadCommand& command, const Facts& facts) {
  nlohmann::ordered_json json = {{"record", command.record},
                                 {"leads", facts.leads},
                                 {"channels", nlohmann::ordered_json::array()},
                                 {"other_channels", facts.other_channels},
                                 {"rate_hz", facts.rate_hz},
                                 {"sample_count", facts.sample_count},
                                 {"age_days", nullptr},
                                 {"sex", SexWord(facts.sex)}};
  for (const auto& [name, units] : facts.channels) {
    json["channels"].push_back({{"name", name}, {"units", units}});
  }
  if (facts.age_days.has_value()) json["age_days"] = *facts.age_days;
  fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void PrintText(const ReadCommand& command, const Facts& facts) {
  fmt::print("record   {}\n", command.record);
  if (!facts.leads.empty()) fmt::print("leads    {}\n", fmt::join(facts.leads, " "));
  for (const auto& [name, units] : facts.channels) fmt::print("channel  {} ({})\n", name, units);
  if (!facts.other_channels.empty()) {
    fmt::print("besides  {}\n", fmt::join(facts.other_channels, ", "));
  }
  fmt::print("rate     {:g} Hz\nsamples  {} ({:.1f} s)\nage      {}\nsex      {}\n", facts.rate_hz,
             facts.sample_count, static_cast<double>(facts.sample_count) / facts.rate_hz,
             facts.age_days ? fmt::format("{} days", *facts.age_days) : "unknown",
             SexWord(facts.sex));
}

Facts ReadLeads(const ReadCommand& command, WfdbReader* reader, const std::string& name) {
  WfdbRecord record;
  reader->Read(name, /*hash=*/false, &record);
  const EcgRecord& ecg = record.ecg;
  if (!command.out.empty()) {
    WriteNpy(command.out, ecg.samples_mv, ecg.leads.Count(), ecg.sample_count);
  }
  return {.leads = LeadsPresent(ecg),
          .channels = {},
          .other_channels = std::move(record.other_channels),
          .rate_hz = ecg.rate_hz,
          .sample_count = ecg.sample_count,
          .age_days = ecg.age_days,
          .sex = ecg.sex};
}

Facts ReadAllChannels(const ReadCommand& command, WfdbReader* reader, const std::string& name) {
  WfdbChannels record = reader->ReadChannels(name);
  if (!command.out.empty()) {
    WriteNpy(command.out, record.samples, std::ssize(record.channels), record.sample_count);
  }
  const PatientComment patient = FindPatientComment(record.header.comments);
  return {.leads = {},
          .channels = std::move(record.channels),
          .other_channels = {},
          .rate_hz = record.rate_hz,
          .sample_count = record.sample_count,
          .age_days = patient.age_days,
          .sex = patient.sex};
}

}  // namespace

void ReadRecord(const ReadCommand& command) {
  const fs::path path = command.record;
  const std::string name = path.filename().string();
  WfdbReader reader(path.has_parent_path() ? path.parent_path() : fs::path("."));
  const std::vector<std::string> channels = reader.ReadChannelNames(name);
  const bool has_lead = std::ranges::any_of(
      channels, [](const std::string& channel) { return FindLead(channel).has_value(); });
  const Facts facts = has_lead && !command.channels ? ReadLeads(command, &reader, name)
                                                    : ReadAllChannels(command, &reader, name);
  command.json ? PrintJson(command, facts) : PrintText(command, facts);
}

}  // namespace pecg
