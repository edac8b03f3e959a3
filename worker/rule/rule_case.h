#ifndef PECG_WORKER_RULE_RULE_CASE_H_
#define PECG_WORKER_RULE_RULE_CASE_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/rule/age_limits.h"
#include "worker/rule/finding.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// A measurement as a criterion uses it: how it is called, its unit, and its value unless it is not
/// measurable or too uncertain to be judged.
struct Observed {
  std::string name;  ///< `QTc (Bazett)`, `R V1`.
  std::string_view unit;
  std::optional<double> value;
  double quality = 0;
};

/// Measurements below this quality are shown but not judged.
inline constexpr double kLeastQuality = 0.15;

/// One ECG in front of the rules: the measurements under the names of clinicians. Nothing is owned;
/// not thread-safe.
class RuleCase {
 public:
  RuleCase(const EcgMeasurements& ecg, const Patient& patient) : ecg_(ecg), limits_(patient) {}

  const EcgMeasurements& ecg() const { return ecg_; }
  const Patient& patient() const { return limits_.patient(); }
  std::optional<int> age_days() const { return patient().age_days; }
  const AgeLimits& limits() const { return limits_; }

  Observed HeartRate() const;
  Observed Of(const Quantity& quantity, std::string_view name, std::string_view unit) const;
  /// An axis; no value when it is indeterminate.
  Observed AxisOf(const Axis& axis, std::string_view name) const;

  /// True when the lead was measured (also when it was recomputed from others).
  bool Has(Lead lead) const;
  /// Magnitudes in millivolts. A wave that a measured QRS complex does not have counts 0 here; no
  /// value when the lead's QRS was not measured. R is the larger of R and R', S that of S, S' and
  /// QS.
  Observed R(Lead lead) const;
  Observed S(Lead lead) const;
  Observed Q(Lead lead) const;
  /// Second R wave, 0 where there is none.
  Observed SecondR(Lead lead) const;
  /// Signed T amplitude, the extreme with the larger magnitude.
  Observed T(Lead lead) const;
  /// ST after J: 80 ms, 60 above L145_fast bpm, 40 above L145_very_fast, before T begins to rise.
  Observed St(Lead lead) const;
  /// False where electrodes were probably exchanged: then limb leads and frontal axes mean nothing.
  bool TrustsLimbLeads() const;

  /// V6, or V5 where V6 is not measured (9 leads); empty without both.
  std::optional<Lead> Lateral() const;
  /// V1's p98 and so on: the limit of a percentile of `measurement`; empty without one.
  std::optional<double> P2(std::string_view measurement) const;
  std::optional<double> P98(std::string_view measurement) const;

  /// What was judged before; Unknown for a code that was not.
  Outcome Earlier(std::string_view code) const;
  void Add(Judgement judgement) { judgements_.push_back(std::move(judgement)); }
  std::vector<Judgement> TakeJudgements() { return std::move(judgements_); }

 private:
  Observed Magnitude(Lead lead, std::string_view wave,
                     std::initializer_list<const Quantity*> waves) const;

  const EcgMeasurements& ecg_;
  AgeLimits limits_;
  std::vector<Judgement> judgements_;
};

/// Applies the criteria of one finding and keeps what each of them said.
class Judge {
 public:
  /// `code` as in FindingKinds(). `rule_case` outlives this.
  Judge(const RuleCase& rule_case, std::string_view code);

  /// `observed` > `limit`. `scale`: what a margin of 1 is in the unit; 0 = the limit's magnitude.
  Evidence Above(std::string_view id, const Observed& observed, std::optional<double> limit,
                 double scale = 0);
  /// `observed` >= `limit`.
  Evidence AtLeast(std::string_view id, const Observed& observed, std::optional<double> limit,
                   double scale = 0);
  /// `observed` < `limit`.
  Evidence Below(std::string_view id, const Observed& observed, std::optional<double> limit,
                 double scale = 0);
  /// `observed` <= `limit`.
  Evidence AtMost(std::string_view id, const Observed& observed, std::optional<double> limit,
                  double scale = 0);
  /// A fact without a number. `text` says what the fact is.
  Evidence Fact(std::string_view id, std::optional<bool> holds, std::string_view text);

  /// At least `count` of the leads' answers; open where fewer leads than that were measured.
  Evidence AtLeastLeads(std::string_view id, std::size_t count, const std::vector<Evidence>& leads);

  /// Runs `make`, which applies criteria that need each other. Unless what they make together
  /// holds, none of them counts as a reason.
  template <typename Make>
  Evidence Together(Make make) {
    const std::size_t first = judgement_.criteria.size();
    const Evidence evidence = make();
    if (evidence.outcome != Outcome::kYes) Discount(first);
    return evidence;
  }

  void SetSeverity(Severity severity) { judgement_.severity = severity; }

  /// Closes the judgement. A finding that the age does not allow to be judged, and so on, is
  /// Unknown with the criteria's reasons.
  Judgement Decide(Evidence evidence);

 private:
  enum class Relation { kAbove, kAtLeast, kBelow, kAtMost };
  Evidence Compare(std::string_view id, const Observed& observed, std::optional<double> limit,
                   double scale, Relation relation);
  std::string WhyNot(const Observed& observed) const;
  void Discount(std::size_t first);

  const RuleCase& case_;
  Judgement judgement_;
};

}  // namespace pecg

#endif  // PECG_WORKER_RULE_RULE_CASE_H_
