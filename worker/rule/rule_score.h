#ifndef PECG_WORKER_RULE_RULE_SCORE_H_
#define PECG_WORKER_RULE_RULE_SCORE_H_

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "worker/rule/interpret.h"

namespace pecg {

/// Scores of diseases by rules alone: nothing is fitted, the weights come from what the literature
/// says about each disease's ECG. A disease pattern is a score and a feature, never a finding.
///
/// A term is soft: 1 / (1 + exp(-slope (x - centre))), where x is a finding's margin
/// (Evidence::margin) or a standard score; terms that could not be judged are left out.

/// One term of a score.
struct ScoreTerm {
  std::string_view score;  ///< `asd`.
  std::string_view term;   ///< A finding's code, or a name of Interpretation::z_scores.
  double weight = 1;
  double centre = 0;        ///< Where the term is 1/2.
  double slope = 6;         ///< 6 for margins; about 1.5, and below 0 where small is suspicious,
                            ///< for standard scores.
  std::string_view source;  ///< What the weight follows.
};

/// All terms of all weighted scores, those of one score together.
std::span<const ScoreTerm> ScoreTerms();

/// One score of one ECG.
struct RuleScore {
  std::string_view name;        ///< `asd`, `chd`, `abnormal`.
  std::optional<double> value;  ///< 0 to 1; empty when no term could be judged.
};

/// Computes every score, always the same names in the same order: the weighted means of the terms,
/// `chd` (the largest of the heart defects' scores) and `abnormal` (1 - product of 1 - weight x
/// term over all findings, weights by severity).
std::vector<RuleScore> ComputeRuleScores(const Interpretation& interpretation);

/// Which score ranks a target of the target table; empty for a target that rules say nothing about
/// (coded statements, which the findings themselves answer).
std::optional<std::string_view> ScoreOfTarget(std::string_view target);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_RULE_SCORE_H_
