#ifndef PECG_WORKER_ECG_LEAD_H_
#define PECG_WORKER_ECG_LEAD_H_

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pecg {

/// The twelve standard leads, in the one order used everywhere.
enum class Lead : std::uint8_t { kI, kII, kIII, kAVR, kAVL, kAVF, kV1, kV2, kV3, kV4, kV5, kV6 };

inline constexpr int kLeadCount = 12;

inline constexpr std::array<std::string_view, kLeadCount> kLeadNames = {
    "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};

constexpr std::string_view NameOf(Lead lead) { return kLeadNames[static_cast<std::size_t>(lead)]; }

/// Finds a lead by name, whatever its letters' case: `AVR`, `aVR` and `avr` are one lead.
std::optional<Lead> FindLead(std::string_view name);

/// Which leads a record has. A lead that is not present is missing, not zero.
class LeadMask {
 public:
  constexpr LeadMask() = default;
  /// Bit i stands for lead i; bits from 12 on are dropped.
  constexpr explicit LeadMask(std::uint32_t bits) : bits_(bits & 0xFFFU) {}

  static constexpr LeadMask All() { return LeadMask(0xFFFU); }
  /// I II III aVR aVL aVF V1 V3 V5: the 9-lead layout for small children in ZZU-pECG.
  static constexpr LeadMask NineLead() { return LeadMask(0x57FU); }

  constexpr bool Has(Lead lead) const { return (bits_ >> static_cast<unsigned>(lead) & 1U) != 0; }
  constexpr void Add(Lead lead) { bits_ |= 1U << static_cast<unsigned>(lead); }
  constexpr int Count() const { return std::popcount(bits_); }
  constexpr std::uint32_t bits() const { return bits_; }
  friend constexpr bool operator==(LeadMask, LeadMask) = default;

 private:
  std::uint32_t bits_ = 0;
};

}  // namespace pecg

#endif  // PECG_WORKER_ECG_LEAD_H_
