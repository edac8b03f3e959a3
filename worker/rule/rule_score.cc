#include "worker/rule/rule_score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace pecg {
namespace {

constexpr std::string_view kKhairy = "Khairy, ECG in congenital heart disease (ecgpedia)";
constexpr std::string_view kThoracic = "textbook of congenital heart disease (thoracickey)";
constexpr std::string_view kTextbook = "textbook (RECALLED)";
constexpr std::string_view kMyocarditis = "voltage halved against controls (jspccs60 II-JCKAP2-4)";
constexpr std::string_view kMisC = "MIS-C: low QRS, then T inversion (PMC7836928)";
constexpr std::string_view kKawasaki = "Pediatr. Cardiol. 2024, s00246-024-03648-w (n = 156)";

constexpr double kSmall = -1.5;  ///< Slope of a standard score that is suspicious when low.
constexpr double kLarge = 1.5;

constexpr auto kTerms = std::to_array<ScoreTerm>({
    // Secundum atrial septal defect: rSr' (rather incomplete than complete), axis to the right,
    // right atrium 35 %, first-degree AV block 6-19 %.
    {"asd", "RSR", 2, 0, 6, kKhairy},
    {"asd", "I105", 2, 0, 6, kKhairy},
    {"asd", "I106", 1, 0, 6, kKhairy},
    {"asd", "qrs_axis", 1, 1, kLarge, kKhairy},
    {"asd", "K141", 0.7, 0, 6, kKhairy},
    {"asd", "pr_interval", 0.4, 1, kLarge, kKhairy},
    {"asd", "K143", 1, 0, 6, kKhairy},
    // Ventricular septal defect: both ventricles 23-61 %, left axis 3-15 %, left atrium.
    {"vsd", "K144", 2, 0, 6, kKhairy},
    {"vsd", "K142", 1.5, 0, 6, kKhairy},
    {"vsd", "K143", 1, 0, 6, kKhairy},
    {"vsd", "K140", 1, 0, 6, kTextbook},
    {"vsd", "J121", 0.3, 0, 6, "Tutar 2001: left axis in 20 % of perimembranous defects"},
    // Atrioventricular septal defect: superior or far left axis, first-degree AV block in half.
    {"avsd", "J122", 3, 0, 6, kKhairy},
    {"avsd", "J121", 3, 0, 6, kKhairy},
    {"avsd", "pr_interval", 2, 1, kLarge, kKhairy},
    {"avsd", "RSR", 1, 0, 6, kThoracic},
    {"avsd", "K143", 1, 0, 6, kThoracic},
    // Patent ductus: deep S V1, tall R V5-V6, left atrium, PR longer by 10-20 %.
    {"pda", "s_amp_V1", 1, 1.5, kLarge, kKhairy},
    {"pda", "r_amp_V6", 1, 1.5, kLarge, kKhairy},
    {"pda", "r_amp_V5", 1, 1.5, kLarge, kKhairy},
    {"pda", "K140", 1, 0, 6, kKhairy},
    {"pda", "pr_interval", 0.5, 1, kLarge, kKhairy},
    // Tetralogy: right ventricle and axis; right bundle-branch block after repair.
    {"tof", "K143", 3, 0, 6, kThoracic},
    {"tof", "J120", 2, 0, 6, kThoracic},
    {"tof", "r_amp_V1", 1, 1.5, kLarge, kThoracic},
    {"tof", "I106", 1, 0, 6, kKhairy},
    // Right ventricular outflow: right ventricle, axis, right atrium.
    {"rvot", "K143", 3, 0, 6, kTextbook},
    {"rvot", "J120", 2, 0, 6, kTextbook},
    {"rvot", "r_amp_V1", 1, 1.5, kLarge, kTextbook},
    {"rvot", "K141", 1, 0, 6, kTextbook},
    // Cardiomyopathy: left ventricle with strain, deep Q, left atrium, wide or low QRS, ST and T.
    {"cardiomyopathy", "K142", 2, 0, 6, kTextbook},
    {"cardiomyopathy", "K144", 1, 0, 6, kTextbook},
    {"cardiomyopathy", "L147", 2, 0, 6, kTextbook},
    {"cardiomyopathy", "L145", 1, 0, 6, kTextbook},
    {"cardiomyopathy", "QWAVE", 1, 0, 6, kTextbook},
    {"cardiomyopathy", "K140", 1, 0, 6, kTextbook},
    {"cardiomyopathy", "K141", 0.5, 0, 6, kTextbook},
    {"cardiomyopathy", "I104", 1, 0, 6, kTextbook},
    {"cardiomyopathy", "qrs_duration", 1, 1.5, kLarge, kTextbook},
    {"cardiomyopathy", "J125", 0.5, 0, 6, kTextbook},
    {"cardiomyopathy", "QRST", 2, 0, 6, "QRS-T angle above 100 degrees (RECALLED)"},
    // Myocarditis: low voltage even without other change, ST and T, AV block, tachycardia.
    {"myocarditis", "r_amp_II", 2, -1, kSmall, kMyocarditis},
    {"myocarditis", "J125", 1, 0, 6, kMisC},
    {"myocarditis", "L145", 2, 0, 6, kMyocarditis},
    {"myocarditis", "L147", 2, 0, 6, kMisC},
    {"myocarditis", "pr_interval", 1, 1.5, kLarge, kMisC},
    {"myocarditis", "H88", 1, 0, 6, kTextbook},
    {"myocarditis", "F60", 0.5, 0, 6, kTextbook},
    {"myocarditis", "heart_rate", 1, 1, kLarge, kTextbook},
    {"myocarditis", "qrs_duration", 0.5, 1.5, kLarge, kTextbook},
    // Kawasaki disease, acute: T change 90 %, T inversion 40 %, tachycardia 23 %, PR long 15 %.
    {"kawasaki", "L147", 2, 0, 6, kKawasaki},
    {"kawasaki", "heart_rate", 1, 1, kLarge, kKawasaki},
    {"kawasaki", "C21z", 1, 0, 6, kKawasaki},
    {"kawasaki", "pr_interval", 0.5, 1, kLarge, kKawasaki},
    {"kawasaki", "qtc_bazett", 0.5, -1, kSmall, "QTc shorter with coronary involvement"},
});

constexpr std::array<std::string_view, 6> kHeartDefects = {"asd", "vsd", "avsd",
                                                           "pda", "tof", "rvot"};

double Soft(double x, double centre, double slope) {
  return 1 / (1 + std::exp(-slope * (x - centre)));
}

/// x of a term; empty when it could not be judged.
std::optional<double> ValueOf(const Interpretation& interpretation, std::string_view term) {
  for (const NamedScore& score : interpretation.z_scores) {
    if (score.name == term) return score.z;
  }
  for (const Judgement& judgement : interpretation.judgements) {
    if (judgement.kind->code != term) continue;
    if (judgement.evidence.outcome == Outcome::kUnknown) return std::nullopt;
    return judgement.evidence.margin;
  }
  return std::nullopt;
}

std::optional<double> WeightedMean(const Interpretation& interpretation, std::string_view score) {
  double sum = 0;
  double weights = 0;
  for (const ScoreTerm& term : kTerms) {
    if (term.score != score) continue;
    const auto x = ValueOf(interpretation, term.term);
    if (!x) continue;
    sum += term.weight * Soft(*x, term.centre, term.slope);
    weights += term.weight;
  }
  if (weights == 0) return std::nullopt;
  return sum / weights;
}

double WeightOf(Severity severity) {
  switch (severity) {
    case Severity::kNormalVariant:
    case Severity::kTechnical:
      return 0;
    case Severity::kConvention:
    case Severity::kMinor:
      return 0.5;
    case Severity::kBorderline:
      return 0.3;
    case Severity::kAbnormal:
      return 0.7;
    case Severity::kUrgent:
    case Severity::kCritical:
      return 0.9;
  }
  return 0;
}

std::optional<double> Abnormal(const Interpretation& interpretation) {
  if (interpretation.conclusion == Conclusion::kNotInterpretable) return std::nullopt;
  constexpr double kMarginSlope = 6;
  double normal = 1;
  bool any = false;
  for (const Judgement& judgement : interpretation.judgements) {
    const double weight = WeightOf(judgement.severity);
    if (weight == 0 || judgement.evidence.outcome == Outcome::kUnknown) continue;
    any = true;
    normal *= 1 - weight * Soft(judgement.evidence.margin, 0, kMarginSlope);
  }
  if (!any) return std::nullopt;
  return 1 - normal;
}

}  // namespace

