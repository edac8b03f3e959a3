#ifndef PECG_WORKER_SIGNAL_MEDIAN_BEAT_H_
#define PECG_WORKER_SIGNAL_MEDIAN_BEAT_H_

#include <cstdint>

#include "worker/signal/beat_classes.h"
#include "worker/signal/condition.h"
#include "worker/signal/lead_frames.h"

namespace pecg {

/// Returns the frames with every lead's baseline levelled: a cubic curve through the levels just
/// before the QRS complexes (mean of 20 to 6 ms before each onset) is subtracted, so that ST and T
/// keep their height. Before the first and after the last QRS it is continued at its last level.
/// Source of the method: Meyer & Keiser, Comput. Biomed. Res. 10:459 (1977).
LeadFrames LevelBaseline(const ConditionedEcg& ecg, const BeatShapes& beats);

/// The dominant shape's typical beat.
struct TypicalBeat {
  LeadFrames frames;          ///< `[window][12]`, millivolts; empty: there is none.
  std::int64_t fiducial = 0;  ///< Where AlignedBeat::fiducial lies in it.
  int beat_count = 0;
  double rr_ms = 0;  ///< Median RR of the record; 1000 where there is no interval.
};

/// Takes per lead and sample the median over the dominant shape's beats, from 0.45 RR (at most 400
/// ms) before to 0.72 RR (at most 640 ms) after the fiducial. Beats that are masked in a lead, that
/// follow within 0.8 of the median RR, or correlate under the typical correlation less 0.15 stay
/// out; of the rest at most 15, spread over the record.
TypicalBeat MakeTypicalBeat(const LeadFrames& level, const ConditionedEcg& ecg,
                            const BeatShapes& beats);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MEDIAN_BEAT_H_
