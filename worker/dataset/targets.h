#ifndef PECG_WORKER_DATASET_TARGETS_H_
#define PECG_WORKER_DATASET_TARGETS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "worker/dataset/statement_dictionary.h"

namespace pecg {

/// What targets are derived from.
struct TargetFacts {
  std::span<const std::string> icd_codes;   ///< As in IndexEntry.
  std::span<const std::string> statements;  ///< As in IndexEntry.
  std::optional<int> age_days;
  std::span<const std::uint8_t> given = {};  ///< What the dataset's own table says, see Given().
};

/// A table of targets, which says what each one means. Immutable; thread-safe.
class TargetTable {
 public:
  /// The table for diagnoses and statements as ZZU-pECG has them, `worker/dataset/targets.yaml`.
  static const TargetTable& Embedded();
  /// The table for PTB-XL, `worker/dataset/ptb_xl_targets.yaml`.
  static const TargetTable& PtbXl();
  /// A table whose values stand in the dataset's own table, in TargetFacts::given, one per name.
  /// `sha256` is that of what gives the names their meaning.
  static TargetTable Given(std::vector<std::string> names, std::string sha256);

  /// Reads a table. Throws Error::kBadInput, with `path` and the line, for a text that is no table:
  /// unknown keys, a name twice, a statement code that is in no dictionary.
  static TargetTable Parse(std::string_view yaml, std::string_view path);

  /// Names, in the order of IndexEntry.targets.
  std::vector<std::string> Names() const;
  /// SHA-256 of the table's text (or as Given() was told): the version of every label derived with
  /// it.
  const std::string& sha256() const { return sha256_; }

  /// Derives every target of one record, in the order of Names(): 0, 1 or kTargetMissing.
  std::vector<std::uint8_t> Derive(const TargetFacts& facts) const;

 private:
  /// Positive when one of `codes` is among the record's. A code that is unclear counts as absent,
  /// but a record that has unclear ones only is missing, not negative.
  struct DiagnosisRule {
    struct Unclear {
      std::string code;
      std::optional<int> under_days;  ///< Unclear below this age, and where the age is unknown.
    };
    std::vector<std::string> codes;
    std::vector<Unclear> unclear;
  };
  /// Negative when one of `normal` is among the statements, positive when none is; missing for a
  /// record without statements, with one of `unclear` but none of `normal`, or with both sides of
  /// the contradiction. Rows of the statement dictionary.
  struct StatementRule {
    std::vector<int> normal;
    std::vector<int> unclear;
    std::vector<int> contradiction_any;
    std::vector<int> contradiction_with;
  };
  /// Positive when one of the rows is among the statements, else negative; missing for a record
  /// without statements.
  struct PresenceRule {
    std::vector<int> rows;
  };
  /// As TargetFacts::given says.
  struct GivenRule {
    std::size_t position = 0;
  };
  struct Target {
    std::string name;
    std::variant<DiagnosisRule, StatementRule, PresenceRule, GivenRule> rule;
  };
  /// A record's facts with the statements as rows of the dictionary.
  struct FactRows {
    const TargetFacts& facts;
    std::span<const int> rows;
  };
  friend class TargetTableParser;

  static std::uint8_t Apply(const DiagnosisRule& rule, const FactRows& record);
  static std::uint8_t Apply(const StatementRule& rule, const FactRows& record);
  static std::uint8_t Apply(const PresenceRule& rule, const FactRows& record);
  static std::uint8_t Apply(const GivenRule& rule, const FactRows& record);

  std::vector<Target> targets_;
  std::string sha256_;
};

/// Bits of the statements present, as in IndexEntry.statement_bits; what is in no dictionary and
/// what is a remark has no bit.
std::vector<std::uint8_t> StatementBits(std::span<const std::string> statements);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_TARGETS_H_
