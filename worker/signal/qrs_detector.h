#ifndef PECG_WORKER_SIGNAL_QRS_DETECTOR_H_
#define PECG_WORKER_SIGNAL_QRS_DETECTOR_H_

#include <cstdint>
#include <vector>

#include "worker/signal/condition.h"

namespace pecg {

/// What the QRS detector found.
struct QrsDetection {
  /// Moments of the QRS complexes, working samples, ascending: the centre of their slopes' energy.
  std::vector<std::int64_t> beats;
  /// 0 to 1 for each lead: what it was weighed by, 1 for a quiet lead with clear complexes.
  LeadFrame lead_weights{};
  /// Weight over the lead's typical QRS slope: makes the leads' slopes comparable; 0 = leave out.
  LeadFrame lead_scales{};
};

/// Finds QRS complexes from all measured leads together, 30 to 300 a minute.
///
/// Per lead the slope's RMS over 60 ms in the band of 6 to 40 Hz, in units of the lead's own
/// typical QRS (the median of 1.5 s windows' maxima, so one artefact does not set the scale); the
/// weighted mean over leads, where quiet leads weigh more and masked stretches nothing; peaks over
/// a threshold that follows the signal. Of two peaks under 360 ms apart the weaker is taken for a T
/// wave if it is under 0.6 of the stronger; pauses are searched once more at a lower threshold.
/// After Pan & Tompkins, IEEE TBME 32:230 (1985); leads are combined after Zong et al. (2003).
QrsDetection DetectQrs(const ConditionedEcg& ecg);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_QRS_DETECTOR_H_
