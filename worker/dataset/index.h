#ifndef PECG_WORKER_DATASET_INDEX_H_
#define PECG_WORKER_DATASET_INDEX_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"

namespace pecg {

/// pSQI, basSQI and bSQI of the twelve leads, in the order of Lead; NaN where there is none.
using SqiTable = std::array<std::array<float, 3>, kLeadCount>;

/// Where the signal quality indices of an entry come from.
enum class SqiSource : std::uint8_t { kNone, kFile, kComputed };

/// A target that is not defined for a record.
inline constexpr std::uint8_t kTargetMissing = 255;

/// Something a dataset says about a record that IndexEntry has no other field for.
struct RecordAttribute {
  std::string name;   ///< As the dataset calls it: `strat_fold`. Unique within an entry.
  std::string value;  ///< As the dataset writes it.
  friend bool operator==(const RecordAttribute&, const RecordAttribute&) = default;
};

/// One ECG of the index. The fields are those of `pecg.v1.IndexEntry`.
struct IndexEntry {
  std::string record_id;      ///< Unique within the index: `P00001_E01`.
  std::string patient_id;     ///< `P00001`.
  int exam = 0;               ///< Number of the patient's exam, from 1; not always in time's order.
  std::string path;           ///< Below the dataset's root, `/` between folders, no extension.
  std::string signal_sha256;  ///< Of the signal file(s) in the header's order, 64 hex digits.
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
  double rate_hz = 0;
  std::int64_t sample_count = 0;  ///< Per lead.
  LeadMask leads;
  std::vector<std::string> icd_codes;        ///< As written, prefixes kept: `(FO) Q21.1`.
  std::vector<std::string> statements;       ///< As written, modifiers kept: `D30+Modifier308`.
  std::vector<std::uint8_t> targets;         ///< 0, 1 or kTargetMissing, in the order of Index.
  std::vector<std::uint8_t> statement_bits;  ///< Bit i%8 of byte i/8: statement i is present.
  SqiTable sqi{};                            ///< All NaN when sqi_source is kNone.
  SqiSource sqi_source = SqiSource::kNone;
  std::array<float, kLeadCount> rail_fraction{};  ///< 0 to 1; NaN = no such lead.
  std::array<float, kLeadCount> flat_fraction{};  ///< 0 to 1; NaN = no such lead.
  std::string acquisition_time;                   ///< `YYYY-MM-DD HH:MM:SS`, may be shifted.
  std::string comment;                            ///< What else the header says, for people.
  std::vector<RecordAttribute> attributes;        ///< What else the table says.

  bool HasStatement(int statement) const;
};

/// IndexFailure::kind of something odd about a record that was indexed all the same.
inline constexpr std::string_view kWarningKind = "warning";

/// A record, or a row of the dataset's tables, that could not be read, or (kind `warning`)
/// something about it that a person should know.
struct IndexFailure {
  std::string path;       ///< Below the dataset's root.
  std::int64_t line = 0;  ///< From 1; 0 when it is not about a line.
  std::string kind;       ///< NameOf(Error::Kind), or kWarningKind.
  std::string what;
  std::string hint;  ///< May be empty.
};

/// The failure that says what `error` says, with its kind and hint. Where the error names `path` or
/// a file that starts so (an extension, a line), that is the failure's place; another place goes
/// into the text.
IndexFailure FailureOf(const Error& error, std::string_view path, std::int64_t line = 0);

/// What one reading of a dataset found. Immutable once made; named by version_sha256.
struct Index {
  std::string kind;            ///< One of DatasetKinds().
  std::string version_sha256;  ///< VersionSha256(entries).
  std::string targets_sha256;  ///< TargetTable::sha256().
  std::vector<std::string> targets;
  std::vector<std::string> statement_names;
  std::vector<IndexEntry> entries;     ///< Sorted by record_id; the position is the ordinal.
  std::vector<IndexFailure> failures;  ///< Sorted by path, line, what.
  bool synthetic = false;

  /// Position of a target by name; empty when there is none.
  std::optional<std::size_t> FindTarget(std::string_view name) const;
};

/// SHA-256, 64 lower-case hexadecimal digits, over the UTF-8 text that has for each entry, in the
/// order given (sorted by record_id), one line
///
///     record_id|patient_id|signal_sha256|age|sex|icd;icd;...|statement;statement;...\n
///
/// with age in days in decimal, empty when unknown; sex `F`, `M` or empty; codes and statements as
/// written, in the table's order. Nothing else is covered: computed SQI, targets, attributes, paths
/// and failures do not change the version.
std::string VersionSha256(std::span<const IndexEntry> entries);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_INDEX_H_
