#include "worker/synthetic/recorder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>

namespace pecg {
namespace {

constexpr double kNegativeRailMv = -26.55;
constexpr double kPositiveRailMv = 24.92;
constexpr double kMainsHz = 50;
constexpr double kSwapChance = 0.010;
constexpr double kOffChance = 0.095;
constexpr double kStartsOffChance = 0.028;
constexpr double kDeadLeadChance = 0.006;
constexpr double kMotionChance = 0.10;
constexpr double kStartsAtZeroChance = 0.15;
/// Samples between the points of the wandering baseline, which are joined by straight lines.
constexpr std::size_t kWanderStep = 20;

void SwapElectrodes(Random& random, IndependentLeads* leads, RecorderFacts* facts) {
  const int which = random.Choose(std::array<double, 3>{6, 2, 2});
  facts->swapped =
      std::array<const char*, 3>{"RA-LA", "LA-LL", "RA-LL"}[static_cast<std::size_t>(which)];
  auto& lead_i = (*leads)[0];
  auto& lead_ii = (*leads)[1];
  for (std::size_t i = 0; i < lead_i.size(); ++i) {
    const float one = lead_i[i];
    const float two = lead_ii[i];
    if (which == 0) {
      lead_i[i] = -one;
      lead_ii[i] = two - one;
    } else if (which == 1) {
      lead_i[i] = two;
      lead_ii[i] = one;
    } else {
      lead_i[i] = one - two;
      lead_ii[i] = -two;
    }
  }
}

/// One electrode's own potential.
class Electrode {
 public:
  Electrode(const RecorderFacts& facts, double rate_hz, Random& random)
      : random_(random),
        noise_mv_(facts.noise_uv / 1000 * std::exp(0.25 * random.Normal())),
        wander_mv_(facts.wander_mv * std::exp(0.4 * random.Normal())),
        hum_mv_(facts.hum_uv / 1000 * random.Uniform(0.3, 1)),
        breath_mv_(0.9 * wander_mv_ * random.Uniform()),
        // A slow drift with a memory of about two seconds.
        keep_(std::exp(-static_cast<double>(kWanderStep) / rate_hz / 2.0)),
        breath_(std::polar(1.0, 2 * std::numbers::pi * random.Uniform(0.2, 0.55) *
                                    static_cast<double>(kWanderStep) / rate_hz)),
        mains_(std::polar(1.0, 2 * std::numbers::pi * kMainsHz / rate_hz)),
        hum_(std::polar(1.0, 2 * std::numbers::pi * random.Uniform())),
        phase_(std::polar(1.0, 2 * std::numbers::pi * random.Uniform())),
        drift_(wander_mv_ * random.Normal()) {}

  /// Adds `samples.size()` samples.
  void AddTo(std::vector<float>* samples) {
    double before = Baseline();
    double after = before;
    for (std::size_t i = 0; i < samples->size(); ++i) {
      const std::size_t step = i % kWanderStep;
      if (step == 0) {
        before = after;
        Advance();
        after = Baseline();
      }
      const double share = static_cast<double>(step) / kWanderStep;
      // Muscle: most of its power between 10 and 120 Hz.
      const double fresh = random_.Normal();
      muscle_ = 0.55 * muscle_ + 0.83 * fresh;
      slow_muscle_ = 0.93 * slow_muscle_ + 0.07 * muscle_;
      hum_ *= mains_;
      (*samples)[i] +=
          static_cast<float>(before + share * (after - before) +
                             noise_mv_ * (muscle_ - slow_muscle_) + hum_mv_ * hum_.imag());
    }
  }

 private:
  double Baseline() const { return drift_ + breath_mv_ * phase_.imag(); }
  void Advance() {
    drift_ = keep_ * drift_ + wander_mv_ * std::sqrt(1 - keep_ * keep_) * random_.Normal();
    phase_ *= breath_;
  }

