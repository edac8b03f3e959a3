#ifndef PECG_WORKER_RULE_FINDING_H_
#define PECG_WORKER_RULE_FINDING_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// How much a finding matters by itself.
enum class Severity : std::uint8_t {
  kConvention,     ///< The hospital's way of naming a rate; no finding by reference limits.
  kNormalVariant,  ///< Worth saying, normal in children.
  kTechnical,      ///< About the recording, not about the child.
  kBorderline,
  kMinor,
  kAbnormal,
  kUrgent,    ///< A person should look soon.
  kCritical,  ///< A person should look now.
};
/// `convention`, `normal_variant`, `technical`, `borderline`, `minor`, `abnormal`, `urgent`,
/// `critical`.
std::string_view NameOf(Severity severity);

/// Answer of a criterion. Kleene's three values: what cannot be judged is neither yes nor no.
enum class Outcome : std::uint8_t { kNo, kUnknown, kYes };
/// `no`, `unknown`, `yes`.
std::string_view NameOf(Outcome outcome);

/// An answer with its distance from the other one: > 0 for yes, < 0 for no, relative to the limit,
/// clipped to -1..1; 0 where it is unknown. What ranks records by how near they are to a finding.
struct Evidence {
  Outcome outcome = Outcome::kUnknown;
  double margin = 0;
};

/// Yes when all are, no when one is not; the least margin.
Evidence All(std::span<const Evidence> evidence);
Evidence All(std::initializer_list<Evidence> evidence);
/// Yes when one is, no when none is; the largest margin.
Evidence Any(std::span<const Evidence> evidence);
Evidence Any(std::initializer_list<Evidence> evidence);
/// Yes when at least `count` are, no when too few can be; the `count`-th largest margin.
Evidence AtLeast(int count, std::span<const Evidence> evidence);

/// One criterion as it was applied to one ECG.
struct Criterion {
  std::string_view id;          ///< As in CriterionLimits() or docs/rules.md: `K143a`.
  std::string text;             ///< `R V1 2.31 mV > 2.07 mV`, or why it could not be judged.
  std::optional<double> value;  ///< In `unit`.
  std::optional<double> limit;  ///< In `unit`.
  std::string_view unit;        ///< As in NamedQuantity::unit; empty for a yes-or-no criterion.
  Outcome outcome = Outcome::kUnknown;
  double margin = 0;
  /// False for one that held in vain, because others that it needs did not (Judge::Together).
  bool counts = true;
  double quality = 1;  ///< Of what was measured, 0 to 1.
};

/// What a family of rules can say. The rows are in finding_table.cc.
struct FindingKind {
  std::string_view code;        ///< Unique: `C21`, `L148`, `BRU1`.
  std::string_view name;        ///< As a clinician would write it.
  std::string_view aha_code;    ///< Of the AHA/ACC/HRS vocabulary (2007); empty where it has none.
  std::string_view statements;  ///< ECGCode.csv's descriptions that mean it, `|` between; or empty.
  Severity severity;            ///< The usual one; a judgement may raise or lower it.
};

/// One finding, judged.
struct Judgement {
  const FindingKind* kind = nullptr;  ///< Never null; static.
  Severity severity = Severity::kMinor;
  Evidence evidence;
  /// All that were looked at, those that held and those that did not.
  std::vector<Criterion> criteria;
  /// What the measurements behind it were worth, 0 to 1.
  double confidence = 1;

  bool present() const { return evidence.outcome == Outcome::kYes; }
  /// The criteria that held and speak for the finding.
  std::vector<const Criterion*> Reasons() const;
  /// Why it could not be judged: the first open criterion; empty unless the outcome is unknown.
  std::string WhyUnknown() const;
};

}  // namespace pecg

#endif  // PECG_WORKER_RULE_FINDING_H_
