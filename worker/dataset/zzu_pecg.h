#ifndef PECG_WORKER_DATASET_ZZU_PECG_H_
#define PECG_WORKER_DATASET_ZZU_PECG_H_

#include <memory>

#include "worker/dataset/dataset_reader.h"

namespace pecg {

/// Reads the ZZU-pECG release: AttributesDictionary.csv beside
/// `Child_ecg/P00/P00001/P00001_E01.{hea,dat}`, with or without its two dictionaries. Signal files
/// that have no row are failures; a dictionary that differs from the release's is a warning per
/// row. Source: Tan et al., Sci Data 12:867 (2025), doi 10.1038/s41597-025-05225-z.
std::unique_ptr<DatasetReader> MakeZzuPecgReader();

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_ZZU_PECG_H_
