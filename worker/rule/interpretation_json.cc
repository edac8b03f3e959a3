#include "worker/rule/interpretation_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

Json Number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  constexpr double kDecimals = 1e4;
  return std::round(*value * kDecimals) / kDecimals;
}

std::string_view WordOf(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return "female";
    case Sex::kMale:
      return "male";
    case Sex::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Json CriteriaOf(const Judgement& judgement) {
  Json criteria = Json::array();
  for (const Criterion* reason : judgement.Reasons()) {
    criteria.push_back({{"id", reason->id},
                        {"text", reason->text},
                        {"value", Number(reason->value)},
                        {"limit", Number(reason->limit)},
                        {"unit", reason->unit}});
  }
  return criteria;
}

Json FindingsOf(const Interpretation& interpretation) {
  Json findings = Json::array();
  for (const Judgement* judgement : interpretation.Findings()) {
    findings.push_back({{"code", judgement->kind->code},
                        {"aha_code", judgement->kind->aha_code},
                        {"name", judgement->kind->name},
                        {"severity", NameOf(judgement->severity)},
                        {"confidence", Number(judgement->confidence)},
                        {"criteria", CriteriaOf(*judgement)}});
  }
  return findings;
}

Json OpenOf(const Interpretation& interpretation) {
  Json open = Json::array();
  for (const Judgement* judgement : interpretation.NotJudged()) {
    open.push_back({{"code", judgement->kind->code},
                    {"name", judgement->kind->name},
                    {"reason", judgement->WhyUnknown()}});
  }
  return open;
}

Json LimitationsOf(const EcgMeasurements& ecg) {
  Json limitations = Json::array();
  for (const Limitation limitation : ecg.limitations) {
    limitations.push_back(NameOf(limitation));
  }
  return limitations;
}

Json ConventionOf(const Interpretation& interpretation) {
  return {{"fast", Number(interpretation.convention.fast)},
          {"slow", Number(interpretation.convention.slow)}};
}

Json AgeOf(const Interpretation& interpretation) {
  if (!interpretation.patient.age_days) return nullptr;
  return *interpretation.patient.age_days;
}

std::string Line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json QualityOf(const EcgMeasurements& ecg) {
  Json leads = Json::object();
  for (int i = 0; i < kLeadCount; ++i) {
    const LeadSignal& signal = ecg.signals[static_cast<std::size_t>(i)];
    if (signal.state == LeadSignal::State::kMissing) continue;
    leads[std::string(NameOf(static_cast<Lead>(i)))] = {
        {"state", NameOf(signal.state)},
        {"quality", Number(signal.quality.value)},
        {"masked_fraction", Number(signal.masked_fraction)},
        {"noise_mv", Number(signal.noise_mv.value)}};
  }
  return {{"limitations", LimitationsOf(ecg)}, {"leads", leads}};
}

}  // namespace

std::string InterpretationJson(std::string_view record, const EcgMeasurements& ecg,
                               const Interpretation& interpretation) {
  Json measurements = Json::object();
  for (const NamedQuantity& named : ListGlobalQuantities(ecg)) {
    measurements[named.name] = Number(named.quantity.value);
  }
  Json z_scores = Json::object();
  for (const NamedScore& score : interpretation.z_scores) z_scores[score.name] = Number(score.z);
  Json scores = Json::object();
  for (const RuleScore& score : ComputeRuleScores(interpretation)) {
    scores[std::string(score.name)] = Number(score.value);
  }
  const Json object = {{"record", record},
                       {"age_days", AgeOf(interpretation)},
                       {"sex", WordOf(interpretation.patient.sex)},
                       {"measurements", measurements},
                       {"z_scores", z_scores},
                       {"conclusion", NameOf(interpretation.conclusion)},
                       {"findings", FindingsOf(interpretation)},
                       {"not_judged", OpenOf(interpretation)},
                       {"rate_by_convention", ConventionOf(interpretation)},
                       {"rule_scores", scores},
                       {"quality", QualityOf(ecg)}};
  return Line(object);
}

std::string FindingsJson(std::string_view record, const EcgMeasurements& ecg,
                         const Interpretation& interpretation) {
  Json open = Json::array();
  for (const Judgement* judgement : interpretation.NotJudged())
    open.push_back(judgement->kind->code);
  const Json object = {{"record", record},
                       {"age_days", AgeOf(interpretation)},
                       {"sex", WordOf(interpretation.patient.sex)},
                       {"heart_rate_bpm", Number(ecg.rhythm.heart_rate_bpm.value)},
                       {"conclusion", NameOf(interpretation.conclusion)},
                       {"findings", FindingsOf(interpretation)},
                       {"not_judged", open},
                       {"rate_by_convention", ConventionOf(interpretation)},
                       {"limitations", LimitationsOf(ecg)}};
  return Line(object);
}

}  // namespace pecg
