#include "worker/ecg/record.h"

#include <bit>

namespace pecg {

std::span<const float> EcgRecord::LeadSamples(Lead lead) const {
  if (!leads.Has(lead)) return {};
  const std::uint32_t before = leads.bits() & ((1U << static_cast<unsigned>(lead)) - 1U);
  const auto length = static_cast<std::size_t>(sample_count);
  return std::span(samples_mv)
      .subspan(static_cast<std::size_t>(std::popcount(before)) * length, length);
}

}  // namespace pecg
