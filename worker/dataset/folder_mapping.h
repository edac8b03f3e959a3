#ifndef PECG_WORKER_DATASET_FOLDER_MAPPING_H_
#define PECG_WORKER_DATASET_FOLDER_MAPPING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

/// What a dataset's mapping.yaml says about its table; docs/folder-datasets.md has an example.
struct FolderMapping {
  struct Age {
    std::string column;
    double days_per_unit = 1;  ///< Of `days`, `weeks` (7), `months` (30) or `years` (365).
  };
  struct Sexes {
    std::string column;
    std::vector<std::string> female;
    std::vector<std::string> male;
  };
  /// A cell that holds several entries.
  struct List {
    std::string column;
    std::string separator;  ///< Empty: the cell is one entry.
  };
  struct Target {
    std::string name;
    List values;
    std::vector<std::string> positive;  ///< 1 when one of these is among the values.
    std::vector<std::string> negative;  ///< Else 0 when one of these is.
    bool others_are_negative = false;   ///< Else 0 when there is any value.
    std::vector<std::string> missing;   ///< Say nothing, as does an empty cell.
  };

  std::string table;     ///< File name of the CSV, beside the mapping.
  char separator = ',';  ///< Between its cells.
  std::string record;    ///< Columns, from here on.
  std::string patient;
  std::optional<Age> age;
  std::optional<Sexes> sex;
  std::string exam;  ///< These may be empty: no such column.
  std::string time;
  std::string comment;
  std::optional<List> statements;
  std::vector<std::string> attributes;
  std::vector<Target> targets;
  std::string sha256;  ///< Of the text: the version of every label derived with it.
};

/// Parses the text of a mapping; `path` is for messages. Throws Error::kBadInput with `path:line`
/// for what is no mapping: a key that is unknown, missing or stands twice, a unit that is none, a
/// value that means two things, a target twice or without a value that is positive.
FolderMapping ParseFolderMapping(std::string_view yaml, std::string_view path);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_FOLDER_MAPPING_H_
