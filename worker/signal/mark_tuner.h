#ifndef PECG_WORKER_SIGNAL_MARK_TUNER_H_
#define PECG_WORKER_SIGNAL_MARK_TUNER_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "worker/signal/mark_description.h"
#include "worker/signal/measurements.h"
#include "worker/signal/wave_marks.h"

namespace pecg {

/// What a mark's place was decided from: what the mark models are fitted on.
struct MarkSample {
  std::size_t beat = 0;  ///< Index of the beat.
  std::size_t lead = 0;
  Mark mark = Mark::kPOnset;
  double anchor = 0;  ///< Working samples.
  double width = 0;   ///< Working samples.
  MarkInputs inputs{};
};

/// The leads' consensus on each mark, working samples: the median of their own estimates.
using MarkAnchors = std::array<std::optional<double>, kMarkCount>;

/// The leads' estimates for one beat, and the signals they lie in.
struct BeatEstimates {
  const WaveSignals* signals = nullptr;
  const std::array<BeatMarks, kLeadCount>* leads = nullptr;
  MarkAnchors anchors;
};

/// Puts estimates together with their consensus.
BeatEstimates EstimatesOf(const WaveSignals& signals,
                          const std::array<BeatMarks, kLeadCount>& leads);

/// Describes the marks of a record's beats for EstimateMark.
class MarkDescriber {
 public:
  /// `typical`: of the dominant shape; without signals there is none. `noise` `[12]`: typical
  /// |slope| between the waves.
  MarkDescriber(const BeatEstimates& typical, const LeadFrame& noise);

  /// Describes every mark of one beat. `is_typical`: it has the dominant shape; other beats stand
  /// for themselves.
  std::vector<MarkSample> Describe(std::size_t beat, const BeatEstimates& own,
                                   bool is_typical) const;

 private:
  LeadFrame noise_;
  bool has_typical_;
  std::array<double, kMarkCount> widths_{};
  std::array<std::array<std::optional<MarkSurroundings>, kLeadCount>, kMarkCount> typical_;
};

/// Moves the marks to where EstimateMark sees them, by at most half the wave's width, and weighs
/// each wave's confidence by the error expected of its marks.
void TuneMarks(const std::vector<MarkSample>& samples, std::array<BeatMarks, kLeadCount>* leads);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MARK_TUNER_H_
