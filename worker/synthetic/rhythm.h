#ifndef PECG_WORKER_SYNTHETIC_RHYTHM_H_
#define PECG_WORKER_SYNTHETIC_RHYTHM_H_

#include <vector>

#include "worker/synthetic/child.h"
#include "worker/synthetic/random.h"

namespace pecg {

/// One heart beat.
struct Beat {
  enum class Kind { kSinus, kAtrialPremature, kVentricularPremature };
  double r_seconds = 0;   ///< Time of the R peak.
  double rr_seconds = 1;  ///< Time since the beat before.
  Kind kind = Kind::kSinus;
};

/// Draws the beats from before 0 to after `exam.seconds`: breathing changes RR (respiratory sinus
/// arrhythmia), premature beats come early and are followed by a pause.
std::vector<Beat> DrawBeats(const SyntheticExam& exam, Random& random);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RHYTHM_H_
