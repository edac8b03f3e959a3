#include <nlohmann/json.hpp>

#include "worker/dataset/audit.h"

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Quantiles& quantiles) {
  return {{"count", quantiles.count}, {"lowest", quantiles.lowest},
          {"p10", quantiles.p10},     {"median", quantiles.median},
          {"p90", quantiles.p90},     {"highest", quantiles.highest}};
}

Json ToJson(const TargetAudit& target) {
  return {{"name", target.name},
          {"positive_count", target.positive_count},
          {"negative_count", target.negative_count},
          {"missing_count", target.missing_count},
          {"positive_patient_count", target.positive_patient_count}};
}

Json ToJson(const GroupAudit& group) {
  return {{"name", group.name},
          {"record_count", group.record_count},
          {"patient_count", group.patient_count},
          {"positive_counts", group.positive_counts}};
}

Json ToJson(const ExpectationAudit& expectation) {
  return {{"name", expectation.name},
          {"lower", expectation.lower},
          {"upper", expectation.upper},
          {"found", expectation.found},
          {"verdict", NameOf(expectation.verdict)}};
}

Json ToJson(const LeadAudit& lead) {
  return {{"lead", lead.lead},
          {"record_count", lead.record_count},
          {"railed_count", lead.railed_count},
          {"flat_count", lead.flat_count},
          {"p_sqi", ToJson(lead.sqi[0])},
          {"bas_sqi", ToJson(lead.sqi[1])},
          {"b_sqi", ToJson(lead.sqi[2])}};
}

Json ToJson(const Suspicion& suspicion) {
  return {{"kind", suspicion.kind}, {"records", suspicion.records}, {"what", suspicion.what}};
}

Json ToJson(const IndexFailure& failure) {
  return {{"path", failure.path},
          {"line", failure.line},
          {"kind", failure.kind},
          {"what", failure.what},
          {"hint", failure.hint}};
}

template <typename Item>
Json ListToJson(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(ToJson(item));
  return list;
}

Json SqiToJson(const AuditReport& report) {
  return {{"from_file_count", report.sqi_from_file_count},
          {"computed_count", report.sqi_computed_count},
          {"edges", report.sqi_edges},
          {"p_sqi", {{"quantiles", ToJson(report.sqi[0])}, {"counts", report.sqi_counts[0]}}},
          {"bas_sqi", {{"quantiles", ToJson(report.sqi[1])}, {"counts", report.sqi_counts[1]}}},
          {"b_sqi", {{"quantiles", ToJson(report.sqi[2])}, {"counts", report.sqi_counts[2]}}}};
}

}  // namespace

std::string AuditJson(const AuditReport& report) {
  const Json json = {
      {"dataset", report.dataset},
      {"kind", report.kind},
      {"version_sha256", report.version_sha256},
      {"targets_sha256", report.targets_sha256},
      {"synthetic", report.synthetic},
      {"record_count", report.record_count},
      {"patient_count", report.patient_count},
      {"patients_by_exam_count", report.patients_by_exam_count},
      {"targets", ListToJson(report.targets)},
      {"cooccurrence", report.cooccurrence},
      {"age_bands", ListToJson(report.age_bands)},
      {"sexes", ListToJson(report.sexes)},
      {"lead_layouts", ListToJson(report.lead_layouts)},
      {"expectations", ListToJson(report.expectations)},
      {"duration_seconds", ToJson(report.duration_seconds)},
      {"duration_edges", report.duration_edges},
      {"duration_counts", report.duration_counts},
      {"sqi", SqiToJson(report)},
      {"leads", ListToJson(report.leads)},
      {"railed_record_count", report.railed_record_count},
      {"flat_record_count", report.flat_record_count},
      {"suspicions", ListToJson(report.suspicions)},
      {"failures", ListToJson(report.failures)},
      {"warnings", ListToJson(report.warnings)},
  };
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pecg