  Random& random_;
  double noise_mv_;
  double wander_mv_;
  double hum_mv_;
  double breath_mv_;
  double keep_;
  std::complex<double> breath_;
  std::complex<double> mains_;
  std::complex<double> hum_;
  std::complex<double> phase_;
  double drift_;
  double muscle_ = 0;
  double slow_muscle_ = 0;
};

/// A jerk: up within a tenth of a second, back within one.
void AddMotion(double rate_hz, Random& random, std::vector<float>* electrode) {
  const double height_mv = (random.Chance(0.5) ? 1 : -1) * 0.25 * std::exp(0.8 * random.Normal());
  const double start = random.Uniform() * static_cast<double>(electrode->size());
  const double up = 0.08 * rate_hz;
  const double down = random.Uniform(0.1, 0.4) * rate_hz;
  for (auto i = static_cast<std::size_t>(start); i < electrode->size(); ++i) {
    const double after = static_cast<double>(i) - start;
    if (after > up + 6 * down) break;
    const double shape = after < up ? after / up : std::exp(-(after - up) / down);
    (*electrode)[i] += static_cast<float>(height_mv * shape);
  }
}

void AddElectrodeNoise(double rate_hz, Random& random, IndependentLeads* leads,
                       RecorderFacts* facts) {
  facts->noise_uv = 10 * std::exp(0.55 * random.Normal());
  facts->wander_mv = 0.022 * std::exp(0.75 * random.Normal());
  facts->hum_uv = random.Chance(0.3) ? random.Uniform(1, 9) : 0.4;
  const std::size_t count = (*leads)[0].size();
  constexpr std::size_t kElectrodes = 3 + kChestLeadCount;  // RA, LA, LL, V1 to V6.
  std::array<std::vector<float>, kElectrodes> electrodes;
  for (auto& electrode : electrodes) {
    electrode.assign(count, 0);
    Electrode(*facts, rate_hz, random).AddTo(&electrode);
  }
  while (random.Chance(kMotionChance)) {
    ++facts->motion_count;
    AddMotion(rate_hz, random, &electrodes[random.Next() % kElectrodes]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float right_arm = electrodes[0][i];
    const float left_arm = electrodes[1][i];
    const float left_leg = electrodes[2][i];
    const float terminal = (right_arm + left_arm + left_leg) / 3;  // Wilson's.
    (*leads)[0][i] += left_arm - right_arm;
    (*leads)[1][i] += left_leg - right_arm;
    for (std::size_t chest = 0; chest < kChestLeadCount; ++chest) {
      (*leads)[2 + chest][i] += electrodes[3 + chest][i] - terminal;
    }
  }
}

TwelveLeads DeriveLeads(IndependentLeads leads) {
  TwelveLeads all;
  const std::size_t count = leads[0].size();
  for (std::size_t lead = 2; lead < 6; ++lead) all[lead].resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const float one = leads[0][i];
    const float two = leads[1][i];
    all[2][i] = two - one;
    all[3][i] = -(one + two) / 2;
    all[4][i] = one - two / 2;
    all[5][i] = two - one / 2;
  }
  all[0] = std::move(leads[0]);
  all[1] = std::move(leads[1]);
  for (std::size_t chest = 0; chest < kChestLeadCount; ++chest) {
    all[6 + chest] = std::move(leads[2 + chest]);
  }
  return all;
}

/// Takes a lead to a rail from sample `first` for `length`; the amplifier then comes back.
void Rail(std::size_t first, std::size_t length, double rate_hz, Random& random,
          std::vector<float>* lead) {
  double rail = random.Chance(0.6) ? kNegativeRailMv : kPositiveRailMv;
  rail += 0.04 * random.Normal();
  const std::size_t end = std::min(lead->size(), first + length);
  // Now and then it jumps from one end to the other.
  const std::size_t jump = random.Chance(0.3) ? first + length / 2 : end;
  const double other = rail < 0 ? kPositiveRailMv : kNegativeRailMv;
  for (std::size_t i = first; i < end; ++i) {
    (*lead)[i] = static_cast<float>(i < jump ? rail : other);
  }
  const double from = jump < end ? other : rail;
  const double memory = random.Uniform(0.06, 0.22) * rate_hz;
  for (std::size_t i = end; i < lead->size(); ++i) {
    const double after = static_cast<double>(i - end) / memory;
    if (after > 9) break;
    (*lead)[i] += static_cast<float>(0.9 * from * std::exp(-after));
  }
}

void TakeElectrodesOff(double rate_hz, Random& random, TwelveLeads* leads, RecorderFacts* facts) {
  if (random.Chance(kStartsOffChance)) {
    facts->starts_off = true;
    const double seconds = random.Uniform(0.3, 3);
    for (auto& lead : *leads) {
      Rail(0, static_cast<std::size_t>(seconds * random.Uniform(0.85, 1) * rate_hz), rate_hz,
           random, &lead);
    }
  }
  if (!random.Chance(kOffChance)) return;
  facts->off_count = 1 + random.Choose(std::array<double, 3>{6, 3, 1});
  for (int k = 0; k < facts->off_count; ++k) {
    // Mostly chest electrodes; a limb electrode takes all limb leads along.
    const auto count = static_cast<double>((*leads)[0].size());
    const auto first =
        static_cast<std::size_t>(random.Chance(0.5) ? 0 : random.Uniform(0, 0.8) * count);
    const auto length = static_cast<std::size_t>(random.Uniform(0.15, 2.5) * rate_hz);
    const bool is_limb = random.Chance(0.15);
    const std::size_t chest = 6 + random.Next() % kChestLeadCount;
    for (std::size_t lead = 0; lead < leads->size(); ++lead) {
      if (is_limb ? lead < 6 : lead == chest) {
        Rail(first, length, rate_hz, random, &(*leads)[lead]);
      }
    }
  }
}

void KillLead(Random& random, TwelveLeads* leads, RecorderFacts* facts) {
  const std::size_t lead = 6 + random.Next() % kChestLeadCount;
  facts->dead_lead = NameOf(static_cast<Lead>(lead));
  const double noise_mv = random.Chance(0.5) ? 0 : 0.002;
  for (float& sample : (*leads)[lead]) {
    sample = static_cast<float>(noise_mv * random.Normal());
  }
}

}  // namespace

float RoundToHalf(float x) {
  constexpr float kSmallestNormal = 0x1p-14F;
  if (std::abs(x) < kSmallestNormal) return std::nearbyint(x * 0x1p24F) * 0x1p-24F;
  // Ten bits of mantissa stay of 23; half of the last one is added first, less one on a tie that
  // is even already. A carry goes into the exponent, as it should.
  auto bits = std::bit_cast<std::uint32_t>(x);
  bits += 0x0FFFU + ((bits >> 13U) & 1U);
  return std::bit_cast<float>(bits & ~0x1FFFU);
}

TwelveLeads Record(IndependentLeads heart, double rate_hz, Random& random, RecorderFacts* facts) {
  *facts = {};
  if (random.Chance(kSwapChance)) SwapElectrodes(random, &heart, facts);
  AddElectrodeNoise(rate_hz, random, &heart, facts);
  if (random.Chance(kStartsAtZeroChance)) {
    for (auto& lead : heart) {
      const float first = lead.front();
      for (float& sample : lead) sample -= first;
    }
  }
  TwelveLeads leads = DeriveLeads(std::move(heart));
  TakeElectrodesOff(rate_hz, random, &leads, facts);
  if (random.Chance(kDeadLeadChance)) KillLead(random, &leads, facts);
  for (auto& lead : leads) std::ranges::transform(lead, lead.begin(), RoundToHalf);
  return leads;
}

}  // namespace pecg
