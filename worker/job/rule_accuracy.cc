#include "worker/job/rule_accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "worker/job/parallel_tasks.h"
#include "worker/rule/feature_table.h"
#include "worker/rule/finding_table.h"
#include "worker/rule/rule_score.h"

namespace pecg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint8_t kMissingTruth = 255;
constexpr std::string_view kNormalStatements[] = {"Normal ECG", "Otherwise normal ECG"};

double Share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? kNaN : static_cast<double>(part) / static_cast<double>(whole);
}

bool HasBit(const v1::ManifestEntry& entry, std::size_t i) {
  const std::string& bits = entry.statement_bits();
  if (i / 8 >= bits.size()) return false;
  return (static_cast<unsigned char>(bits[i / 8]) >> (i % 8) & 1U) != 0;
}

bool HasAnyStatement(const v1::ManifestEntry& entry) {
  return std::ranges::any_of(entry.statement_bits(), [](char byte) { return byte != 0; });
}

std::string RoleOf(const v1::ManifestEntry& entry) {
  return entry.role() == v1::RECORD_ROLE_TEST ? "test" : "oof";
}

Estimate FigureOf(const TargetFigures& figures, std::string_view name) {
  const Estimate* figure = figures.Find(name);
  return figure == nullptr ? Estimate() : *figure;
}

/// What EvaluateTarget needs besides label and score. The rules are one model for all folds.
ScoredRecord Unscored(const v1::ManifestEntry& entry) {
  ScoredRecord record;
  record.patient = entry.patient_ordinal();
  record.first_exam = entry.first_exam();
  return record;
}

bool HasBothClasses(const std::vector<ScoredRecord>& records) {
  const auto positive = [](const ScoredRecord& record) {
    return record.first_exam && record.label != 0;
  };
  const auto negative = [](const ScoredRecord& record) {
    return record.first_exam && record.label == 0;
  };
  return std::ranges::any_of(records, positive) && std::ranges::any_of(records, negative);
}

const RuleOutcome* OutcomeOf(std::span<const RuleOutcome> outcomes,
                             const v1::ManifestEntry& entry) {
  const auto ordinal = static_cast<std::size_t>(entry.ordinal());
  if (ordinal >= outcomes.size() || outcomes[ordinal].findings.empty()) return nullptr;
  return &outcomes[ordinal];
}

/// Truth and outcomes of one role.
class RoleData {
 public:
  RoleData(std::string role, std::span<const RuleOutcome> outcomes,
           std::span<const v1::ManifestEntry> manifest, const v1::JobSpec& spec)
      : role_(std::move(role)), spec_(spec) {
    for (const v1::ManifestEntry& entry : manifest) {
      const RuleOutcome* outcome = OutcomeOf(outcomes, entry);
      if (outcome != nullptr && RoleOf(entry) == role_) records_.push_back({&entry, outcome});
    }
  }

  std::optional<FindingAccuracy> Judge(std::size_t finding,
                                       const EvaluationOptions& options) const {
    const FindingKind& kind = FindingKinds()[finding];
    FindingAccuracy accuracy;
    accuracy.code = kind.code;
    accuracy.role = role_;
    std::vector<ScoredRecord> scored;
    for (const auto& [entry, outcome] : records_) {
      const auto coded = IsCoded(kind, *entry, spec_);
      if (!coded) continue;
      const Evidence& evidence = outcome->findings[finding];
      const bool found = evidence.outcome == Outcome::kYes;
      ++accuracy.record_count;
      accuracy.coded_count += *coded ? 1 : 0;
      accuracy.found_count += found ? 1 : 0;
      accuracy.both_count += *coded && found ? 1 : 0;
      if (evidence.outcome == Outcome::kUnknown) continue;
      ++accuracy.judged_count;
      scored.push_back(Unscored(*entry));
      scored.back().label = *coded ? 1 : 0;
      scored.back().score = evidence.margin;
    }
    if (!HasBothClasses(scored)) return std::nullopt;
    accuracy.auroc = FigureOf(EvaluateTarget(scored, options), "auroc");
    return accuracy;
  }

