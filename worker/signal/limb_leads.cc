#include "worker/signal/limb_leads.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "worker/signal/condition.h"
#include "worker/signal/order_statistics.h"

namespace pecg {
namespace {

constexpr double kLargestResidualMv = 0.05;
constexpr double kShare = 0.95;  // Of the samples that must obey.

/// lead = a * first + b * second.
struct Law {
  Lead lead, first, second;
  float a, b;
};

/// Every limb lead from two of I, II, III, and those from each other and from augmented ones.
constexpr std::array<Law, 12> kLaws = {{
    {Lead::kI, Lead::kII, Lead::kIII, 1, -1},
    {Lead::kII, Lead::kI, Lead::kIII, 1, 1},
    {Lead::kIII, Lead::kII, Lead::kI, 1, -1},
    {Lead::kAVR, Lead::kI, Lead::kII, -0.5F, -0.5F},
    {Lead::kAVL, Lead::kI, Lead::kIII, 0.5F, -0.5F},
    {Lead::kAVF, Lead::kII, Lead::kIII, 0.5F, 0.5F},
    // Without III, without II, without I.
    {Lead::kAVL, Lead::kI, Lead::kII, 1, -0.5F},
    {Lead::kAVF, Lead::kII, Lead::kI, 1, -0.5F},
    {Lead::kII, Lead::kAVF, Lead::kI, 1, 0.5F},
    {Lead::kI, Lead::kII, Lead::kAVF, 2, -2},
    {Lead::kII, Lead::kI, Lead::kAVL, 2, -2},
    {Lead::kI, Lead::kAVL, Lead::kII, 1, 0.5F},
}};

std::size_t IndexOf(Lead lead) { return static_cast<std::size_t>(lead); }

/// 95th percentile of |lead - law| in millivolts over the samples where all three are believed,
/// less its median: leads are centred one by one. Empty where under a tenth of them are.
std::optional<double> Residual(const ConditionedEcg& ecg, const Law& law) {
  const std::size_t l = IndexOf(law.lead);
  const std::size_t first = IndexOf(law.first);
  const std::size_t second = IndexOf(law.second);
  const auto unreadable = static_cast<std::uint16_t>(1U << l | 1U << first | 1U << second);
  std::vector<float> errors;
  errors.reserve(ecg.frames.size() / 3 + 1);
  for (std::size_t i = 0; i < ecg.frames.size(); i += 3) {
    if ((ecg.masked[i] & unreadable) != 0) continue;
    const LeadFrame& x = ecg.frames[i];
    errors.push_back(x[l] - law.a * x[first] - law.b * x[second]);
  }
  if (errors.size() * 30 < ecg.frames.size() || errors.empty()) return std::nullopt;
  const float level = MedianInPlace(errors);
  for (float& error : errors) error = std::abs(error - level);
  return static_cast<double>(QuantileInPlace(errors, kShare));
}

void Recompute(ConditionedEcg* ecg, const Law& law) {
  const std::size_t l = IndexOf(law.lead);
  const std::size_t first = IndexOf(law.first);
  const std::size_t second = IndexOf(law.second);
  std::size_t masked_count = 0;
  for (std::size_t i = 0; i < ecg->frames.size(); ++i) {
    LeadFrame& x = ecg->frames[i];
    x[l] = law.a * x[first] + law.b * x[second];
    const unsigned unreadable = (ecg->masked[i] >> first | ecg->masked[i] >> second) & 1U;
    masked_count += unreadable;
    ecg->masked[i] = static_cast<std::uint16_t>((ecg->masked[i] & ~(1U << l)) | unreadable << l);
  }
  LeadSignal& signal = ecg->signals[l];
  signal.state = LeadSignal::State::kRepaired;
  signal.masked_fraction =
      static_cast<double>(masked_count) / static_cast<double>(ecg->frames.size());
  ecg->leads.Add(law.lead);
}

bool IsThere(const ConditionedEcg& ecg, Lead lead) { return ecg.leads.Has(lead); }

/// Which of I, II, III contradicts the other two: the one whose absence leaves a law with an
/// augmented lead intact while the two others' are broken.
std::optional<Lead> FindWrongLead(const ConditionedEcg& ecg) {
  struct Witness {
    const Law* law;
    Lead other;
  };
  // kLaws[3..5]: aVR vouches for I and II, so III would be wrong, and so on.
  const std::array<Witness, 3> witnesses = {
      {{&kLaws[3], Lead::kIII}, {&kLaws[4], Lead::kII}, {&kLaws[5], Lead::kI}}};
  std::optional<Lead> wrong;
  int intact = 0;
  for (const Witness& witness : witnesses) {
    if (!IsThere(ecg, witness.law->lead)) return std::nullopt;
    const std::optional<double> residual = Residual(ecg, *witness.law);
    if (!residual) return std::nullopt;
    if (*residual > kLargestResidualMv) continue;
    ++intact;
    wrong = witness.other;
  }
  return intact == 1 ? wrong : std::nullopt;
}

void RecomputeFromTwo(ConditionedEcg* ecg, Lead lead) {
  for (const Law& law : kLaws) {
    if (law.lead != lead || !IsThere(*ecg, law.first) || !IsThere(*ecg, law.second)) continue;
    Recompute(ecg, law);
    return;
  }
}

/// Recomputes the limb leads that are in the record and cannot be read.
void ReviveDisconnected(ConditionedEcg* ecg) {
  for (std::size_t l = 0; l < 6; ++l) {
    if (ecg->signals[l].state != LeadSignal::State::kDisconnected) continue;
    RecomputeFromTwo(ecg, static_cast<Lead>(l));
  }
}

/// Recomputes augmented leads that contradict I, II and III, which agree among themselves.
void CorrectAugmented(ConditionedEcg* ecg) {
  for (std::size_t k = 3; k < 6; ++k) {
    if (!IsThere(*ecg, kLaws[k].lead)) continue;
    if (ecg->signals[IndexOf(kLaws[k].lead)].state == LeadSignal::State::kRepaired) continue;
    const std::optional<double> residual = Residual(*ecg, kLaws[k]);
    if (residual && *residual > kLargestResidualMv) Recompute(ecg, kLaws[k]);
  }
}

}  // namespace

void RepairLimbLeads(ConditionedEcg* ecg) {
  ReviveDisconnected(ecg);
  const bool has_three =
      IsThere(*ecg, Lead::kI) && IsThere(*ecg, Lead::kII) && IsThere(*ecg, Lead::kIII);
  if (has_three) {
    const std::optional<double> residual = Residual(*ecg, kLaws[2]);
    if (residual) ecg->einthoven_residual_mv = {*residual, 1};
    if (residual && *residual > kLargestResidualMv) {
      const std::optional<Lead> wrong = FindWrongLead(*ecg);
      if (wrong) {
        RecomputeFromTwo(ecg, *wrong);
      } else {
        ecg->limitations.push_back(Limitation::kLimbLeadsInconsistent);
      }
    }
  }
  constexpr Law kGoldberger = {Lead::kAVR, Lead::kAVL, Lead::kAVF, -1, -1};
  if (IsThere(*ecg, Lead::kAVR) && IsThere(*ecg, Lead::kAVL) && IsThere(*ecg, Lead::kAVF)) {
    const std::optional<double> residual = Residual(*ecg, kGoldberger);
    if (residual) ecg->goldberger_residual_mv = {*residual, 1};
  }
  const bool is_consistent =
      std::ranges::find(ecg->limitations, Limitation::kLimbLeadsInconsistent) ==
      ecg->limitations.end();
  if (has_three && is_consistent) CorrectAugmented(ecg);
  const bool any_repaired = std::ranges::any_of(ecg->signals, [](const LeadSignal& signal) {
    return signal.state == LeadSignal::State::kRepaired;
  });
  if (any_repaired) ecg->limitations.push_back(Limitation::kLeadsRepaired);
}

}  // namespace pecg
