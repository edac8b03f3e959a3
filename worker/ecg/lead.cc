#include "worker/ecg/lead.h"

#include <algorithm>

namespace pecg {
namespace {

constexpr char Lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::optional<Lead> FindLead(std::string_view name) {
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    if (std::ranges::equal(NameOf(lead), name, {}, Lower, Lower)) return lead;
  }
  return std::nullopt;
}

}  // namespace pecg
