#ifndef PECG_WORKER_FILE_NPY_H_
#define PECG_WORKER_FILE_NPY_H_

#include <cstdint>
#include <filesystem>
#include <span>

namespace pecg {

/// Writes `values` `[rows, columns]`, row-major, as a NumPy file of float32, format version 1.0.
/// Appears by rename. Throws kBadInput where the sizes disagree, kDiskFull, kIo.
/// Source: NumPy, "The .npy format" (numpy.lib.format).
void WriteNpy(const std::filesystem::path& path, std::span<const float> values, std::int64_t rows,
              std::int64_t columns);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_NPY_H_
