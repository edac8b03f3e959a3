#ifndef PECG_WORKER_RULE_CRITERION_TABLE_H_
#define PECG_WORKER_RULE_CRITERION_TABLE_H_

#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace pecg {

inline constexpr int kNoAgeEnd = std::numeric_limits<int>::max();

/// What was done to know a limit: read in the source named, recalled from textbooks and not looked
/// up, derived from records at hand, or chosen by us.
enum class LimitBasis { kSeen, kRecalled, kDerived, kChosen };
/// `SEEN`, `RECALLED`, `DERIVED`, `CHOSEN`.
std::string_view NameOf(LimitBasis basis);

/// A fixed limit of a criterion. Limits that follow age and sex smoothly are in PediatricNormals.
struct CriterionLimit {
  std::string_view id;  ///< `K143d`, or with its part: `BRU2_trough`.
  int from_days = 0;    ///< Ages it holds for, `to_days` excluded.
  int to_days = kNoAgeEnd;
  double limit = 0;
  std::string_view unit;   ///< As in NamedQuantity::unit.
  std::string_view means;  ///< What it separates.
  LimitBasis basis = LimitBasis::kSeen;
  std::string_view source;
};

/// The whole table, rows of one id together and by age. docs/rules.md shows it.
std::span<const CriterionLimit> CriterionLimits();

/// The limit of `id` at an age; empty when the table has none there, or when the age is unknown and
/// the limit depends on it. Throws Error::kNotFound for an id that is not in the table.
std::optional<double> LimitOf(std::string_view id, std::optional<int> age_days);

/// The limit of an id that has one limit for all ages. Throws Error::kNotFound otherwise.
double LimitOf(std::string_view id);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_CRITERION_TABLE_H_
