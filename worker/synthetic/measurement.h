#ifndef PECG_WORKER_SYNTHETIC_MEASUREMENT_H_
#define PECG_WORKER_SYNTHETIC_MEASUREMENT_H_

#include <array>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/synthetic/heart.h"

namespace pecg {

/// A wave as one lead shows it; times as its shape counts them. A wave that the lead does not show
/// (under 15 uV; QRS under 30 uV) is not seen.
struct SyntheticWaveMark {
  bool is_seen = false;
  double onset_s = 0;
  double peak_s = 0;  ///< Largest deflection.
  double offset_s = 0;
};
using SyntheticLeadMarks = std::array<SyntheticWaveMark, kLeadCount>;

/// Marks of one shape in all leads. A lead's onset and offset are where the wave passes 2 % of its
/// peak there (at least 4 uV); the whole heart's are the shape's own.
SyntheticLeadMarks MarkP(const AtrialShape& shape);
SyntheticLeadMarks MarkQrs(const VentricularShape& shape);
SyntheticLeadMarks MarkT(const VentricularShape& shape);

/// What one lead shows of the dominant beat, millivolts. Q and S are given as positive depths.
struct LeadAmplitudes {
  double p = 0;   ///< Signed.
  double q = 0;   ///< Before R.
  double r = 0;   ///< Highest.
  double s = 0;   ///< Deepest behind R.
  double r2 = 0;  ///< Highest behind S, from S's end on: r'.
  double t = 0;   ///< Signed.
  double st = 0;  ///< 40 ms behind the end of QRS, signed.
};

/// True measurements of the dominant beat: of the shapes, free of noise, not of the recording.
struct Measurements {
  double pr_ms = 0;  ///< 0 where no P leads to QRS.
  double p_ms = 0;
  double qrs_ms = 0;
  double qt_ms = 0;
  double qtc_bazett_ms = 0;
  double p_axis_deg = 0;
  double qrs_axis_deg = 0;  ///< From net areas in I and aVF; -180 to 180.
  double t_axis_deg = 0;
  std::array<LeadAmplitudes, kLeadCount> leads{};

  const LeadAmplitudes& at(Lead lead) const { return leads[static_cast<std::size_t>(lead)]; }
};

Measurements MeasureHeart(const Heart& heart);

/// Twelve leads from the independent ones; III, aVR, aVL and aVF by Einthoven and Goldberger.
template <typename Values>
std::array<double, kLeadCount> AllLeads(const Values& of) {
  return {of[0],
          of[1],
          of[1] - of[0],
          -(of[0] + of[1]) / 2,
          of[0] - of[1] / 2,
          of[1] - of[0] / 2,
          of[2],
          of[3],
          of[4],
          of[5],
          of[6],
          of[7]};
}

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_MEASUREMENT_H_
