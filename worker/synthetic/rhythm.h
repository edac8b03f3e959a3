#ifndef PECG_WORKER_SYNTHETIC_RHYTHM_H_
#define PECG_WORKER_SYNTHETIC_RHYTHM_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "worker/synthetic/condition.h"
#include "worker/synthetic/heart.h"
#include "worker/synthetic/random.h"

namespace pecg {

/// One beat of the ventricles, of the atria, or of both.
struct SyntheticBeat {
  enum class Atrium : std::uint8_t { kNone, kSinus, kEctopic, kRetrograde };
  enum class Ventricle : std::uint8_t { kNone, kConducted, kPremature };
  enum class Kind : std::uint8_t {
    kSinus,
    kAtrialPremature,
    kVentricularPremature,
    kEctopicAtrial,
    kJunctional,
    kEscape,
    kSupraventricularTachycardia,
    kVentricularTachycardia,
    kFlutterOrFibrillation,
    kBlockedP
  };
  static constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

  double p_s = kAbsent;    ///< Onset of P in the record.
  double qrs_s = kAbsent;  ///< Onset of QRS.
  Atrium atrium = Atrium::kNone;
  Ventricle ventricle = Ventricle::kNone;
  Kind kind = Kind::kSinus;
  double qrs_gain = 1;  ///< Breathing moves the heart in the chest.
  double t_gain = 1;
  double t_stretch = 1;  ///< Of ST and T behind the end of QRS.
};

/// The beats of one recording, by time, a little more than it.
struct BeatSequence {
  std::vector<SyntheticBeat> beats;
  double flutter_hz = 0;         ///< 0 = no flutter waves.
  bool is_fibrillation = false;  ///< The waves change in size and distance.
};

/// Draws the beats from before 0 to after `seconds`.
BeatSequence DrawBeats(const Heart& heart, const HeartCondition& condition, double seconds,
                       Random& random);

/// What the beats that lie whole inside a recording say.
struct BeatFacts {
  int qrs_count = 0;
  double rate_bpm = 0;  ///< From the mean RR; 0 with fewer than two beats.
  double median_rr_s = 0;
  double rr_sd_s = 0;
  double rr_rmssd_s = 0;
  double sinus_rr_range_s = 0;  ///< Longest minus shortest RR between sinus beats.
  int atrial_premature_count = 0;
  int ventricular_premature_count = 0;
};
BeatFacts Summarize(const BeatSequence& sequence, double seconds);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RHYTHM_H_
