#include "worker/synthetic/render.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "worker/synthetic/random.h"

namespace pecg {
namespace {

constexpr double kHalfPi = std::numbers::pi / 2;

/// Where and how large a group of bells is drawn: times t of the shape become
/// `origin_s` + (t stretched about `pivot_s`).
struct Placement {
  double origin_s = 0;
  double pivot_s = 0;
  double stretch = 1;
  double gain = 1;

  double TimeOf(double t) const { return origin_s + pivot_s + (t - pivot_s) * stretch; }
};

void AddBell(const LeadBell& bell, const Placement& place, double rate_hz,
             IndependentLeads* leads) {
  const double centre = place.TimeOf(bell.centre_s) * rate_hz;
  const double rise = bell.rise_s * place.stretch * rate_hz;
  const double fall = bell.fall_s * place.stretch * rate_hz;
  const auto count = static_cast<std::ptrdiff_t>((*leads)[0].size());
  const auto first =
      std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::ceil(centre - rise)));
  const auto last = std::min(count - 1, static_cast<std::ptrdiff_t>(std::floor(centre + fall)));
  for (std::ptrdiff_t i = first; i <= last; ++i) {
    const double from_centre = static_cast<double>(i) - centre;
    const double c = std::cos(kHalfPi * from_centre / (from_centre < 0 ? rise : fall));
    const auto height = static_cast<float>(place.gain * c * c);
    const auto at = static_cast<std::size_t>(i);
    for (std::size_t lead = 0; lead < leads->size(); ++lead) {
      (*leads)[lead][at] += height * static_cast<float>(bell.height_mv[lead]);
    }
  }
}

const AtrialShape& ShapeOf(const Heart& heart, SyntheticBeat::Atrium atrium) {
  if (atrium == SyntheticBeat::Atrium::kEctopic) return heart.ectopic_p;
  return atrium == SyntheticBeat::Atrium::kRetrograde ? heart.retrograde_p : heart.sinus_p;
}

const VentricularShape& ShapeOf(const Heart& heart, SyntheticBeat::Ventricle ventricle) {
  return ventricle == SyntheticBeat::Ventricle::kPremature ? heart.premature : heart.conducted;
}

Placement PlaceT(const SyntheticBeat& beat, const VentricularShape& shape) {
  return {beat.qrs_s, shape.qrs_s, beat.t_stretch, beat.t_gain};
}

/// Sawtooth waves of flutter; of fibrillation, waves that wander in size and distance.
void AddFlutter(const SyntheticExam& exam, double rate_hz, IndependentLeads* leads) {
  const double hz = exam.sequence.flutter_hz;
  if (hz <= 0) return;
  const std::size_t count = (*leads)[0].size();
  for (std::size_t i = 0; i < count; ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    double wave = 0;
    if (exam.sequence.is_fibrillation) {
      const double wander = 1.1 * std::sin(2.3 * t) + 0.8 * std::sin(5.1 * t + 1);
      wave = 0.28 * (1 + 0.5 * std::sin(1.7 * t + 2)) *
             std::sin(2 * std::numbers::pi * hz * t + wander);
    } else {
      const double phase = 2 * std::numbers::pi * hz * t;
      wave = 0.64 *
             (std::sin(phase) + 0.42 * std::sin(2 * phase + 0.5) + 0.16 * std::sin(3 * phase + 1));
    }
    for (std::size_t lead = 0; lead < leads->size(); ++lead) {
      (*leads)[lead][i] += static_cast<float>(wave * exam.heart.flutter_mv[lead]);
    }
  }
}

/// Writes marks into a beat's table.
class MarkWriter {
 public:
  MarkWriter(double rate_hz, double seconds)
      : rate_hz_(rate_hz), sample_count_(std::lround(rate_hz * seconds)) {}

  void Begin(SyntheticBeat::Kind kind) {
    marks_.kind = kind;
    for (auto& row : marks_.samples) row.fill(kNoMark);
    has_any_ = false;
  }

