#ifndef PECG_WORKER_DATASET_BUILD_INDEX_H_
#define PECG_WORKER_DATASET_BUILD_INDEX_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "worker/dataset/index.h"

namespace pecg {

struct IndexOptions {
  int jobs = 0;  ///< Records read at the same time; 0 = one per core.
  /// Called with (records done, records in all), on the calling thread only; may be empty.
  std::function<void(std::int64_t, std::int64_t)> progress;
  /// Looked at between records; may be null. Outlives the call.
  const std::atomic<bool>* cancel = nullptr;
};

/// Reads the dataset of kind `kind` in `folder` and returns its index; empty when it was
/// cancelled. Each signal file is read once: hashed, decoded, checked against its checksums,
/// measured (rails, flat stretches, and the quality indices where the tables give none).
///
/// A record that cannot be read, a row without a record and a record without a row become failures
/// and stop nothing else. Where the table and the header disagree
///   - about leads or samples, one of them belongs to another record: failure `corrupt_data`;
///   - about age or sex, the table is followed, and a warning tells.
/// Paths in failures and errors are relative to `folder`.
/// The result does not depend on `jobs`. The dataset is synthetic when its root holds
/// `SYNTHETIC.md`.
///
/// Throws Error: kBadInput for an unknown kind, a table without a needed column or a dataset
/// without a single row; kNotFound when the folder or its table is not there; kIo.
std::optional<Index> BuildIndex(std::string_view kind, const std::filesystem::path& folder,
                                const IndexOptions& options = {});

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_BUILD_INDEX_H_
