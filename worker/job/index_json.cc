#include "worker/job/index_json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

Json Numbers(std::span<const float> values) {
  Json list = Json::array();
  for (const float value : values) list.push_back(std::isnan(value) ? Json(nullptr) : Json(value));
  return list;
}

std::string Hexadecimal(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

/// One line; text that is not UTF-8 is repaired.
std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string_view SexWord(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return "female";
    case Sex::kMale:
      return "male";
    case Sex::kUnknown:
      break;
  }
  return "unknown";
}

std::string IndexEntryJson(const IndexEntry& entry, const Index& index) {
  Json json = {{"record_id", entry.record_id},
               {"patient_id", entry.patient_id},
               {"exam", entry.exam},
               {"path", entry.path},
               {"signal_sha256", entry.signal_sha256}};
  if (entry.age_days.has_value()) json["age_days"] = *entry.age_days;
  json["sex"] = SexWord(entry.sex);
  json["rate_hz"] = entry.rate_hz;
  json["sample_count"] = entry.sample_count;
  json["lead_mask"] = entry.leads.bits();
  json["icd_codes"] = entry.icd_codes;
  json["statements"] = entry.statements;
  Json& targets = json["targets"] = Json::object();
  for (std::size_t i = 0; i < entry.targets.size(); ++i) {
    targets[index.targets[i]] = entry.targets[i];
  }
  json["statement_bits"] = Hexadecimal(entry.statement_bits);
  if (entry.sqi_source != SqiSource::kNone) {
    Json& sqi = json["sqi"] = Json::array();
    for (const auto& lead : entry.sqi) sqi.push_back(Numbers(lead));
    json["sqi_source"] = entry.sqi_source == SqiSource::kFile ? "file" : "computed";
  }
  json["rail_fraction"] = Numbers(entry.rail_fraction);
  json["flat_fraction"] = Numbers(entry.flat_fraction);
  json["acquisition_time"] = entry.acquisition_time;
  json["comment"] = entry.comment;
  Json& attributes = json["attributes"] = Json::object();
  for (const RecordAttribute& attribute : entry.attributes) {
    attributes[attribute.name] = attribute.value;
  }
  return Line(json);
}

std::string IndexFailureJson(const IndexFailure& failure) {
  return Line({{"path", failure.path},
               {"line", failure.line},
               {"kind", failure.kind},
               {"what", failure.what},
               {"hint", failure.hint}});
}

}  // namespace pecg
