#ifndef PECG_WORKER_SIGNAL_DELINEATE_H_
#define PECG_WORKER_SIGNAL_DELINEATE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "worker/signal/beat_classes.h"
#include "worker/signal/condition.h"
#include "worker/signal/lead_frames.h"
#include "worker/signal/mark_tuner.h"
#include "worker/signal/measurements.h"
#include "worker/signal/median_beat.h"

namespace pecg {

/// The marks of one beat, working samples.
struct DelineatedBeat {
  BeatMarks global;  ///< See GlobalMarks.
  std::array<BeatMarks, kLeadCount> leads;
  double p_correlation = 0;  ///< Of the stretch before the QRS with the typical P wave.
};

/// All marks of a record.
struct Delineation {
  TypicalBeat typical;
  DelineatedBeat typical_marks;       ///< In the typical beat's samples.
  std::vector<DelineatedBeat> beats;  ///< One per BeatShapes::beats.
  LeadFrame noise{};                  ///< Per lead: typical |slope| between waves, mV per 4 ms.
  double p_correlation = 0;           ///< Median over the dominant shape's beats.
  bool has_p = false;                 ///< A P wave goes with the QRS complexes.
  std::vector<std::int64_t> unconducted_p;  ///< Peaks of P waves that no QRS follows.
};

/// Combines the leads' marks into global ones (Delineate takes the QRS complex's onset and offset
/// from its shape instead, where the leads' slopes together begin and end): a wave begins where a
/// quarter of the leads have begun and ends where three quarters have ended; its peak is the leads'
/// median. Leads that mark the wave with under half of the best confidence are left out while four
/// others remain. Empty for a wave that no lead has.
BeatMarks GlobalMarks(const std::array<BeatMarks, kLeadCount>& leads);

/// Marks P, QRS and T of the typical beat and of every beat, lead by lead and over all leads.
///
/// Each wave is found in the typical beat of all leads together; every beat and lead is then marked
/// around that place by its slopes (wave_marks.h) and the marks are fine-tuned (mark_tuner.h). P is
/// marked where the stretch before the QRS looks like the typical beat's P wave, and only if most
/// beats do (median correlation of 0.72 and more): an atrium that does not go with the QRS
/// complexes leaves no P in the typical beat. `smooth`, `slopes`: SmoothQrs of the record and its
/// SlopesOf. `samples`: where to put what the marks were decided from; may be null.
Delineation Delineate(const ConditionedEcg& ecg, const BeatShapes& beats, const LeadFrames& smooth,
                      const LeadFrames& slopes, std::vector<MarkSample>* samples = nullptr);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_DELINEATE_H_
