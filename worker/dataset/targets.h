#ifndef PECG_WORKER_DATASET_TARGETS_H_
#define PECG_WORKER_DATASET_TARGETS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/dataset/statement_dictionary.h"

namespace pecg {

/// What targets are derived from.
struct TargetFacts {
  std::span<const std::string> icd_codes;   ///< As in IndexEntry.
  std::span<const std::string> statements;  ///< As in IndexEntry.
  std::optional<int> age_days;
};

/// The table of targets, `worker/dataset/targets.yaml`, which says what each one means. Immutable;
/// thread-safe.
class TargetTable {
 public:
  /// The embedded table.
  static const TargetTable& Embedded();

  /// Reads a table. Throws Error::kBadInput, with `path` and the line, for a text that is no table:
  /// unknown keys, a name twice, a statement code that is in no dictionary.
  static TargetTable Parse(std::string_view yaml, std::string_view path);

  /// Names, in the order of IndexEntry.targets.
  std::vector<std::string> Names() const;
  /// SHA-256 of the table's text: the version of every label derived with it.
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
  struct Target {
    std::string name;
    std::optional<DiagnosisRule> diagnosis;
    std::optional<StatementRule> statement;
  };
  friend class TargetTableParser;

  static std::uint8_t Apply(const DiagnosisRule& rule, const TargetFacts& facts);
  static std::uint8_t Apply(const StatementRule& rule, std::span<const int> rows);

  std::vector<Target> targets_;
  std::string sha256_;
};

/// Bits of the statements present, as in IndexEntry.statement_bits; what is in no dictionary and
/// what is a remark has no bit.
std::vector<std::uint8_t> StatementBits(std::span<const std::string> statements);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_TARGETS_H_
