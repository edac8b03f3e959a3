#ifndef PECG_WORKER_SIGNAL_MARK_DESCRIPTION_H_
#define PECG_WORKER_SIGNAL_MARK_DESCRIPTION_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "worker/ecg/lead.h"
#include "worker/signal/lead_frames.h"

namespace pecg {

/// The marks whose place in one lead is fine-tuned.
enum class Mark : std::uint8_t { kPOnset, kPOffset, kQrsOnset, kQrsOffset, kTOffset };
inline constexpr int kMarkCount = 5;

/// Slopes are looked at in this many places around a mark.
inline constexpr std::size_t kMarkPlaces = 29;
/// Slopes of the beat, of the typical beat, heights of the beat, eight figures, one flag per lead.
inline constexpr std::size_t kMarkInputs = 3 * kMarkPlaces + 8 + kLeadCount;
using MarkInputs = std::array<float, kMarkInputs>;

/// Where a mark is expected in one lead of one beat. Positions in samples of `frames`.
struct MarkPlace {
  const LeadFrames* frames = nullptr;  ///< Smoothed for the wave in question.
  double anchor = 0;                   ///< The leads' consensus for this mark.
  double own = 0;                      ///< This lead's own estimate.
  double peak = 0;                     ///< This lead's peak of the wave.
};

/// Describes the surroundings of a mark in units of the wave: `width` samples long (P and QRS:
/// onset to offset; T: peak to end) and as high as it is in this lead, upright. So a small child's
/// short waves look like an adult's. `beat` and `typical`: the same lead in one beat and in the
/// typical one (the same beat twice, where it has another shape). `noise`: typical slope between
/// waves; `share`: this lead's height of the wave over the largest of all leads.
MarkInputs DescribeMark(Mark mark, std::size_t lead, const MarkPlace& beat,
                        const MarkPlace& typical, double width, float noise, float share);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MARK_DESCRIPTION_H_
