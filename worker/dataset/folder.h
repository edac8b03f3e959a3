#ifndef PECG_WORKER_DATASET_FOLDER_H_
#define PECG_WORKER_DATASET_FOLDER_H_

#include <memory>

#include "worker/dataset/dataset_reader.h"

namespace pecg {

/// Reads a folder of one's own: WFDB records, one CSV, and `mapping.yaml`, which says what the
/// CSV's columns and values mean (docs/folder-datasets.md). Records without a row are left alone.
/// Targets are those of the mapping.
std::unique_ptr<DatasetReader> MakeFolderReader();

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_FOLDER_H_
