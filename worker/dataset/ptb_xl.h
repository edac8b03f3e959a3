#ifndef PECG_WORKER_DATASET_PTB_XL_H_
#define PECG_WORKER_DATASET_PTB_XL_H_

#include <memory>

#include "worker/dataset/dataset_reader.h"

namespace pecg {

/// Reads PTB-XL: ptbxl_database.csv and scp_statements.csv beside
/// `records500/00000/00001_hr.{hea,dat}` or `records100/00000/00001_lr.{hea,dat}`. Where there is
/// a folder records500 the records of 500 Hz are read, else those of 100 Hz; never both. Signal
/// files that have no row are failures. Targets: TargetTable::PtbXl().
/// Source: Wagner et al., Sci Data 7:154 (2020), doi 10.1038/s41597-020-0495-6; version 1.0.3.
std::unique_ptr<DatasetReader> MakePtbXlReader();

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_PTB_XL_H_
