#ifndef PECG_WORKER_FILE_WAVE_MARKS_H_
#define PECG_WORKER_FILE_WAVE_MARKS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "worker/file/wfdb_annotation.h"

namespace pecg {

/// A wave of one lead as a cardiologist marked it, in samples.
struct WaveMark {
  enum class Wave : std::uint8_t { kP, kQrs, kT };
  Wave wave = Wave::kQrs;
  std::optional<std::int64_t> onset;
  std::int64_t peak = 0;
  std::optional<std::int64_t> offset;
};

/// Reads waves from annotations such as LUDB's: `p`, `N` or `t` is a peak, a `(` directly before it
/// its onset, a `)` directly after it its offset; either may be missing. Other annotations are no
/// waves. In the order of the annotations. Source: Kalyakulina et al., IEEE Access 8:186181 (2020).
std::vector<WaveMark> FindWaveMarks(std::span<const WfdbAnnotation> annotations);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WAVE_MARKS_H_
