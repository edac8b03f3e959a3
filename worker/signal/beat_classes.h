#ifndef PECG_WORKER_SIGNAL_BEAT_CLASSES_H_
#define PECG_WORKER_SIGNAL_BEAT_CLASSES_H_

#include <cstdint>
#include <vector>

#include "worker/signal/condition.h"
#include "worker/signal/lead_frames.h"
#include "worker/signal/qrs_detector.h"

namespace pecg {

/// One QRS complex, placed by its class's template.
struct AlignedBeat {
  std::int64_t fiducial = 0;  ///< Working samples: where the template's middle lies.
  int shape = 0;              ///< Index into BeatShapes::shapes.
  double correlation = 0;     ///< Of its slopes with the template's, all leads, -1 to 1.
  std::uint16_t masked = 0;   ///< Bit i: lead i is not to be believed at this QRS.
};

/// QRS complexes of one shape.
struct BeatShape {
  int beat_count = 0;
  /// `[2 * kShapeHalfWidth + 1][12]`: the mean slope around the fiducial, mV per 4 ms.
  LeadFrames slopes;
  double correlation = 1;  ///< Of its slopes with the dominant shape's.
  /// The QRS complex in all leads together, working samples from the fiducial.
  std::int64_t onset = 0;
  std::int64_t offset = 0;
};

/// Reach of a shape to each side of the fiducial, working samples (240 ms).
inline constexpr std::int64_t kShapeHalfWidth = 120;

struct BeatShapes {
  std::vector<AlignedBeat> beats;     ///< In time order.
  std::vector<BeatShape> shapes;      ///< The dominant one first.
  std::vector<std::int64_t> needles;  ///< Moments taken for pacing artefacts, not beats.
};

/// Aligns the QRS complexes and sorts them by shape: the slopes of all leads, each in units of its
/// noise-weighted scale, are correlated over +-60 ms at lags up to +-24 ms; a beat joins the shape
/// it correlates best with, from 0.8 on, or opens a new one. Onset and offset of a shape are where
/// the length of its slope vector rises above and falls below a few percent of its maximum and the
/// noise around, for 10 to 12 ms. Needles are left out: what is under 20 ms wide, or under 50
/// ms and followed within 300 ms by a complex three times as wide (atrial pacing). `slopes`
/// `[T][12]`: SlopesOf(SmoothQrs) of the record.
BeatShapes SortBeats(const ConditionedEcg& ecg, const QrsDetection& detection,
                     const LeadFrames& slopes);

/// The signal below 60 Hz, where QRS complexes are marked.
LeadFrames SmoothQrs(const LeadFrames& frames);

/// x[t+1] - x[t-1], `[T][12]`, mV per 4 ms; 0 at the ends.
LeadFrames SlopesOf(const LeadFrames& smooth);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_BEAT_CLASSES_H_
