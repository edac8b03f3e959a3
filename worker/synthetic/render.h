#ifndef PECG_WORKER_SYNTHETIC_RENDER_H_
#define PECG_WORKER_SYNTHETIC_RENDER_H_

#include <array>
#include <cstdint>
#include <vector>

#include "worker/synthetic/exam.h"

namespace pecg {

/// Samples of the independent leads I, II, V1 to V6, `[8][T]`, millivolts.
using IndependentLeads = std::array<std::vector<float>, kIndependentLeadCount>;

/// Draws an exam's beats as the leads see them, without noise.
IndependentLeads RenderHeart(const SyntheticExam& exam, double rate_hz);

/// Rows of marks per beat: the whole heart first, then the twelve leads.
inline constexpr int kMarkRows = 1 + kLeadCount;
/// Onset, peak and offset of P, QRS and T, in this order.
inline constexpr int kMarkColumns = 9;
inline constexpr std::uint16_t kNoMark = 0xFFFF;

/// Where one beat's waves lie in the recording, in samples; kNoMark = not there, not seen by the
/// lead, or outside.
struct SyntheticBeatMarks {
  SyntheticBeat::Kind kind = SyntheticBeat::Kind::kSinus;
  std::array<std::array<std::uint16_t, kMarkColumns>, kMarkRows> samples{};
};

/// Marks of every beat that has a mark inside the recording, by time.
std::vector<SyntheticBeatMarks> MarkBeats(const SyntheticExam& exam, double rate_hz);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RENDER_H_
