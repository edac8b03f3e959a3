#include "worker/synthetic/measurement.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {
namespace {

constexpr double kStepS = 0.001;
constexpr double kLeastWaveMv = 0.015;
constexpr double kLeastQrsMv = 0.030;
constexpr double kEdgeShare = 0.02;
constexpr double kLeastEdgeMv = 0.004;

/// Bells seen by all leads from `begin_s` to `end_s`, `[lead][step]`.
class Traces {
 public:
  Traces(const std::vector<LeadBell>& bells, double begin_s, double end_s)
      : begin_s_(begin_s),
        count_(static_cast<std::size_t>(std::max(0.0, end_s - begin_s) / kStepS) + 1) {
    std::vector<LeadValues> seen(count_, LeadValues{});
    for (const LeadBell& bell : bells) Add(bell, &seen);
    for (auto& trace : traces_) trace.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) {
      const auto all = AllLeads(seen[i]);
      for (std::size_t lead = 0; lead < all.size(); ++lead) traces_[lead][i] = all[lead];
    }
  }

  const std::vector<double>& at(std::size_t lead) const { return traces_[lead]; }
  double TimeOf(std::size_t step) const { return begin_s_ + kStepS * static_cast<double>(step); }
  std::size_t StepAt(double time_s) const {
    const double step = (time_s - begin_s_) / kStepS;
    return std::min(count_ - 1, static_cast<std::size_t>(std::max(0.0, std::round(step))));
  }

 private:
  void Add(const LeadBell& bell, std::vector<LeadValues>* seen) const {
    const DipoleBell shape{bell.centre_s, bell.rise_s, bell.fall_s, {}};
    const std::size_t first = StepAt(bell.centre_s - bell.rise_s);
    const std::size_t last = StepAt(bell.centre_s + bell.fall_s);
    for (std::size_t i = first; i <= last; ++i) {
      const double height = shape.At(TimeOf(i));
      for (std::size_t lead = 0; lead < kIndependentLeadCount; ++lead) {
        (*seen)[i][lead] += height * bell.height_mv[lead];
      }
    }
  }

  double begin_s_;
  std::size_t count_;
  std::array<std::vector<double>, kLeadCount> traces_;
};

std::size_t LargestDeflection(const std::vector<double>& trace) {
  const auto found =
      std::ranges::max_element(trace, {}, [](double value) { return std::abs(value); });
  return static_cast<std::size_t>(found - trace.begin());
}

SyntheticLeadMarks Mark(const Traces& traces, double least_mv) {
  SyntheticLeadMarks marks;
  for (std::size_t lead = 0; lead < marks.size(); ++lead) {
    const auto& trace = traces.at(lead);
    const std::size_t peak = LargestDeflection(trace);
    const double height = std::abs(trace[peak]);
    if (height < least_mv) continue;
    const double edge = std::max(kLeastEdgeMv, kEdgeShare * height);
    const auto passes = [&](double value) { return std::abs(value) >= edge; };
    const auto first = std::ranges::find_if(trace, passes);
    const auto last = std::find_if(trace.rbegin(), trace.rend(), passes);
    marks[lead] = {true, traces.TimeOf(static_cast<std::size_t>(first - trace.begin())),
                   traces.TimeOf(peak),
                   traces.TimeOf(static_cast<std::size_t>(trace.rend() - last - 1))};
  }
  return marks;
}

/// Net area of bells in I and aVF as an angle.
double AxisOf(const std::vector<LeadBell>& bells) {
  double lead_i = 0;
  double lead_ii = 0;
  for (const LeadBell& bell : bells) {
    const double width = (bell.rise_s + bell.fall_s) / 2;
    lead_i += width * bell.height_mv[0];
    lead_ii += width * bell.height_mv[1];
  }
  const double avf = lead_ii - lead_i / 2;
  return std::atan2(2 / std::numbers::sqrt3 * avf, lead_i) * 180 / std::numbers::pi;
}

void MeasureQrs(const std::vector<double>& trace, LeadAmplitudes* lead) {
  const auto r = std::ranges::max_element(trace);
  lead->r = std::max(0.0, *r);
  if (lead->r < kLeastQrsMv) {  // QS.
    lead->r = 0;
    lead->s = -*std::ranges::min_element(trace);
    return;
  }
  lead->q = std::max(0.0, -*std::min_element(trace.begin(), r + 1));
  const auto s = std::min_element(r, trace.end());
  lead->s = std::max(0.0, -*s);
  // An r' that is taller than r counts as R; then the r' is what stands before a deep Q.
  if (lead->s >= kLeastQrsMv) lead->r2 = std::max(0.0, *std::max_element(s, trace.end()));
}

}  // namespace

SyntheticLeadMarks MarkP(const AtrialShape& shape) {
  return Mark(Traces(shape.bells, 0, shape.duration_s), kLeastWaveMv);
}

SyntheticLeadMarks MarkQrs(const VentricularShape& shape) {
  return Mark(Traces(shape.qrs, 0, shape.qrs_s), kLeastQrsMv);
}

SyntheticLeadMarks MarkT(const VentricularShape& shape) {
  return Mark(Traces(shape.st_t, shape.t_onset_s, shape.t_end_s), kLeastWaveMv);
}

Measurements MeasureHeart(const Heart& heart) {
  const VentricularShape& beat = heart.conducted;
  Measurements measured;
  measured.pr_ms = 1000 * heart.pr_s;
  measured.p_ms = 1000 * heart.sinus_p.duration_s;
  measured.qrs_ms = 1000 * beat.qrs_s;
  measured.qt_ms = 1000 * beat.t_end_s;
  measured.qtc_bazett_ms = measured.qt_ms / std::sqrt(60 / heart.rate_bpm);
  measured.p_axis_deg = AxisOf(heart.sinus_p.bells);
  measured.qrs_axis_deg = AxisOf(beat.qrs);
  measured.t_axis_deg = AxisOf({beat.st_t.begin(), beat.st_t.begin() + 2});
  const Traces p(heart.sinus_p.bells, 0, heart.sinus_p.duration_s);
  const Traces qrs(beat.qrs, 0, beat.qrs_s);
  const Traces t(beat.st_t, beat.qrs_s, beat.t_end_s);
  const std::size_t st = t.StepAt(beat.qrs_s + 0.04);
  const std::size_t t_onset = t.StepAt(beat.t_onset_s);
  for (std::size_t i = 0; i < measured.leads.size(); ++i) {
    LeadAmplitudes& lead = measured.leads[i];
    lead.p = p.at(i)[LargestDeflection(p.at(i))];
    MeasureQrs(qrs.at(i), &lead);
    lead.st = t.at(i)[st];
    const std::vector<double> wave(t.at(i).begin() + static_cast<std::ptrdiff_t>(t_onset),
                                   t.at(i).end());
    lead.t = wave[LargestDeflection(wave)];
  }
  return measured;
}

}  // namespace pecg
