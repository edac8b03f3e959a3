#include "worker/rule/interpret.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/rule/criterion_table.h"
#include "worker/rule/finding_table.h"
#include "worker/rule/judge_family.h"
#include "worker/rule/rule_case.h"

namespace pecg {
namespace {

std::size_t PlaceOf(const Judgement& judgement) {
  return static_cast<std::size_t>(judgement.kind - FindingKinds().data());
}

ConventionScores CompareWithConvention(const RuleCase& c) {
  ConventionScores scores;
  const auto rate = c.HeartRate().value;
  if (!rate || *rate <= 0) return scores;
  if (const auto fast = LimitOf("C21z", c.age_days())) scores.fast = std::log(*rate / *fast);
  if (const auto slow = LimitOf("C22z", c.age_days())) scores.slow = std::log(*slow / *rate);
  return scores;
}

std::vector<NamedScore> ScoreAll(const RuleCase& c) {
  const EcgMeasurements& ecg = c.ecg();
  std::vector<NamedScore> scores;
  const auto add = [&](std::string name, const Observed& observed) {
    NamedScore score{std::move(name), std::nullopt};
    if (observed.value) score.z = c.limits().Score(score.name, *observed.value);
    scores.push_back(std::move(score));
  };
  add("heart_rate", c.HeartRate());
  add("p_duration", c.Of(ecg.intervals.p_ms, "", "ms"));
  add("pr_interval", c.Of(ecg.intervals.pr_ms, "", "ms"));
  add("qrs_duration", c.Of(ecg.intervals.qrs_ms, "", "ms"));
  add("qtc_bazett", c.Of(ecg.intervals.qtc_bazett_ms, "", "ms"));
  add("p_axis", c.AxisOf(ecg.axes.p, ""));
  add("qrs_axis", c.AxisOf(ecg.axes.qrs, ""));
  for (const Lead lead : {Lead::kII, Lead::kV1, Lead::kV2}) {
    add(fmt::format("p_amp_{}", NameOf(lead)), c.Of(ecg.Of(lead).p_positive_mv, "", "mV"));
  }
  for (const Lead lead : {Lead::kI, Lead::kII, Lead::kIII, Lead::kAVR, Lead::kAVL, Lead::kAVF,
                          Lead::kV1, Lead::kV2, Lead::kV4, Lead::kV5, Lead::kV6}) {
    add(fmt::format("r_amp_{}", NameOf(lead)), c.R(lead));
    add(fmt::format("s_amp_{}", NameOf(lead)), c.S(lead));
  }
  for (const Lead lead : {Lead::kII, Lead::kIII, Lead::kAVF, Lead::kV6}) {
    add(fmt::format("q_amp_{}", NameOf(lead)), c.Q(lead));
  }
  return scores;
}

Conclusion Conclude(const EcgMeasurements& ecg, const std::vector<Judgement>& judgements) {
  if (!ecg.rhythm.heart_rate_bpm.has_value()) return Conclusion::kNotInterpretable;
  Conclusion conclusion = Conclusion::kNormal;
  const auto raise = [&](Conclusion to) { conclusion = std::max(conclusion, to); };
  for (const Judgement& judgement : judgements) {
    if (!judgement.present()) continue;
    switch (judgement.severity) {
      case Severity::kConvention:
      case Severity::kNormalVariant:
      case Severity::kTechnical:
        break;
      case Severity::kBorderline:
      case Severity::kMinor:
        raise(Conclusion::kOtherwiseNormal);
        break;
      case Severity::kAbnormal:
        raise(Conclusion::kAbnormal);
        break;
      case Severity::kUrgent:
      case Severity::kCritical:
        raise(Conclusion::kUrgent);
        break;
    }
  }
  return conclusion;
}

}  // namespace

std::string_view NameOf(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::kNotInterpretable:
      return "not_interpretable";
    case Conclusion::kNormal:
      return "normal";
    case Conclusion::kOtherwiseNormal:
      return "otherwise_normal";
    case Conclusion::kAbnormal:
      return "abnormal";
    case Conclusion::kUrgent:
      return "urgent";
  }
  return "";
}

std::vector<const Judgement*> Interpretation::Findings() const {
  std::vector<const Judgement*> findings;
  for (const Judgement& judgement : judgements) {
    if (judgement.present() && judgement.severity != Severity::kConvention) {
      findings.push_back(&judgement);
    }
  }
  std::ranges::stable_sort(findings, std::greater<>(),
                           [](const Judgement* judgement) { return judgement->severity; });
  return findings;
}

std::vector<const Judgement*> Interpretation::NotJudged() const {
  std::vector<const Judgement*> open;
  for (const Judgement& judgement : judgements) {
    if (judgement.evidence.outcome == Outcome::kUnknown) open.push_back(&judgement);
  }
  return open;
}

const Judgement& Interpretation::Of(std::string_view code) const {
  for (const Judgement& judgement : judgements) {
    if (judgement.kind->code == code) return judgement;
  }
  throw Error(Error::Kind::kNotFound, "no finding has this code", std::string(code));
}

Interpretation Interpret(const EcgMeasurements& ecg, const Patient& patient) {
  RuleCase rule_case(ecg, patient);
  JudgeRecording(&rule_case);
  JudgeRhythm(&rule_case);
  JudgeRate(&rule_case);
  JudgeAtrioventricular(&rule_case);
  JudgeAxis(&rule_case);
  JudgeConduction(&rule_case);
  JudgeVentricles(&rule_case);
  JudgeAtria(&rule_case);
  JudgeRepolarisation(&rule_case);
  Interpretation interpretation;
  interpretation.patient = patient;
  interpretation.z_scores = ScoreAll(rule_case);
  interpretation.convention = CompareWithConvention(rule_case);
  interpretation.judgements = rule_case.TakeJudgements();
  std::ranges::sort(interpretation.judgements, {}, PlaceOf);
  interpretation.conclusion = Conclude(ecg, interpretation.judgements);
  return interpretation;
}

}  // namespace pecg
