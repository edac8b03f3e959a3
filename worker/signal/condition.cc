#include "worker/signal/condition.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <span>

#include "worker/signal/limb_leads.h"
#include "worker/signal/order_statistics.h"
#include "worker/signal/pacing_spikes.h"
#include "worker/signal/quality.h"
#include "worker/signal/resample.h"
#include "worker/signal/zero_phase_filter.h"

namespace pecg {
namespace {

constexpr float kLargestExcursionMv = 8;
constexpr double kGuardSeconds = 0.1;
constexpr double kStuckSeconds = 0.2;
/// Stuck values this near the lead's median may be a quiet baseline, so they are believed.
constexpr float kQuietMv = 0.3F;
constexpr double kDisconnectedFraction = 0.5;
/// A lead whose samples all lie this near each other carries no signal.
constexpr float kConstantMv = 0.002F;
constexpr double kSmallestHumMv = 0.008;

/// Marks `mask` wherever the lead sits on a rail, jumps or is invalid, and `guard` samples around.
void MaskExcursions(std::span<const float> x, double rate_hz, std::vector<char>* mask) {
  const auto block = static_cast<std::size_t>(std::max(1.0, rate_hz));
  const auto guard = static_cast<std::ptrdiff_t>(kGuardSeconds * rate_hz);
  const auto count = static_cast<std::ptrdiff_t>(x.size());
  std::vector<float> sorted;
  std::ptrdiff_t masked_to = 0;
  for (std::size_t begin = 0; begin < x.size(); begin += block) {
    const std::size_t end = std::min(begin + block, x.size());
    sorted.clear();
    // Every fourth sample tells the level well enough.
    for (std::size_t i = begin; i < end; i += 4) {
      if (std::isfinite(x[i]) && !IsOnRail(x[i])) sorted.push_back(x[i]);
    }
    const float level = sorted.empty() ? 0 : MedianInPlace(sorted);
    for (std::size_t i = begin; i < end; ++i) {
      const bool is_good = std::abs(x[i] - level) <= kLargestExcursionMv && !IsOnRail(x[i]);
      if (is_good) continue;
      const auto at = static_cast<std::ptrdiff_t>(i);
      for (std::ptrdiff_t k = std::max(masked_to, at - guard); k < std::min(count, at + guard + 1);
           ++k) {
        (*mask)[static_cast<std::size_t>(k)] = 1;
        masked_to = k + 1;
      }
    }
  }
}

/// Marks stretches of at least 0.2 s without any change that lie away from the lead's median.
void MaskStuck(std::span<const float> x, double rate_hz, float median, std::vector<char>* mask) {
  const auto shortest = static_cast<std::size_t>(std::max(2.0, kStuckSeconds * rate_hz));
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= x.size(); ++i) {
    if (i < x.size() && x[i] == x[begin]) continue;
    if (i - begin >= shortest && std::abs(x[begin] - median) > kQuietMv) {
      std::fill(mask->begin() + static_cast<std::ptrdiff_t>(begin),
                mask->begin() + static_cast<std::ptrdiff_t>(i), 1);
    }
    begin = i;
  }
}

/// One lead at its own rate: what is wrong with it, and its samples bridged and centred.
struct CleanLead {
  std::vector<float> samples_mv;
  std::vector<char> mask;
  LeadSignal signal;
};

CleanLead CleanOneLead(std::span<const float> x, double rate_hz) {
  CleanLead lead;
  lead.samples_mv.assign(x.begin(), x.end());
  lead.mask.assign(x.size(), 0);
  lead.signal.rail_fraction = static_cast<double>(RailFraction(x));
  lead.signal.flat_fraction = static_cast<double>(FlatFraction(x, rate_hz));
  MaskExcursions(x, rate_hz, &lead.mask);
  std::vector<float> valid;
  valid.reserve(x.size() / 4 + 1);
  for (std::size_t i = 0; i < x.size(); i += 4) {
    if (lead.mask[i] == 0) valid.push_back(x[i]);
  }
  const float median = valid.empty() ? 0 : MedianInPlace(valid);
  MaskStuck(x, rate_hz, median, &lead.mask);
  std::size_t masked_count = 0;
  float lowest = std::numeric_limits<float>::infinity();
  float highest = -lowest;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (lead.mask[i] != 0) {
      lead.samples_mv[i] = std::numeric_limits<float>::quiet_NaN();
      ++masked_count;
      continue;
    }
    lead.samples_mv[i] -= median;
    lowest = std::min(lowest, lead.samples_mv[i]);
    highest = std::max(highest, lead.samples_mv[i]);
  }
  lead.signal.masked_fraction = static_cast<double>(masked_count) / static_cast<double>(x.size());
  const bool is_connected =
      lead.signal.masked_fraction < kDisconnectedFraction && highest - lowest > kConstantMv;
  lead.signal.state =
      is_connected ? LeadSignal::State::kReadable : LeadSignal::State::kDisconnected;
  BridgeInvalid(lead.samples_mv);
  return lead;
}