std::span<const ScoreTerm> ScoreTerms() { return kTerms; }

std::vector<RuleScore> ComputeRuleScores(const Interpretation& interpretation) {
  std::vector<RuleScore> scores;
  for (const ScoreTerm& term : kTerms) {
    if (!scores.empty() && scores.back().name == term.score) continue;
    scores.push_back({term.score, WeightedMean(interpretation, term.score)});
  }
  RuleScore chd{"chd", std::nullopt};
  for (const RuleScore& score : scores) {
    if (!score.value || std::ranges::count(kHeartDefects, score.name) == 0) continue;
    chd.value = std::max(chd.value.value_or(0), *score.value);
  }
  scores.push_back(chd);
  scores.push_back({"abnormal", Abnormal(interpretation)});
  return scores;
}

std::optional<std::string_view> ScoreOfTarget(std::string_view target) {
  if (target == "chd" || target == "chd_strict") return "chd";
  if (target.starts_with("chd_")) {
    const std::string_view defect = target.substr(4);
    const auto* const found = std::ranges::find(kHeartDefects, defect);
    if (found != kHeartDefects.end()) return *found;
    return std::nullopt;
  }
  for (const std::string_view score : {"myocarditis", "cardiomyopathy", "kawasaki", "abnormal"}) {
    if (target.starts_with(score)) return score;
  }
  return std::nullopt;
}

}  // namespace pecg
