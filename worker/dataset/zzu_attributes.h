#ifndef PECG_WORKER_DATASET_ZZU_ATTRIBUTES_H_
#define PECG_WORKER_DATASET_ZZU_ATTRIBUTES_H_

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "worker/dataset/dataset_reader.h"

namespace pecg {

/// Rows of an AttributesDictionary.csv.
struct ZzuAttributes {
  std::vector<DatasetRow> rows;
  std::vector<IndexFailure> failures;
  /// DatasetRow::path of every row whose Filename could be read, refused rows included.
  std::unordered_set<std::string> named_paths;
};

/// Reads the text of an AttributesDictionary.csv, as released or saved again by another program
/// (RFC 4180 quoting, CRLF, a byte order mark, more columns, another order). `table` is its path
/// below the root, for messages.
///
/// A cell is a value or a list in the release's own single quotes (see ReadQuotedList). Age is a
/// number of days, `572d`; age and sex may be empty or `Null`. SQI counts as given when all three
/// columns are filled. A row that cannot be read becomes a failure with its line: too few or many
/// cells, text that is not UTF-8, an unreadable cell, a Filename that is not `<folders>/<ECG_ID>`
/// below the root, an ECG_ID that is not `<Patient_ID>_E<exam>`. Of rows with the same ECG_ID the
/// first counts, the others are failures of kind `duplicate` naming both lines. Where AHA_code and
/// CHN_code do not say the same, AHA_code counts, and one warning per pair of codes tells.
/// Throws Error::kBadInput for a missing column, naming it.
/// Source of the format: facts of the release, docs/formats (Tan et al., Sci Data 12:867, 2025).
ZzuAttributes ParseZzuAttributes(std::string_view csv, const std::string& table);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_ZZU_ATTRIBUTES_H_
