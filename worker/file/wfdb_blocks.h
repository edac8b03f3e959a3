#ifndef PECG_WORKER_FILE_WFDB_BLOCKS_H_
#define PECG_WORKER_FILE_WFDB_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "worker/file/wfdb_format.h"
#include "worker/file/wfdb_signal.h"

namespace pecg {

/// What a signal's samples are known by.
struct SignalTrace {
  std::int32_t first = 0;      ///< The first sample.
  std::uint16_t checksum = 0;  ///< Sum of all samples, modulo 65536.
};

/// Decodes `stored_frame_count` frames of any format, block by block, to the outputs of
/// DecodeSignalFile, each `[frame_count]` or empty. Returns a trace of each signal.
std::vector<SignalTrace> DecodeBlocks(const std::byte* data, const WfdbFormat& format,
                                      WfdbSignalGroup group, std::int64_t stored_frame_count,
                                      std::span<const std::span<float>> outputs);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_BLOCKS_H_
