#ifndef PECG_WORKER_DATASET_STATEMENT_DICTIONARY_H_
#define PECG_WORKER_DATASET_STATEMENT_DICTIONARY_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pecg {

/// The coded ECG statements of the ZZU-pECG release (ECGCode.csv): 78 statements, then 14 modifiers
/// (`Modifier310`), then 13 remarks (`Suggests211`, `Consider220`). A row may lack its code in the
/// AHA or in the Chinese vocabulary; the tables then write the description instead. Immutable.
class StatementDictionary {
 public:
  enum class Kind { kStatement, kModifier, kRemark };
  struct Row {
    Kind kind;
    std::string description;  ///< As written, source's typing errors kept: `Short PR interva`.
    std::string aha_code;     ///< Empty = none.
    std::string chn_code;     ///< Empty = none.
    friend bool operator==(const Row&, const Row&) = default;
  };

  /// The dictionary of the release, embedded.
  static const StatementDictionary& Release();

  /// Reads the text of an ECGCode.csv; `path` is for messages. Throws Error: kBadInput, naming
  /// file, line or column; kDuplicate for a code that stands twice in one vocabulary.
  static StatementDictionary Parse(std::string_view csv, std::string_view path);

  const std::vector<Row>& rows() const { return rows_; }
  /// Statements come first: row i < statement_count() is statement i of IndexEntry.statement_bits.
  int statement_count() const { return statement_count_; }
  /// Descriptions of the statements, in order.
  std::vector<std::string> StatementNames() const;

  /// Finds the row of an entry of the AHA (or Chinese) column: a code or a description, with or
  /// without `+modifier`; blanks do not count, so `J(111+112+113)` is `J(111 + 112 + 113)`.
  std::optional<int> FindAha(std::string_view entry) const;
  std::optional<int> FindChn(std::string_view entry) const;
  /// Finds the row of a modifier by code or description: `Modifier308`, `Occasional`.
  std::optional<int> FindModifier(std::string_view modifier) const;

 private:
  using Rows = std::unordered_map<std::string, int>;  // From a text without blanks.

  std::optional<int> FindWhole(const Rows& codes, std::string_view text) const;
  std::optional<int> FindBase(const Rows& codes, std::string_view entry) const;

  std::vector<Row> rows_;
  int statement_count_ = 0;
  Rows by_aha_;
  Rows by_chn_;
  Rows by_description_;
};

/// An entry cut at the `+` outside parentheses: `D30+Modifier308` has base `D30` and one modifier;
/// `J(111+112+113)` has none.
struct StatementParts {
  std::string_view base;
  std::vector<std::string_view> modifiers;
};
StatementParts SplitStatement(std::string_view entry);

/// ECGCode.csv byte for byte as released (CRLF line ends), for a folder that has to look alike.
std::string ReleaseStatementCsv();

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_STATEMENT_DICTIONARY_H_
