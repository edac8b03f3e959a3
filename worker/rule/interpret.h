#ifndef PECG_WORKER_RULE_INTERPRET_H_
#define PECG_WORKER_RULE_INTERPRET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/rule/age_limits.h"
#include "worker/rule/finding.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// A measurement's standard score for age and sex.
struct NamedScore {
  std::string name;  ///< As in PediatricNormals: `heart_rate`, `r_amp_V1`.
  std::optional<double> z;
};

/// The one line above all findings.
enum class Conclusion : std::uint8_t {
  kNotInterpretable,  ///< No heart rate could be measured.
  kNormal,            ///< Nothing but variants of the normal.
  kOtherwiseNormal,   ///< Minor or borderline findings.
  kAbnormal,
  kUrgent,  ///< At least one finding that a person should look at soon.
};
/// `not_interpretable`, `normal`, `otherwise_normal`, `abnormal`, `urgent`.
std::string_view NameOf(Conclusion conclusion);

/// How far the rate is beyond the hospital's convention, which ZZU-pECG's readers follow and which
/// is not the reference limits' p98 and p2: a continuous score for each side.
struct ConventionScores {
  std::optional<double> fast;  ///< ln(rate / threshold of tachycardia); > 0 = tachycardia.
  std::optional<double> slow;  ///< ln(threshold of bradycardia / rate); > 0 = bradycardia.
};

/// What the rules say about one ECG.
struct Interpretation {
  Patient patient;
  std::vector<Judgement> judgements;  ///< One per FindingKinds(), in their order.
  std::vector<NamedScore> z_scores;   ///< Always the same names in the same order.
  ConventionScores convention;
  Conclusion conclusion = Conclusion::kNotInterpretable;

  /// Those present, most severe first; without the hospital's convention (kConvention).
  std::vector<const Judgement*> Findings() const;
  /// Those that could not be judged.
  std::vector<const Judgement*> NotJudged() const;
  /// One judgement. Throws Error::kNotFound for another code.
  const Judgement& Of(std::string_view code) const;
};

/// Judges measurements by the rules for a child of this age and sex. Without an age or a sex, what
/// depends on it is left open, not guessed. Pure; thread-safe.
Interpretation Interpret(const EcgMeasurements& ecg, const Patient& patient);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_INTERPRET_H_
