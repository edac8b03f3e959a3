#ifndef PECG_WORKER_JOB_INDEX_JSON_H_
#define PECG_WORKER_JOB_INDEX_JSON_H_

#include <string>
#include <string_view>

#include "worker/dataset/index.h"
#include "worker/ecg/record.h"

namespace pecg {

/// `female`, `male`, `unknown`.
std::string_view SexWord(Sex sex);

/// One line of JSON, without its line end, with the fields of pecg.v1.IndexEntry under their names.
/// `age_days` is left out when unknown, `sqi` is `[12][3]` and left out when there is none, NaN is
/// null, `targets` is an object from name to 0, 1 or 255 (missing), `statement_bits` is
/// hexadecimal, `attributes` an object from name to value. `index` is the index the entry belongs to.
std::string IndexEntryJson(const IndexEntry& entry, const Index& index);

/// The same for what could not be read.
std::string IndexFailureJson(const IndexFailure& failure);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_INDEX_JSON_H_
