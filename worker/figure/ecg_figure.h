#ifndef PECG_WORKER_FIGURE_ECG_FIGURE_H_
#define PECG_WORKER_FIGURE_ECG_FIGURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"

namespace pecg {

/// A 12-lead ECG as it is printed: 25 mm/s, 10 mm/mV, three rows of four leads with 2.5 s each and
/// a rhythm strip of 10 s below. Four user units are one millimetre. The samples are drawn as they
/// are, each stretch about its own median, so wander and noise can be seen. Leads that the record
/// lacks say so.
struct EcgFigure {
  enum class WaveKind : std::uint8_t { kP, kQrs, kT };
  /// A marked wave, shown as a bar below the rhythm strip.
  struct WaveSpan {
    WaveKind kind = WaveKind::kQrs;
    double from_seconds = 0;  ///< Of the record.
    double to_seconds = 0;
  };
  /// A word above the rhythm strip, at a beat: `V` for a ventricular premature one.
  struct BeatNote {
    double seconds = 0;  ///< Of the record.
    std::string text;
  };

  std::string title;                  ///< The record.
  std::vector<std::string> facts;     ///< Who and what was measured; left of the head.
  std::vector<std::string> findings;  ///< Right of the head; long ones are wrapped.
  Lead rhythm_lead = Lead::kII;       ///< Another lead is taken where the record lacks it.
  double start_seconds = 0;           ///< What the sheet begins with.
  std::vector<WaveSpan> waves;
  std::vector<BeatNote> notes;
};

/// The 10 s (or what there is) with the fewest samples that are invalid or beyond 3 mV from their
/// lead's median; the earliest such. Where a sheet should begin, in seconds.
double FindClearStart(const EcgRecord& record);

/// Draws the sheet as one SVG element. Chest leads, and limb leads, are drawn at 5 mm/mV where
/// at 10 mm/mV one of theirs would leave its row; the foot and the calibration pulse say it.
std::string DrawEcg(const EcgRecord& record, const EcgFigure& figure);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_ECG_FIGURE_H_
