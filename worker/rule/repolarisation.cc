#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

constexpr int kFirstWeekDays = 7;
/// Millivolts that make a margin of 1 for ST and T.
constexpr double kWaveScale = 0.2;

/// Wide complexes change QT, ST and T by themselves.
std::optional<bool> NarrowComplexes(const RuleCase& c) {
  for (const char* code : {"I106", "I104", "I108", "PACE", "G70"}) {
    if (c.Earlier(code) == Outcome::kYes) return std::nullopt;
  }
  return true;
}

Evidence PrimaryChange(const RuleCase& c, Judge* judge) {
  return judge->Fact("primary", NarrowComplexes(c), "not the consequence of a wide or paced QRS");
}

/// Bazett overcorrects fast rates: after infancy QTc by Fridericia must be long as well.
Evidence LongByFridericia(const RuleCase& c, Judge* judge) {
  const auto rate = c.HeartRate().value;
  const bool is_fast = rate && *rate > LimitOf("L148_rate");
  const bool is_older = !c.age_days() || *c.age_days() > LimitOf("L148_age");
  if (!is_fast || !is_older) return {Outcome::kYes, 1};
  return judge->Above("L148_fridericia",
                      c.Of(c.ecg().intervals.qtc_fridericia_ms, "QTc (Fridericia)", "ms"),
                      LimitOf("L148_fridericia"));
}

void JudgeQt(RuleCase* c) {
  const Observed bazett = c->Of(c->ecg().intervals.qtc_bazett_ms, "QTc (Bazett)", "ms");
  Judge long_qt(*c, "L148");
  const Evidence is_long = All({long_qt.Above("L148", bazett, LimitOf("L148")),
                                LongByFridericia(*c, &long_qt), PrimaryChange(*c, &long_qt)});
  if (bazett.value && *bazett.value > LimitOf("L148_definite")) {
    long_qt.SetSeverity(Severity::kUrgent);
  }
  if (bazett.value && *bazett.value > LimitOf("L148_critical")) {
    long_qt.SetSeverity(Severity::kCritical);
  }
  c->Add(long_qt.Decide(is_long));

  Judge borderline(*c, "L148b");
  c->Add(borderline.Decide(
      All({borderline.Above("L148_borderline", bazett, LimitOf("L148_borderline")),
           borderline.AtMost("L148", bazett, LimitOf("L148")), LongByFridericia(*c, &borderline),
           PrimaryChange(*c, &borderline)})));

  Judge short_qt(*c, "L149");
  c->Add(short_qt.Decide(short_qt.Below("L149", bazett, LimitOf("L149"))));
}

struct BrugadaLead {
  Observed j;
  Observed st40;
  Observed st80;
  Observed t;
};

BrugadaLead LookAt(const RuleCase& c, Lead lead) {
  const LeadMeasurements& measured = c.ecg().Of(lead);
  const auto named = [&](const Quantity& quantity, std::string_view what) {
    return c.Of(quantity, fmt::format("{} {}", what, NameOf(lead)), "mV");
  };
  return {named(measured.j_mv, "J point"), named(measured.st40_mv, "ST 40 ms after J"),
          named(measured.st80_mv, "ST 80 ms after J"), named(measured.t_mv, "T")};
}

Evidence Type1(const RuleCase& c, Judge* judge, Lead lead) {
  const BrugadaLead at = LookAt(c, lead);
  return All({judge->AtLeast("BRU1_j", at.j, LimitOf("BRU1_j")),
              judge->AtLeast("BRU1_st", at.st40, LimitOf("BRU1_st"), kWaveScale),
              judge->Below("BRU1_slope", at.st80, at.j.value, kWaveScale),
              judge->Below("BRU1_t", at.t, LimitOf("BRU1_t"), kWaveScale)});
}

Evidence Type2(const RuleCase& c, Judge* judge, Lead lead) {
  const BrugadaLead at = LookAt(c, lead);
  Observed trough = at.st40;
  trough.name = fmt::format("ST trough {}", NameOf(lead));
  if (at.st40.value && at.st80.value) trough.value = std::min(*at.st40.value, *at.st80.value);
  return All({judge->AtLeast("BRU2_j", at.j, LimitOf("BRU2_j")),
              judge->AtLeast("BRU2_trough", trough, LimitOf("BRU2_trough")),
              judge->Below("BRU2_saddle", trough, at.j.value, kWaveScale),
              judge->Above("BRU2_t", at.t, trough.value, kWaveScale)});
}

Evidence Type3(const RuleCase& c, Judge* judge, Lead lead) {
  const BrugadaLead at = LookAt(c, lead);
  return All({judge->AtLeast("BRU2_j", at.j, LimitOf("BRU2_j")),
              judge->Below("BRU3_st", at.st80, LimitOf("BRU3_st"), kWaveScale),
              judge->Above("BRU3_t", at.t, 0, kWaveScale)});
}

