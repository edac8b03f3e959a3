#ifndef PECG_WORKER_DATASET_FOLDER_TABLE_H_
#define PECG_WORKER_DATASET_FOLDER_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "worker/dataset/dataset_reader.h"
#include "worker/dataset/folder_mapping.h"

namespace pecg {

/// Rows of a table that a mapping explains.
struct FolderTable {
  std::vector<DatasetRow> rows;
  std::vector<IndexFailure> failures;
};

/// Reads the text of the table; `table` is its path below the root, for messages.
///
/// record_id is the last part of the record's path and must be unique. Exams are numbered by their
/// time, then by place, unless the mapping names a column. An age may have a fraction (in a table
/// that is not separated by commas also with a decimal comma) and is rounded to days.
/// DatasetRow::targets has the targets' values; icd_codes those that are not missing, as `chd=1`,
/// so that other labels make another version; an attribute of its own keeps each column of labels
/// as written.
///
/// A row that cannot be read becomes a failure with its line: no record or patient, an age, sex or
/// label that the mapping does not explain, a record twice (the first counts).
/// Throws Error naming a column that is missing.
FolderTable ParseFolderTable(std::string_view csv, const std::string& table,
                             const FolderMapping& mapping);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_FOLDER_TABLE_H_