  /// A wave whose whole extent is `begin_s` to `end_s` of its shape.
  void Write(std::size_t column, const SyntheticLeadMarks& leads, double begin_s, double end_s,
             const Placement& place) {
    double peak_s = (begin_s + end_s) / 2;
    bool is_seen = false;
    for (std::size_t lead = 0; lead < leads.size(); ++lead) {
      if (!leads[lead].is_seen) continue;
      is_seen = true;
      WriteRow(1 + lead, column, leads[lead].onset_s, leads[lead].peak_s, leads[lead].offset_s,
               place);
    }
    // The whole heart's peak: the middle one of the leads that show the wave.
    std::vector<double> peaks;
    for (const SyntheticWaveMark& mark : leads) {
      if (mark.is_seen) peaks.push_back(mark.peak_s);
    }
    if (!is_seen) return;
    std::ranges::sort(peaks);
    peak_s = peaks[peaks.size() / 2];
    WriteRow(0, column, begin_s, peak_s, end_s, place);
  }

  bool has_any() const { return has_any_; }
  const SyntheticBeatMarks& marks() const { return marks_; }

 private:
  void WriteRow(std::size_t row, std::size_t column, double onset_s, double peak_s, double offset_s,
                const Placement& place) {
    const std::array<double, 3> times = {onset_s, peak_s, offset_s};
    for (std::size_t i = 0; i < times.size(); ++i) {
      const auto sample = std::lround(place.TimeOf(times[i]) * rate_hz_);
      if (sample < 0 || sample >= sample_count_) continue;
      marks_.samples[row][column + i] = static_cast<std::uint16_t>(sample);
      has_any_ = true;
    }
  }

  double rate_hz_;
  long sample_count_;
  bool has_any_ = false;
  SyntheticBeatMarks marks_;
};

}  // namespace

IndependentLeads RenderHeart(const SyntheticExam& exam, double rate_hz) {
  IndependentLeads leads;
  leads.fill(std::vector<float>(static_cast<std::size_t>(std::lround(exam.seconds * rate_hz)), 0));
  for (const SyntheticBeat& beat : exam.sequence.beats) {
    if (beat.atrium != SyntheticBeat::Atrium::kNone) {
      for (const LeadBell& bell : ShapeOf(exam.heart, beat.atrium).bells) {
        AddBell(bell, {.origin_s = beat.p_s}, rate_hz, &leads);
      }
    }
    if (beat.ventricle == SyntheticBeat::Ventricle::kNone) continue;
    const VentricularShape& shape = ShapeOf(exam.heart, beat.ventricle);
    for (const LeadBell& bell : shape.qrs) {
      AddBell(bell, {.origin_s = beat.qrs_s, .gain = beat.qrs_gain}, rate_hz, &leads);
    }
    for (const LeadBell& bell : shape.st_t) AddBell(bell, PlaceT(beat, shape), rate_hz, &leads);
  }
  AddFlutter(exam, rate_hz, &leads);
  return leads;
}

std::vector<SyntheticBeatMarks> MarkBeats(const SyntheticExam& exam, double rate_hz) {
  const Heart& heart = exam.heart;
  const std::array<SyntheticLeadMarks, 3> p = {MarkP(heart.sinus_p), MarkP(heart.ectopic_p),
                                               MarkP(heart.retrograde_p)};
  const std::array<SyntheticLeadMarks, 2> qrs = {MarkQrs(heart.conducted),
                                                 MarkQrs(heart.premature)};
  const std::array<SyntheticLeadMarks, 2> t = {MarkT(heart.conducted), MarkT(heart.premature)};
  std::vector<SyntheticBeatMarks> marks;
  MarkWriter writer(rate_hz, exam.seconds);
  for (const SyntheticBeat& beat : exam.sequence.beats) {
    writer.Begin(beat.kind);
    if (beat.atrium != SyntheticBeat::Atrium::kNone) {
      const auto which = static_cast<std::size_t>(beat.atrium) - 1;
      writer.Write(0, p[which], 0, ShapeOf(heart, beat.atrium).duration_s, {.origin_s = beat.p_s});
    }
    if (beat.ventricle != SyntheticBeat::Ventricle::kNone) {
      const auto which = static_cast<std::size_t>(beat.ventricle) - 1;
      const VentricularShape& shape = ShapeOf(heart, beat.ventricle);
      writer.Write(3, qrs[which], 0, shape.qrs_s, {.origin_s = beat.qrs_s});
      writer.Write(6, t[which], shape.t_onset_s, shape.t_end_s, PlaceT(beat, shape));
    }
    if (writer.has_any()) marks.push_back(writer.marks());
  }
  return marks;
}

}  // namespace pecg
