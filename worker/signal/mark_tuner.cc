#include "worker/signal/mark_tuner.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "worker/signal/mark_model.h"
#include "worker/signal/order_statistics.h"

namespace pecg {
namespace {

struct MarkKind {
  Mark mark;
  Wave wave;
  bool is_onset;
};
constexpr std::array<MarkKind, kMarkCount> kMarkKinds = {{{Mark::kPOnset, Wave::kP, true},
                                                          {Mark::kPOffset, Wave::kP, false},
                                                          {Mark::kQrsOnset, Wave::kQrs, true},
                                                          {Mark::kQrsOffset, Wave::kQrs, false},
                                                          {Mark::kTOffset, Wave::kT, false}}};

std::optional<std::int64_t> PositionOf(const WaveMarks& marks, const MarkKind& kind) {
  return kind.is_onset ? marks.onset : marks.offset;
}

/// The leads' median of one mark of one beat.
std::optional<double> Consensus(const std::array<BeatMarks, kLeadCount>& leads,
                                const MarkKind& kind) {
  std::vector<double> positions;
  for (const BeatMarks& lead : leads) {
    const auto& wave = lead.Of(kind.wave);
    if (wave && PositionOf(*wave, kind)) {
      positions.push_back(static_cast<double>(*PositionOf(*wave, kind)));
    }
  }
  if (positions.empty()) return std::nullopt;
  return MedianInPlace(positions);
}

MarkAnchors ConsensusOf(const std::array<BeatMarks, kLeadCount>& leads) {
  MarkAnchors anchors;
  for (std::size_t k = 0; k < kMarkCount; ++k) anchors[k] = Consensus(leads, kMarkKinds[k]);
  return anchors;
}

const LeadFrames& SignalOf(const WaveSignals& signals, Wave wave) {
  if (wave == Wave::kQrs) return signals.qrs_smooth;
  return wave == Wave::kP ? signals.p_smooth : signals.t_smooth;
}

/// The leads' median T peak.
std::optional<double> PeakConsensus(const std::array<BeatMarks, kLeadCount>& leads) {
  std::vector<double> positions;
  for (const BeatMarks& lead : leads) {
    if (lead.Of(Wave::kT)) positions.push_back(static_cast<double>(lead.Of(Wave::kT)->peak));
  }
  if (positions.empty()) return std::nullopt;
  return MedianInPlace(positions);
}

/// The width a mark's surroundings are measured in, working samples.
double WidthOf(const std::array<BeatMarks, kLeadCount>& leads, const MarkAnchors& anchors,
               Wave wave) {
  const auto at = [&](Mark mark) { return anchors[static_cast<std::size_t>(mark)]; };
  double width = 0;
  if (wave == Wave::kP && at(Mark::kPOnset)) width = *at(Mark::kPOffset) - *at(Mark::kPOnset);
  if (wave == Wave::kQrs) width = *at(Mark::kQrsOffset) - *at(Mark::kQrsOnset);
  if (wave == Wave::kT) width = *at(Mark::kTOffset) - PeakConsensus(leads).value_or(0);
  return std::clamp(width, 15.0, 90.0);
}

std::optional<MarkPlace> PlaceIn(const BeatEstimates& estimates, const MarkKind& kind,
                                 std::size_t k, std::size_t lead) {
  const auto& wave = (*estimates.leads)[lead].Of(kind.wave);
  if (!wave || !estimates.anchors[k] || !PositionOf(*wave, kind)) return std::nullopt;
  return MarkPlace{&SignalOf(*estimates.signals, kind.wave), *estimates.anchors[k],
                   static_cast<double>(*PositionOf(*wave, kind)), static_cast<double>(wave->peak)};
}

float HeightAt(const MarkPlace& place, std::size_t lead) {
  const LeadView x(*place.frames, lead);
  return std::abs(x[static_cast<std::int64_t>(place.peak)] -
                  x[static_cast<std::int64_t>(place.own)]);
}

}  // namespace

BeatEstimates EstimatesOf(const WaveSignals& signals,
                          const std::array<BeatMarks, kLeadCount>& leads) {
  return {&signals, &leads, ConsensusOf(leads)};
}

MarkDescriber::MarkDescriber(const BeatEstimates& typical, const LeadFrame& noise)
    : noise_(noise), has_typical_(typical.signals != nullptr) {
  if (!has_typical_) return;
  for (std::size_t k = 0; k < kMarkCount; ++k) {
    const MarkKind& kind = kMarkKinds[k];
    if (!typical.anchors[k]) continue;
    widths_[k] = WidthOf(*typical.leads, typical.anchors, kind.wave);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const std::optional<MarkPlace> place = PlaceIn(typical, kind, k, l);
      if (place) typical_[k][l] = LookAround(kind.mark, l, *place, widths_[k]);
    }
  }
}

std::vector<MarkSample> MarkDescriber::Describe(std::size_t beat, const BeatEstimates& own,
                                                bool is_typical) const {
  std::vector<MarkSample> samples;
  for (std::size_t k = 0; k < kMarkCount; ++k) {
    const MarkKind& kind = kMarkKinds[k];
    if (!own.anchors[k]) continue;
    const bool has_usual = is_typical && has_typical_ && widths_[k] > 0;
    const double width = has_usual ? widths_[k] : WidthOf(*own.leads, own.anchors, kind.wave);
    std::array<std::optional<MarkPlace>, kLeadCount> places;
    std::array<float, kLeadCount> heights{};
    float highest = 1e-6F;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      places[l] = PlaceIn(own, kind, k, l);
      if (places[l]) heights[l] = HeightAt(*places[l], l);
      highest = std::max(highest, heights[l]);
    }
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (!places[l]) continue;
      const MarkSurroundings around = LookAround(kind.mark, l, *places[l], width);
      const MarkSurroundings& usual = has_usual && typical_[k][l] ? *typical_[k][l] : around;
      samples.push_back({beat, l, kind.mark, *own.anchors[k], width,
                         DescribeMark(l, around, usual, width, noise_[l], heights[l] / highest)});
    }
  }
  return samples;
}

void TuneMarks(const std::vector<MarkSample>& samples, std::array<BeatMarks, kLeadCount>* leads) {
  for (const MarkSample& sample : samples) {
    const MarkKind& kind = kMarkKinds[static_cast<std::size_t>(sample.mark)];
    auto& wave = (*leads)[sample.lead].waves[static_cast<std::size_t>(kind.wave)];
    const MarkEstimate estimate = EstimateMark(sample.mark, sample.inputs);
    const double shift = std::clamp(estimate.shift, -0.5, 0.5) * sample.width;
    const auto position = static_cast<std::int64_t>(std::llround(sample.anchor + shift));
    (kind.is_onset ? wave->onset : wave->offset) = position;
    wave->confidence *= static_cast<float>(1 / (1 + 4 * estimate.expected_error));
  }
}

}  // namespace pecg