  std::optional<ScoreAccuracy> Score(std::size_t target, std::size_t score,
                                     const EvaluationOptions& options) const {
    ScoreAccuracy accuracy;
    accuracy.target = spec_.targets(static_cast<int>(target));
    accuracy.role = role_;
    std::int64_t labelled = 0;
    std::vector<ScoredRecord> scored;
    for (const auto& [entry, outcome] : records_) {
      const auto label = static_cast<std::uint8_t>(entry->targets()[target]);
      if (label == kMissingTruth) continue;
      ++labelled;
      if (!std::isfinite(outcome->scores[score])) continue;
      scored.push_back(Unscored(*entry));
      scored.back().label = label;
      scored.back().score = outcome->scores[score];
    }
    if (!HasBothClasses(scored)) return std::nullopt;
    const TargetFigures figures = EvaluateTarget(scored, options);
    accuracy.patient_count = figures.patient_count;
    accuracy.positive_count = figures.positive_count;
    accuracy.scored_share = Share(static_cast<std::int64_t>(scored.size()), labelled);
    accuracy.auroc = FigureOf(figures, "auroc");
    accuracy.auprc = FigureOf(figures, "auprc");
    return accuracy;
  }

  std::vector<NormalSpread> SpreadOfNormals() const {
    std::vector<NormalSpread> spreads;
    const std::span<const Feature> table = FeatureTable();
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (!IsOfInterest(table[i].name)) continue;
      std::vector<double> values;
      for (const auto& [entry, outcome] : records_) {
        if (IsNormal(*entry) && std::isfinite(outcome->features[i])) {
          values.push_back(outcome->features[i]);
        }
      }
      std::ranges::sort(values);
      if (values.empty()) continue;
      const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
      };
      spreads.push_back({table[i].name, table[i].unit, static_cast<std::int64_t>(values.size()),
                         at(0.02), at(0.5), at(0.98)});
    }
    return spreads;
  }

 private:
  struct Row {
    const v1::ManifestEntry* entry;
    const RuleOutcome* outcome;
  };

  static bool IsOfInterest(std::string_view feature) {
    for (const std::string_view name :
         {"heart_rate_bpm", "pr_ms", "qrs_ms", "qtc_bazett_ms", "p_ms", "heart_rate_z", "pr_ms_z",
          "qrs_ms_z", "qtc_bazett_ms_z", "p_ms_z", "qrs_axis_z", "r_V1_z", "s_V1_z", "r_V6_z"}) {
      if (feature == name) return true;
    }
    return false;
  }

  bool IsNormal(const v1::ManifestEntry& entry) const {
    for (int i = 0; i < spec_.statement_names_size(); ++i) {
      const bool is_normal =
          std::ranges::count(kNormalStatements, std::string_view(spec_.statement_names(i))) > 0;
      if (is_normal && HasBit(entry, static_cast<std::size_t>(i))) return true;
    }
    return false;
  }

  const std::string role_;
  const v1::JobSpec& spec_;
  std::vector<Row> records_;
};

/// Position of a rule score in ComputeRuleScores' order.
std::optional<std::size_t> PlaceOfScore(std::string_view name) {
  const std::vector<RuleScore> order = ComputeRuleScores(Interpretation());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i].name == name) return i;
  }
  return std::nullopt;
}

std::string WithInterval(const Estimate& estimate) {
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", estimate.value, estimate.lower, estimate.upper);
}

}  // namespace

double FindingAccuracy::sensitivity() const { return Share(both_count, coded_count); }

double FindingAccuracy::specificity() const {
  const std::int64_t negative = record_count - coded_count;
  return Share(negative - (found_count - both_count), negative);
}

std::optional<bool> IsCoded(const FindingKind& kind, const v1::ManifestEntry& entry,
                            const v1::JobSpec& spec) {
  if (!HasAnyStatement(entry)) return std::nullopt;
  for (int i = 0; i < spec.statement_names_size(); ++i) {
    if (HasBit(entry, static_cast<std::size_t>(i)) &&
        IsStatementOf(kind, spec.statement_names(i))) {
      return true;
    }
  }
  return false;
}