/// Puts a lead among the frames at the working rate.
void PlaceLead(const CleanLead& lead, std::size_t index, const Resampler& resampler,
               ConditionedEcg* ecg) {
  if (lead.signal.state != LeadSignal::State::kReadable) {
    for (std::uint16_t& bits : ecg->masked) bits |= static_cast<std::uint16_t>(1U << index);
    return;
  }
  const bool is_same_rate = lead.samples_mv.size() == ecg->frames.size();
  const std::vector<float> resampled =
      is_same_rate ? std::vector<float>() : resampler.Resample(lead.samples_mv);
  const std::span<const float> samples = is_same_rate ? lead.samples_mv : resampled;
  for (std::size_t i = 0; i < ecg->frames.size(); ++i) ecg->frames[i][index] = samples[i];
  if (!(lead.signal.masked_fraction > 0)) return;
  const double ratio =
      static_cast<double>(lead.mask.size()) / static_cast<double>(ecg->frames.size());
  for (std::size_t i = 0; i < ecg->masked.size(); ++i) {
    const auto source = static_cast<std::size_t>(static_cast<double>(i) * ratio);
    if (lead.mask[std::min(source, lead.mask.size() - 1)] != 0) {
      ecg->masked[i] |= static_cast<std::uint16_t>(1U << index);
    }
  }
}

/// Amplitude of `hz` in every lead: the median over every other block of 0.4 s (whole periods of 50 and 60 Hz)
/// of the projection onto one period's sine and cosine, which QRS complexes hardly touch.
LeadFrame HumAmplitude(const LeadFrames& frames, double hz) {
  const auto block = static_cast<std::size_t>(0.4 * kWorkingRateHz);
  std::vector<std::complex<float>> turn(block);
  for (std::size_t i = 0; i < block; ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kWorkingRateHz;
    turn[i] = {static_cast<float>(std::cos(phase)), static_cast<float>(std::sin(phase))};
  }
  std::array<std::vector<float>, kLeadCount> amplitudes;
  for (std::size_t begin = 0; begin + block <= frames.size(); begin += 2 * block) {
    LeadFrame cosine{};
    LeadFrame sine{};
    for (std::size_t i = 0; i < block; ++i) {
      for (std::size_t l = 0; l < kLeadCount; ++l) {
        cosine[l] += frames[begin + i][l] * turn[i].real();
        sine[l] += frames[begin + i][l] * turn[i].imag();
      }
    }
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      amplitudes[l].push_back(2 * std::hypot(cosine[l], sine[l]) / static_cast<float>(block));
    }
  }
  LeadFrame hum{};
  if (amplitudes[0].empty()) return hum;
  for (std::size_t l = 0; l < kLeadCount; ++l) hum[l] = MedianInPlace(amplitudes[l]);
  return hum;
}

/// Takes out 50 or 60 Hz where a lead carries it, and notes how much there was.
void RemoveMainsHum(ConditionedEcg* ecg) {
  for (const double hz : {50.0, 60.0}) {
    const LeadFrame hum = HumAmplitude(ecg->frames, hz);
    // What the QRS complexes themselves hold of that band, seen beside it.
    const LeadFrame below = HumAmplitude(ecg->frames, hz - 5);
    const LeadFrame above = HumAmplitude(ecg->frames, hz + 5);
    const auto has_hum = [&](std::size_t l) {
      return hum[l] > kSmallestHumMv && hum[l] > 2.5F * std::max(below[l], above[l]);
    };
    bool any = false;
    for (std::size_t l = 0; l < kLeadCount; ++l) any = any || has_hum(l);
    if (!any) continue;
    LeadFrames notched = ecg->frames;
    FilterZeroPhase(Notch(hz, 25, kWorkingRateHz), &notched);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (!has_hum(l)) continue;
      for (std::size_t i = 0; i < notched.size(); ++i) ecg->frames[i][l] = notched[i][l];
      ecg->signals[l].mains_mv = {static_cast<double>(hum[l]), 1};
    }
  }
}

void NoteLimitations(const EcgRecord& record, ConditionedEcg* ecg) {
  const double seconds = static_cast<double>(record.sample_count) / record.rate_hz;
  if (seconds < 5) ecg->limitations.push_back(Limitation::kShortRecord);
  if (record.rate_hz < 250) ecg->limitations.push_back(Limitation::kLowRate);
  int readable = 0;
  bool is_much_masked = false;
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    if (!ecg->leads.Has(static_cast<Lead>(l))) continue;
    ++readable;
    is_much_masked = is_much_masked || ecg->signals[l].masked_fraction > 0.1;
  }
  if (readable == 0) ecg->limitations.push_back(Limitation::kNoReadableLead);
  if (readable == 1) ecg->limitations.push_back(Limitation::kOneLead);
  if (is_much_masked) ecg->limitations.push_back(Limitation::kMaskedSignal);
}

}  // namespace

ConditionedEcg ConditionEcg(const EcgRecord& record) {
  ConditionedEcg ecg;
  const Resampler resampler(record.rate_hz, kWorkingRateHz);
  const std::size_t count = resampler.OutputCount(static_cast<std::size_t>(record.sample_count));
  ecg.frames.assign(count, LeadFrame{});
  ecg.masked.assign(count, 0);
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    const std::span<const float> samples = record.LeadSamples(static_cast<Lead>(l));
    if (samples.empty()) {
      for (std::uint16_t& bits : ecg.masked) bits |= static_cast<std::uint16_t>(1U << l);
      continue;
    }
    const CleanLead lead = CleanOneLead(samples, record.rate_hz);
    ecg.signals[l] = lead.signal;
    PlaceLead(lead, l, resampler, &ecg);
    if (lead.signal.state == LeadSignal::State::kReadable) ecg.leads.Add(static_cast<Lead>(l));
  }
  RepairLimbLeads(&ecg);
  ecg.pacing_spikes = TakeOutPacingSpikes(&ecg);
  RemoveMainsHum(&ecg);
  NoteLimitations(record, &ecg);
  return ecg;
}

}  // namespace pecg
