#ifndef PECG_CLIENT_CLI_LISTING_H_
#define PECG_CLIENT_CLI_LISTING_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/cli/terminal.h"

namespace pecg {

/// The value of -o/--output.
enum class OutputFormat { kTable, kJson, kJsonl, kCsv };

/// How a list is to be written.
struct OutputOptions {
  OutputFormat format = OutputFormat::kTable;
  std::vector<std::string> columns;  ///< Fields by path, `spec.dataset`; empty = the usual ones.
  bool with_header = true;
};

/// How a field looks in a table.
enum class CellKind {
  kText,
  kName,      ///< A resource name or hash: HumanName.
  kVersion,   ///< A dataset version: HumanVersion.
  kArtifact,  ///< An artifact: HumanArtifact.
  kCount,     ///< HumanCount.
  kNumber,    ///< HumanNumber.
  kBytes,     ///< HumanBytes.
  kAge,       ///< A time: HumanAge.
  kDuration,  ///< Seconds: HumanDuration.
  kShare      ///< 0 to 1: `12.3 %`.
};

/// A usual column of a list.
struct ListingColumn {
  std::string path;    ///< Field, or fields joined by dots.
  std::string header;  ///< In tables; programs get the path.
  CellKind kind = CellKind::kText;
};

/// A list of messages of one type, ready to be written in any format.
class Listing {
 public:
  Listing(const google::protobuf::Descriptor* type, std::vector<ListingColumn> columns)
      : type_(type), columns_(std::move(columns)) {}

  /// Appends a message of the type.
  void Add(const google::protobuf::Message& message);

  bool empty() const { return rows_.empty(); }

  /// Writes the list. A table shows people's figures and is empty without rows;
  /// JSON is one array, `[]` when empty; JSONL one object per line; CSV as RFC 4180, lists joined
  /// by `;`. With chosen columns JSON objects have these paths as keys. Errors: INVALID_ARGUMENT
  /// for a column that the type does not have.
  absl::StatusOr<std::string> Format(const OutputOptions& options, const Style& style,
                                     absl::Time now) const;

 private:
  absl::StatusOr<std::vector<ListingColumn>> Choose(const std::vector<std::string>& paths) const;

  const google::protobuf::Descriptor* type_;
  std::vector<ListingColumn> columns_;
  std::vector<nlohmann::ordered_json> rows_;
};

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_LISTING_H_
