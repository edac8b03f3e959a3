#ifndef PECG_WORKER_DATASET_SIGNAL_FILES_H_
#define PECG_WORKER_DATASET_SIGNAL_FILES_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "worker/dataset/index.h"

namespace pecg {

/// Whether a path of a table, with `/` between folders, stays below the folder it is relative to:
/// no empty part, no `.` or `..`, no drive, no backslash.
bool StaysBelow(std::string_view path);

/// Adds a failure for every record below `root`/`folder` that no row names: `.hea` files, and
/// `.dat` files without a `.hea`; and one where the folder cannot be listed, with `hint`.
/// `named_paths`: paths of records below the root, without extension; `table`: the table's name.
void ListFilesWithoutRow(const std::filesystem::path& root, const char* folder,
                         std::string_view table, const std::unordered_set<std::string>& named_paths,
                         const std::string& hint, std::vector<IndexFailure>* failures);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_SIGNAL_FILES_H_
