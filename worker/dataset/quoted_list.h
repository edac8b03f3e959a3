#ifndef PECG_WORKER_DATASET_QUOTED_LIST_H_
#define PECG_WORKER_DATASET_QUOTED_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "worker/dataset/index.h"

namespace pecg {

/// `text` without blanks, tabs and line breaks at its ends.
std::string_view TrimBlanks(std::string_view text);

/// `text` trimmed, and each run of blanks, tabs and line breaks inside it made one blank.
std::string FoldBlanks(std::string_view text);

/// TrimBlanks, then without one pair of single quotes around it, then TrimBlanks again.
std::string_view StripSingleQuotes(std::string_view cell);

/// Reads the list in a cell of AttributesDictionary.csv: `'C23';'D30+Modifier308'`. Entries stand
/// between semicolons, in single quotes or bare; quotes and blanks around them are dropped, blanks
/// inside folded, `Null` and empty entries left out. A quote inside a quoted entry is a letter
/// unless a semicolon or the end follows. Throws Error::kBadInput for a quote that is never closed.
std::vector<std::string> ReadQuotedList(std::string_view cell);

/// Joins the cells of a row that was cut at commas inside single quotes, which CSV knows nothing
/// of: `'Ventricular tachycardia, polymorphous'`. Rows with no more than `expected` cells stay.
void JoinCellsCutInQuotes(std::size_t expected, std::vector<std::string>* cells);

/// Reads a quality index of every lead: `'I':0.288;...;'V2':Null`; leads that are not named and
/// those that are `Null` get NaN. `column` is 0 to 2, the place in the table. Throws
/// Error::kBadInput for an unknown lead, a lead twice or what is no number.
void ReadSqiList(std::string_view cell, std::size_t column, SqiTable* table);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_QUOTED_LIST_H_