void JudgeBrugada(RuleCase* c) {
  const auto judge_type = [&](std::string_view code, auto type) {
    Judge judge(*c, code);
    const auto in = [&](Lead lead) {
      return judge.Together([&] { return type(*c, &judge, lead); });
    };
    std::vector<Evidence> leads = {in(Lead::kV1)};
    if (c->Has(Lead::kV2)) leads.push_back(in(Lead::kV2));
    c->Add(judge.Decide(All({Any(leads), PrimaryChange(*c, &judge)})));
  };
  judge_type("BRU1", Type1);
  judge_type("BRU2", Type2);
  judge_type("BRU3", Type3);
}

bool IsChest(Lead lead) { return lead >= Lead::kV1; }

/// The limit of an ST elevation in a lead.
double HighestSt(const RuleCase& c, Lead lead) {
  if (!IsChest(lead)) return LimitOf("L145_limb");
  constexpr int k12y = 4383;
  constexpr int k16y = 5844;
  const bool adolescent = c.age_days() && *c.age_days() >= k12y && *c.age_days() < k16y;
  const bool middle = lead >= Lead::kV2 && lead <= Lead::kV4;
  if (adolescent && middle && c.patient().sex != Sex::kFemale) return LimitOf("L155_boys");
  return LimitOf("L145_chest");
}

/// One lead's ST on the side it lies; J must have left the line on the same side.
Evidence Deviation(const RuleCase& c, Judge* judge, Lead lead, bool is_low) {
  const Observed st = c.St(lead);
  const Observed j = LookAt(c, lead).j;
  const double share = LimitOf("L145_j");
  return judge->Together([&] {
    if (is_low) {
      const char* id = IsChest(lead) ? "L145_depression" : "L145_limb";
      const double lowest = -LimitOf(id);
      return All({judge->AtMost(id, st, lowest), judge->AtMost("L145_j", j, share * lowest)});
    }
    const double highest = HighestSt(c, lead);
    return All({judge->AtLeast(IsChest(lead) ? "L145_chest" : "L145_limb", st, highest),
                judge->AtLeast("L145_j", j, share * highest)});
  });
}

void JudgeSt(RuleCase* c) {
  Judge judge(*c, "L145");
  std::vector<Evidence> raised;
  std::vector<Evidence> lowered;
  for (int i = 0; i < kLeadCount; ++i) {
    const Lead lead = static_cast<Lead>(i);
    if (!c->Has(lead) || lead == Lead::kAVR) continue;  // aVR mirrors the others.
    const Observed st = c->St(lead);
    const bool is_low = st.value && *st.value < 0;
    (is_low ? lowered : raised).push_back(Deviation(*c, &judge, lead, is_low));
    (is_low ? raised : lowered).push_back({Outcome::kNo, -1});
  }
  constexpr std::size_t kFewestLeads = 2;
  const Evidence found = Any({judge.AtLeastLeads("L145", kFewestLeads, raised),
                              judge.AtLeastLeads("L145", kFewestLeads, lowered)});
  c->Add(judge.Decide(All({found, PrimaryChange(*c, &judge)})));
}

void JudgeEarlyRepolarisation(RuleCase* c) {
  Judge judge(*c, "L155");
  const auto in_region = [&](std::span<const Lead> leads) {
    std::vector<Evidence> evidence;
    for (const Lead lead : leads) {
      if (!c->Has(lead)) continue;
      const BrugadaLead at = LookAt(*c, lead);
      evidence.push_back(judge.Together([&] {
        return All({judge.AtLeast("L155_j", at.j, LimitOf("L155_j")),
                    judge.Above("L155_t", at.t, LimitOf("L147_flat"), kWaveScale)});
      }));
    }
    return judge.AtLeastLeads("L155", 2, evidence);
  };
  constexpr std::array kInferior = {Lead::kII, Lead::kIII, Lead::kAVF};
  constexpr std::array kLeft = {Lead::kI, Lead::kAVL, Lead::kV5, Lead::kV6};
  const Evidence found = Any({in_region(kInferior), in_region(kLeft)});
  const bool deviates = c->Earlier("L145") == Outcome::kYes;
  c->Add(judge.Decide(All(
      {found, PrimaryChange(*c, &judge), judge.Fact("L155_no_st", !deviates, "no ST deviation")})));
}

Evidence InvertedT(const RuleCase& c, Judge* judge) {
  std::vector<Lead> leads = {Lead::kI, Lead::kII, Lead::kV5, Lead::kV6};
  constexpr int k12y = 4383;
  if (c.age_days() && *c.age_days() >= k12y) leads.push_back(Lead::kV4);
  std::vector<Evidence> evidence;
  for (const Lead lead : leads) {
    if (!c.Has(lead)) continue;
    evidence.push_back(
        judge->AtMost("L147_inverted", c.T(lead), LimitOf("L147_inverted"), kWaveScale));
  }
  return judge->AtLeastLeads("L147", 1, evidence);
}

