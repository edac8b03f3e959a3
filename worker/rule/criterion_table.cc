#include "worker/rule/criterion_table.h"

#include <array>
#include <string>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

// Ages in days: years of 365.25, as criteria.csv has them.
constexpr int k1y = 365;
constexpr int k4y = 1461;
constexpr int k6y = 2192;
constexpr int k8y = 2922;
constexpr int k16y = 5844;

constexpr auto kSeen = LimitBasis::kSeen;
constexpr auto kRecalled = LimitBasis::kRecalled;
constexpr auto kDerived = LimitBasis::kDerived;
constexpr auto kChosen = LimitBasis::kChosen;

constexpr auto kLimits = std::to_array<CriterionLimit>({
    {"C21z", 0, k1y, 140, "bpm", "sinus tachycardia as the hospital writes it", kSeen,
     "Chinese teaching convention (jkzl.com 249231)"},
    {"C21z", k1y, k6y, 120, "bpm", "the same", kSeen,
     "Chinese teaching convention (jkzl.com 249231)"},
    {"C21z", k6y, kNoAgeEnd, 100, "bpm", "the same", kSeen,
     "Chinese teaching convention (jkzl.com 249231)"},
    {"C22z", 0, k1y, 100, "bpm", "sinus bradycardia as the hospital writes it", kSeen,
     "Chinese teaching convention (sipix.com.cn 329746)"},
    {"C22z", k1y, k6y, 80, "bpm", "the same", kSeen,
     "Chinese teaching convention (sipix.com.cn 329746)"},
    {"C22z", k6y, kNoAgeEnd, 60, "bpm", "the same", kSeen,
     "Chinese teaching convention (sipix.com.cn 329746)"},
    {"sinus_p_fraction", 0, kNoAgeEnd, 0.7, "1", "share of beats with a P wave: sinus rhythm",
     kChosen, "P waves of single beats may drown in noise"},
    {"sinus_p_axis_low", 0, kNoAgeEnd, -30, "deg", "P axis of sinus rhythm, lower end", kRecalled,
     "0 to 90 degrees, with 30 for the error of a small wave"},
    {"sinus_p_axis_high", 0, kNoAgeEnd, 120, "deg", "P axis of sinus rhythm, upper end", kRecalled,
     "0 to 90 degrees, with 30 for the error of a small wave"},
    {"C23", 0, kNoAgeEnd, 120, "ms", "longest minus shortest RR of sinus beats", kRecalled,
     "0.12 s rule; DERIVED check on 4 ZZU records"},
    {"E55_rate", 0, k1y, 220, "bpm", "supraventricular tachycardia by rate", kSeen,
     "PALS (acls.net); Medscape 2066794"},
    {"E55_rate", k1y, kNoAgeEnd, 180, "bpm", "the same", kSeen,
     "PALS (acls.net); Medscape 2066794"},
    {"E55_qrs", 0, kNoAgeEnd, 90, "ms", "narrow QRS", kSeen, "PALS (acls.net)"},
    {"E55_variation", 0, kNoAgeEnd, 0.03, "1", "RR as good as fixed (SD over mean)", kDerived,
     "ZZU P10505: 0.008; sinus tachycardia may be as steady, so never alone"},
    {"E55_p_fraction", 0, kNoAgeEnd, 0.3, "1", "no P wave before the QRS complexes", kChosen,
     "well below sinus_p_fraction"},
    {"G70_run", 0, kNoAgeEnd, 3, "1", "consecutive wide beats", kRecalled, "textbook rule"},
    {"G70_width", 0, kNoAgeEnd, 20, "ms", "QRS beyond p98 for age", kRecalled, "textbook rule"},
    {"G70_rate", 0, kNoAgeEnd, 1.2, "1", "rate of the run over the dominant rate", kRecalled,
     "textbook rule"},
    {"E50_variation", 0, kNoAgeEnd, 0.1, "1", "irregular RR (SD over mean)", kRecalled,
     "textbook rule"},
    {"E50_successive", 0, kNoAgeEnd, 0.1, "1",
     "irregular from beat to beat (RMSSD over mean RR): not respiratory", kChosen,
     "respiratory arrhythmia changes slowly"},
    {"E50_p_fraction", 0, kNoAgeEnd, 0.2, "1", "no P wave in more than 80 % of beats", kRecalled,
     "textbook rule"},
    {"E51_rate_low", 0, 30, 300, "bpm", "atrial rate of flutter", kSeen,
     "Starship NICU guideline (300-500 in newborns)"},
    {"E51_rate_low", 30, kNoAgeEnd, 240, "bpm", "the same", kSeen, "mygpnotes (240-360)"},
    {"E51_rate_high", 0, k1y, 500, "bpm", "atrial rate of flutter, upper end", kSeen,
     "Starship NICU guideline (300-500 in newborns)"},
    {"E51_rate_high", k1y, kNoAgeEnd, 400, "bpm", "the same", kRecalled,
     "240-360, faster in children"},
    {"E51_share", 0, kNoAgeEnd, 0.6, "1",
     "share of the oscillation in the power between QRS complexes", kChosen,
     "a sawtooth is almost all of it"},
    {"D30_early", 0, kNoAgeEnd, 0.85, "1", "RR over the median RR", kRecalled,
     "0.82-0.85; DERIVED: P00615 and P07648 show it"},
    {"D30_correlation", 0, kNoAgeEnd, 0.9, "1", "same shape as the dominant beat", kRecalled,
     "textbook rule"},
    {"F60_correlation", 0, kNoAgeEnd, 0.85, "1", "another shape than the dominant beat", kRecalled,
     "textbook rule"},
    {"F60_width", 0, kNoAgeEnd, 20, "ms", "wider than the dominant beat", kRecalled,
     "textbook rule"},
    {"C26", 0, k1y, 1500, "ms", "longest pause", kRecalled, "textbook rule"},
    {"C26", k1y, kNoAgeEnd, 2000, "ms", "the same", kRecalled, "textbook rule"},
    {"C26_relative", 0, kNoAgeEnd, 1.8, "1", "longest pause over the median RR", kChosen,
     "so that a slow regular rhythm is not a pause"},
    {"H82_any_age", 0, kNoAgeEnd, 200, "ms", "first-degree AV block at any age", kSeen,
     "Rijnbeek 2001; textbook"},
    {"H83_increase", 0, kNoAgeEnd, 20, "ms", "PR grows before the dropped beat", kRecalled,
     "textbook rule"},
    {"H83_pause", 0, kNoAgeEnd, 2, "1", "pause over PP interval: shorter than two", kSeen,
     "Starship NICU guideline"},
    {"H84_change", 0, kNoAgeEnd, 20, "ms", "PR stays the same before the dropped beat", kRecalled,
     "textbook rule"},
    {"H85_ratio_low", 0, kNoAgeEnd, 1.9, "1", "P waves per QRS", kRecalled, "2:1, with 5 % error"},
    {"H85_ratio_high", 0, kNoAgeEnd, 2.1, "1", "P waves per QRS", kRecalled, "2:1, with 5 % error"},
    {"H88_ratio", 0, kNoAgeEnd, 1.15, "1", "atrial over ventricular rate", kRecalled,
     "PP shorter than RR"},
    {"H88_pr_sd", 0, kNoAgeEnd, 40, "ms", "SD of PR over beats: no fixed relation", kChosen,
     "a conducted beat varies by a tenth of it"},
    {"H88_variation", 0, kNoAgeEnd, 0.08, "1", "regular RR (SD over mean)", kRecalled,
     "textbook rule"},
    {"I108_pr", 0, kNoAgeEnd, 100, "ms", "short PR of pre-excitation", kSeen,
     "Perry 1990 J Pediatr"},
    {"I108_qrs", 0, kNoAgeEnd, 80, "ms", "wide QRS of pre-excitation", kSeen,
     "Perry 1990 J Pediatr: QRS > 80 in 89 % against 2 %"},
    {"I108_delta", 0, kNoAgeEnd, 0.5, "1", "delta_score: the start of the QRS is slurred", kChosen,
     "half of the scale"},
    {"I108_q", 0, kNoAgeEnd, 0.02, "mV", "no Q wave in V6 (V5)", kSeen,
     "Perry 1990 J Pediatr; what counts as a wave: 20 uV"},
    {"I108", 0, kNoAgeEnd, 3, "1", "points: PR 1, QRS 1, no Q 1, left axis 1, delta wave 2",
     kChosen, "2 in the source; 3, because PR < 100 ms and no Q are normal in infants"},
    {"QRSw", 0, k4y, 90, "ms", "prolonged QRS", kSeen, "AHA/ACCF/HRS 2009"},
    {"QRSw", k4y, k16y, 100, "ms", "the same", kSeen, "AHA/ACCF/HRS 2009"},
    {"QRSw", k16y, kNoAgeEnd, 110, "ms", "the same", kSeen, "AHA/ACCF/HRS 2009"},
    {"I106", 0, k4y, 90, "ms", "bundle branch block", kSeen, "AHA/ACCF/HRS 2009"},
    {"I106", k4y, k16y, 100, "ms", "the same", kSeen, "AHA/ACCF/HRS 2009"},
    {"I106", k16y, kNoAgeEnd, 120, "ms", "the same", kSeen, "AHA/ACCF/HRS 2009"},
    {"I106_s", 0, kNoAgeEnd, 40, "ms", "S in I or V6 (V5)", kSeen, "AHA/ACCF/HRS 2009"},
    {"I106_r2", 0, kNoAgeEnd, 0.1, "mV", "R' in V1 or V2", kChosen,
     "five times what counts as a wave"},
    {"I106_activation", 0, kNoAgeEnd, 50, "ms", "late R peak in V1", kRecalled,
     "AHA/ACCF/HRS 2009"},
    {"I105", 0, k8y, 86, "ms", "incomplete right bundle-branch block", kRecalled,
     "AHA/ACCF/HRS 2009"},
    {"I105", k8y, k16y, 90, "ms", "the same", kSeen, "AHA/ACCF/HRS 2009"},
    {"I105", k16y, kNoAgeEnd, 110, "ms", "the same", kSeen, "AHA/ACCF/HRS 2009"},
    {"I104", 0, k4y, 90, "ms", "left bundle-branch block", kRecalled, "AHA/ACCF/HRS 2009"},
    {"I104", k4y, k16y, 100, "ms", "the same", kRecalled, "AHA/ACCF/HRS 2009"},
    {"I104", k16y, kNoAgeEnd, 120, "ms", "the same", kRecalled, "AHA/ACCF/HRS 2009"},
    {"I104_activation", 0, k16y, 50, "ms", "late R peak in V6 (V5)", kRecalled,
     "60 ms in adults, AHA/ACCF/HRS 2009"},
    {"I104_activation", k16y, kNoAgeEnd, 60, "ms", "the same", kRecalled, "AHA/ACCF/HRS 2009"},
    {"I101_axis_high", 0, kNoAgeEnd, -45, "deg", "axis of left anterior fascicular block",
     kRecalled, "AHA/ACCF/HRS 2009"},
    {"I101_axis_low", 0, kNoAgeEnd, -90, "deg", "the same, other end", kRecalled,
     "AHA/ACCF/HRS 2009"},
    {"I102_axis", 0, kNoAgeEnd, 90, "deg", "axis of left posterior fascicular block", kSeen,
     "AHA/ACCF/HRS 2009 (wikidoc)"},
    {"I102_age", 0, kNoAgeEnd, 5844, "d", "below 16 years only with a documented shift", kSeen,
     "AHA/ACCF/HRS 2009 (wikidoc)"},
    {"J120_sweep", 0, kNoAgeEnd, -150, "deg", "-180 to here still counts as right", kChosen,
     "the axis of a large right ventricle goes past 180"},
    {"J121_any_age", 0, 30, 30, "deg", "left axis deviation", kSeen,
     "AHA/ACCF/HRS 2009 (newborns)"},
    {"J121_any_age", 30, kNoAgeEnd, -30, "deg", "left axis deviation", kSeen, "AHA/ACCF/HRS 2009"},
    {"J122", 0, kNoAgeEnd, -90, "deg",
     "superior axis: -90 to -150 (to -180 where the axis is not right)", kRecalled,
     "textbook rule"},
    {"K143d", 30, kNoAgeEnd, 1, "1", "R/S V6 (V5) reversed", kSeen, "DFTB ventricular hypertrophy"},
    {"K143e", 4, k6y, 0.05, "mV", "upright T in V1", kSeen, "DFTB (3 d-6 y); Starship NICU"},
    {"K143f", 0, kNoAgeEnd, 0.1, "mV", "Q in V1 before an R", kSeen, "DFTB; Goodwin"},
    {"K143g_pure", 0, 30, 1, "mV", "R V1 without S", kSeen, "Starship NICU guideline"},
    {"K143g", 0, 30, 2.5, "mV", "R V1", kSeen, "Starship NICU guideline"},
    {"K143h", 0, k1y, 1.5, "mV", "R' V1", kRecalled, "Park"},
    {"K143h", k1y, kNoAgeEnd, 1, "mV", "R' V1", kRecalled, "Park"},
    {"K142d", 0, kNoAgeEnd, 0.5, "mV", "Q in V5 or V6", kSeen, "DFTB; Starship NICU"},
    {"K142d_t", 0, kNoAgeEnd, 0.5, "mV", "with a tall T there", kChosen,
     "half of the usual largest T"},
    {"K142e", 0, kNoAgeEnd, -0.1, "mV", "T inverted in V5 or V6, or in I and aVF", kChosen,
     "deeper than flat"},
    {"K142g_r", 0, 7, 1.7, "mV", "R V6 (V5)", kSeen, "Starship NICU guideline"},
    {"K142g_r", 7, 30, 2.5, "mV", "R V6 (V5)", kSeen, "Starship NICU guideline"},
    {"K142g_s", 0, 30, 2, "mV", "S V1", kSeen, "Starship NICU guideline"},
    {"K142g_sum", 0, 30, 4.5, "mV", "S V1 + R V6", kSeen, "Starship NICU guideline"},
    {"K144", 0, kNoAgeEnd, 6, "mV", "R + S in V2 to V4 (Katz-Wachtel)", kRecalled, "Park; DFTB"},
    {"K141", 0, 183, 0.3, "mV", "P in II or V1", kSeen, "Starship NICU guideline; LITFL"},
    {"K141", 183, kNoAgeEnd, 0.25, "mV", "P in II or V1", kSeen,
     "Rijnbeek 2001 (p98 of P II 0.22-0.26)"},
    {"K140_terminal", 0, kNoAgeEnd, 4, "mV*ms", "terminal negative P in V1: 0.1 mV times 40 ms",
     kSeen, "CNMC notes"},
    {"K140_depth", 0, kNoAgeEnd, -0.1, "mV", "depth of the negative P in V1", kSeen, "CNMC notes"},
    {"J125_limb", 0, kNoAgeEnd, 0.5, "mV", "QRS peak to peak, all limb leads", kSeen,
     "PMC2637596, table 1"},
    {"J125_chest", 0, kNoAgeEnd, 1, "mV", "QRS peak to peak, all chest leads", kSeen, "PMC2637596"},
    {"L148_borderline", 0, kNoAgeEnd, 450, "ms", "QTc by Bazett", kSeen,
     "Phan 2015; Schwartz score PMC5000131"},
    {"L148", 0, kNoAgeEnd, 460, "ms", "QTc by Bazett", kSeen, "Phan 2015"},
    {"L148_definite", 0, kNoAgeEnd, 480, "ms", "QTc by Bazett", kSeen, "Schwartz score PMC5000131"},
    {"L148_critical", 0, kNoAgeEnd, 500, "ms", "QTc by Bazett", kSeen, "Schwartz score PMC5000131"},
    {"L148_rate", 0, kNoAgeEnd, 90, "bpm",
     "above it Bazett overcorrects: QTc by Fridericia must be long too", kSeen, "Andrsova 2020"},
    {"L148_age", 0, kNoAgeEnd, 1096, "d", "the same, above this age", kSeen, "Andrsova 2020"},
    {"L148_fridericia", 0, kNoAgeEnd, 440, "ms", "QTc by Fridericia", kSeen,
     "Andrsova 2020; Phan 2015"},
    {"L149", 0, kNoAgeEnd, 330, "ms", "QTc by Bazett", kSeen, "Europace 2021 euab097"},
    {"BRU1_j", 0, kNoAgeEnd, 0.2, "mV", "J point in V1 or V2", kSeen, "Wilde, consensus"},
    {"BRU1_st", 0, kNoAgeEnd, 0.1, "mV", "ST 40 ms after J: coved, not the end of QRS", kChosen,
     "half of the take-off"},
    {"BRU1_t", 0, kNoAgeEnd, -0.05, "mV", "negative T", kSeen, "Wilde, consensus"},
    {"BRU2_j", 0, kNoAgeEnd, 0.2, "mV", "high take-off", kSeen, "Europace 2014 16:1639"},
    {"BRU2_trough", 0, kNoAgeEnd, 0.1, "mV", "saddleback trough", kSeen, "Europace 2014 16:1639"},
    {"BRU3_st", 0, kNoAgeEnd, 0.1, "mV", "terminal ST", kSeen, "Wilde, consensus"},
    {"L145_limb", 0, kNoAgeEnd, 0.1, "mV", "ST against the level before the QRS", kRecalled,
     "textbook rule"},
    {"L145_chest", 0, kNoAgeEnd, 0.2, "mV", "ST elevation", kRecalled, "textbook rule"},
    {"L145_depression", 0, kNoAgeEnd, 0.1, "mV", "ST depression, chest leads too", kRecalled,
     "textbook rule"},
    {"L145_fast", 0, kNoAgeEnd, 100, "bpm", "above it ST is taken 60 ms after J, else 80",
     kRecalled, "textbook rule"},
    {"L145_very_fast", 0, kNoAgeEnd, 120, "bpm", "above it ST is taken 40 ms after J", kChosen,
     "T begins to rise before 60 ms"},
    {"L145_j", 0, kNoAgeEnd, 0.5, "1", "share of the limit that J must reach on the same side",
     kChosen, "a rise that begins after J is T, not ST"},
    {"L155_boys", 0, kNoAgeEnd, 0.3, "mV", "ST elevation in V2 to V4 of boys from 12 to 15",
     kRecalled, "early repolarisation"},
    {"L155_j", 0, kNoAgeEnd, 0.1, "mV", "J point of early repolarisation", kRecalled,
     "in two inferior or lateral leads"},
    {"L147_inverted", 0, kNoAgeEnd, -0.05, "mV", "T inverted", kRecalled, "textbook rule"},
    {"L147_flat", 0, kNoAgeEnd, 0.05, "mV", "T flat", kRecalled, "textbook rule"},
    {"QRST", 0, kNoAgeEnd, 100, "deg", "frontal QRS-T angle", kRecalled, "textbook"},
    {"Q_ms", 0, kNoAgeEnd, 40, "ms", "wide Q", kRecalled, "30-40 ms"},
    {"Q_share", 0, kNoAgeEnd, 0.25, "1", "Q over R, where no normals of Q are known", kRecalled,
     "textbook rule"},
    {"ALCAPA_mv", 0, 730, 0.3, "mV", "deep Q in I, aVL, V4 to V6", kRecalled, "textbook rule"},
    {"ALCAPA_ms", 0, 730, 30, "ms", "wide Q there", kRecalled, "textbook rule"},
    {"B10_p", 0, kNoAgeEnd, -0.03, "mV", "P in I negative, its mirror in aVR positive", kChosen,
     "above what noise leaves in a median beat"},
    {"B10_rl", 0, kNoAgeEnd, 0.1, "mV",
     "QRS in a limb lead as good as zero: a leg electrode is on an arm", kRecalled,
     "far-field rule"},
    {"B10q", 0, kNoAgeEnd, 0.05, "mV", "I + III - II or aVR + aVL + aVF", kDerived,
     "23 ZZU records: 0.002-0.004 mV; 26.8 mV at rails"},
    {"B14", 0, kNoAgeEnd, 0.02, "1", "share of a lead that lies on a rail", kDerived,
     "5 of 23 ZZU records hold 23-52 mV excursions"},
    {"B15", 0, kNoAgeEnd, 0.1, "mV", "noise above 20 Hz", kChosen,
     "five times what counts as a wave"},
    {"B16", 0, kNoAgeEnd, 0.5, "1", "share of a lead without signal", kChosen,
     "not measured from there on"},
});

}  // namespace

std::string_view NameOf(LimitBasis basis) {
  switch (basis) {
    case LimitBasis::kSeen:
      return "SEEN";
    case LimitBasis::kRecalled:
      return "RECALLED";
    case LimitBasis::kDerived:
      return "DERIVED";
    case LimitBasis::kChosen:
      return "CHOSEN";
  }
  return "";
}

std::span<const CriterionLimit> CriterionLimits() { return kLimits; }

std::optional<double> LimitOf(std::string_view id, std::optional<int> age_days) {
  bool is_known = false;
  for (const CriterionLimit& row : kLimits) {
    if (row.id != id) continue;
    is_known = true;
    const bool for_all = row.from_days == 0 && row.to_days == kNoAgeEnd;
    const bool is_in = age_days && *age_days >= row.from_days && *age_days < row.to_days;
    if (for_all || is_in) return row.limit;
  }
  if (!is_known) throw Error(Error::Kind::kNotFound, "no criterion has this id", std::string(id));
  return std::nullopt;
}

double LimitOf(std::string_view id) {
  const auto limit = LimitOf(id, std::nullopt);
  if (!limit) {
    throw Error(Error::Kind::kNotFound, "this criterion depends on age", std::string(id));
  }
  return *limit;
}

}  // namespace pecg