RuleAccuracy CompareWithTruth(std::span<const RuleOutcome> outcomes,
                              std::span<const v1::ManifestEntry> manifest, const v1::JobSpec& spec,
                              const RuleAccuracyOptions& options) {
  RuleAccuracy accuracy;
  for (const char* role : {"oof", "test"}) {
    const RoleData data(role, outcomes, manifest, spec);
    const std::size_t finding_count = FindingKinds().size();
    const auto target_count = static_cast<std::size_t>(spec.targets_size());
    std::vector<std::optional<FindingAccuracy>> findings(finding_count);
    std::vector<std::optional<ScoreAccuracy>> scores(target_count);
    RunTasks(finding_count + target_count, options.threads, [&](std::size_t i) {
      if (i < finding_count) {
        if (!FindingKinds()[i].statements.empty()) {
          findings[i] = data.Judge(i, options.evaluation);
        }
        return;
      }
      const std::size_t target = i - finding_count;
      const auto name = ScoreOfTarget(spec.targets(static_cast<int>(target)));
      const auto place = name ? PlaceOfScore(*name) : std::nullopt;
      if (place) scores[target] = data.Score(target, *place, options.evaluation);
    });
    for (auto& finding : findings) {
      if (finding) accuracy.findings.push_back(*std::move(finding));
    }
    for (auto& score : scores) {
      if (score) accuracy.scores.push_back(*std::move(score));
    }
    if (role == std::string_view("oof")) accuracy.normals = data.SpreadOfNormals();
  }
  return accuracy;
}

v1::MetricPoints MetricsOf(const RuleAccuracy& accuracy) {
  v1::MetricPoints points;
  const auto add = [&](std::string key, double value) {
    v1::MetricPoint& point = *points.add_points();
    point.set_key(std::move(key));
    point.set_value(value);
  };
  const auto add_estimate = [&](const std::string& key, const Estimate& estimate) {
    add(key, estimate.value);
    add(key + "_lower", estimate.lower);
    add(key + "_upper", estimate.upper);
  };
  for (const ScoreAccuracy& score : accuracy.scores) {
    const std::string prefix = fmt::format("{}.{}.", score.role, score.target);
    add_estimate(prefix + "auroc", score.auroc);
    add_estimate(prefix + "auprc", score.auprc);
    add(prefix + "scored_share", score.scored_share);
  }
  for (const FindingAccuracy& finding : accuracy.findings) {
    const std::string prefix = fmt::format("{}.finding_{}.", finding.role, finding.code);
    add_estimate(prefix + "auroc", finding.auroc);
    add(prefix + "sensitivity", finding.sensitivity());
    add(prefix + "specificity", finding.specificity());
  }
  return points;
}

std::string RuleAccuracyText(const RuleAccuracy& accuracy, std::string_view data) {
  std::string text = fmt::format("Rules against labels: {}\n", data);
  text += "\nRule scores of targets (first ECG of each patient; nothing was fitted)\n";
  text += fmt::format("{:<6} {:<28} {:>8} {:>8} {:>7}  {}\n", "role", "target", "patients",
                      "positive", "scored", "AUROC");
  for (const ScoreAccuracy& score : accuracy.scores) {
    text += fmt::format("{:<6} {:<28} {:>8} {:>8} {:>6.1f}%  {}\n", score.role, score.target,
                        score.patient_count, score.positive_count, 100 * score.scored_share,
                        WithInterval(score.auroc));
  }
  text += "\nFindings against the readers' statements (records; AUROC of the margin, first ECGs)\n";
  text +=
      fmt::format("{:<6} {:<6} {:>7} {:>7} {:>6} {:>7} {:>6} {:>6}  {:<24} {}\n", "role", "code",
                  "records", "judged", "coded", "found", "sens", "spec", "AUROC", "finding");
  for (const FindingAccuracy& finding : accuracy.findings) {
    text += fmt::format("{:<6} {:<6} {:>7} {:>7} {:>6} {:>7} {:>6.3f} {:>6.3f}  {:<24} {}\n",
                        finding.role, finding.code, finding.record_count, finding.judged_count,
                        finding.coded_count, finding.found_count, finding.sensitivity(),
                        finding.specificity(), WithInterval(finding.auroc),
                        FindFinding(finding.code).name);
  }
  text += "\nMeasured in records that readers called normal or otherwise normal\n";
  text += fmt::format("{:<18} {:<5} {:>7} {:>8} {:>8} {:>8}\n", "feature", "unit", "records", "p2",
                      "p50", "p98");
  for (const NormalSpread& spread : accuracy.normals) {
    text += fmt::format("{:<18} {:<5} {:>7} {:>8.2f} {:>8.2f} {:>8.2f}\n", spread.feature,
                        spread.unit, spread.record_count, spread.p2, spread.p50, spread.p98);
  }
  return text;
}

}  // namespace pecg
