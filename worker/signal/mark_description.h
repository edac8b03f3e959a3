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

/// What a lead looks like around a mark, in units of the wave: slopes and heights in places a fixed
/// part of the wave's width apart, upright. So a small child's short waves look like an adult's.
struct MarkSurroundings {
  std::array<float, kMarkPlaces> slopes{};   ///< Softly limited: small ones are what decides.
  std::array<float, kMarkPlaces> heights{};  ///< From the lead's own estimate, over `range_mv`.
  float range_mv = 0;
  float own = 0;   ///< The lead's estimate from the anchor, in widths.
  float peak = 0;  ///< Its peak from the anchor, in widths.
};

/// Looks around a mark in one lead. `width`: of the wave, samples (P and QRS: onset to offset; T:
/// peak to end).
MarkSurroundings LookAround(Mark mark, std::size_t lead, const MarkPlace& place, double width);

/// Puts together what EstimateMark reads. `typical`: the same mark and lead in the typical beat
/// (the beat itself, where it has another shape). `noise`: typical slope between waves, mV per 4
/// ms; `share`: this lead's height of the wave over the largest of all leads.
MarkInputs DescribeMark(std::size_t lead, const MarkSurroundings& beat,
                        const MarkSurroundings& typical, double width, float noise, float share);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MARK_DESCRIPTION_H_