Evidence FlatT(const RuleCase& c, Judge* judge) {
  std::vector<Evidence> evidence;
  for (const Lead lead : {Lead::kI, Lead::kII, Lead::kV5, Lead::kV6}) {
    if (!c.Has(lead)) continue;
    Observed size = c.T(lead);
    size.name = fmt::format("size of T {}", NameOf(lead));
    if (size.value) size.value = std::abs(*size.value);
    evidence.push_back(judge->Below("L147_flat", size, LimitOf("L147_flat"), kWaveScale));
  }
  return judge->AtLeastLeads("L147", 2, evidence);
}

void JudgeT(RuleCase* c) {
  Judge judge(*c, "L147");
  const auto upright = LimitOf("K143e", c->age_days());
  std::vector<Evidence> found = {InvertedT(*c, &judge), FlatT(*c, &judge)};
  if (upright) found.push_back(judge.Above("K143e", c->T(Lead::kV1), upright, kWaveScale));
  const bool first_week = c->age_days() && *c->age_days() < kFirstWeekDays;
  const Evidence settled = judge.Fact("L147_week", first_week ? std::nullopt : std::optional(true),
                                      "T after the first week");
  c->Add(judge.Decide(All({Any(found), settled, PrimaryChange(*c, &judge)})));
}

void JudgeAngle(RuleCase* c) {
  Judge judge(*c, "QRST");
  const Observed angle = c->Of(c->ecg().axes.qrs_t_angle_deg, "QRS-T angle", "deg");
  c->Add(
      judge.Decide(All({judge.Above("QRST", angle, LimitOf("QRST")), PrimaryChange(*c, &judge)})));
}

Observed QDuration(const RuleCase& c, Lead lead) {
  const Observed q = c.Q(lead);
  Observed width = c.Of(c.ecg().Of(lead).q_ms, fmt::format("Q duration {}", NameOf(lead)), "ms");
  if (!width.value && q.value && *q.value == 0) width.value = 0;
  return width;
}

/// Deep for age where the tables know it; else wide and a quarter of R.
Evidence AbnormalQ(const RuleCase& c, Judge* judge, Lead lead) {
  const Observed q = c.Q(lead);
  const auto deepest = c.P98(fmt::format("q_amp_{}", NameOf(lead)));
  if (deepest) {
    return Any({judge->Above("QWAVE", q, deepest),
                judge->Above("Q_ms", QDuration(c, lead), LimitOf("Q_ms"))});
  }
  const Observed r = c.R(lead);
  Observed share{fmt::format("Q/R {}", NameOf(lead)), "1", std::nullopt, q.quality};
  if (q.value && r.value && *r.value > 0) share.value = *q.value / *r.value;
  return judge->Together([&] {
    return All({judge->Above("Q_share", share, LimitOf("Q_share")),
                judge->Above("Q_ms", QDuration(c, lead), LimitOf("Q_ms"))});
  });
}

void JudgeQ(RuleCase* c) {
  Judge judge(*c, "QWAVE");
  // With an axis to the right I and aVL face away from it, and begin with a Q.
  constexpr double kRightward = 90;
  const auto axis = c->AxisOf(c->ecg().axes.qrs, "QRS axis").value;
  const bool faces_away = axis && std::abs(*axis) > kRightward;
  const auto in_region = [&](std::span<const Lead> leads) {
    std::vector<Evidence> evidence;
    for (const Lead lead : leads) {
      const bool is_positional = faces_away && (lead == Lead::kI || lead == Lead::kAVL);
      if (c->Has(lead) && !is_positional) evidence.push_back(AbnormalQ(*c, &judge, lead));
    }
    return judge.AtLeastLeads("QWAVE", 2, evidence);
  };
  constexpr std::array kInferior = {Lead::kII, Lead::kIII, Lead::kAVF};
  constexpr std::array kLeft = {Lead::kI, Lead::kAVL, Lead::kV5, Lead::kV6};
  const Evidence found = Any({in_region(kInferior), in_region(kLeft)});
  c->Add(judge.Decide(All({found, PrimaryChange(*c, &judge)})));

  Judge infant(*c, "ALCAPA");
  const auto deep = LimitOf("ALCAPA_mv", c->age_days());
  if (c->age_days() && !deep) {
    c->Add(infant.Decide(infant.Fact("ALCAPA_mv", false, "under two years of age")));
    return;
  }
  std::vector<Evidence> leads;
  for (const Lead lead : {Lead::kI, Lead::kAVL, Lead::kV4, Lead::kV5, Lead::kV6}) {
    if (!c->Has(lead)) continue;
    leads.push_back(infant.Together([&] {
      return All(
          {infant.Above("ALCAPA_mv", c->Q(lead), deep),
           infant.Above("ALCAPA_ms", QDuration(*c, lead), LimitOf("ALCAPA_ms", c->age_days()))});
    }));
  }
  c->Add(infant.Decide(infant.AtLeastLeads("ALCAPA", 2, leads)));
}

}  // namespace

void JudgeRepolarisation(RuleCase* rule_case) {
  JudgeQt(rule_case);
  JudgeBrugada(rule_case);
  JudgeSt(rule_case);
  JudgeEarlyRepolarisation(rule_case);
  JudgeT(rule_case);
  JudgeAngle(rule_case);
  JudgeQ(rule_case);
}

}  // namespace pecg
