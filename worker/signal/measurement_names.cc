#include <array>
#include <cstddef>
#include <string_view>

#include "worker/signal/measurements.h"

namespace pecg {
namespace {

template <typename Enum, std::size_t Count>
std::string_view Pick(const std::array<std::string_view, Count>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view NameOf(Wave wave) {
  constexpr std::array<std::string_view, kWaveCount> kNames = {"P", "QRS", "T"};
  return Pick(kNames, wave);
}

std::string_view NameOf(Polarity polarity) {
  constexpr std::array<std::string_view, 5> kNames = {"flat", "upright", "inverted",
                                                      "upright_inverted", "inverted_upright"};
  return Pick(kNames, polarity);
}

std::string_view NameOf(LeadSignal::State state) {
  constexpr std::array<std::string_view, 5> kNames = {"missing", "readable", "noisy",
                                                      "disconnected", "repaired"};
  return Pick(kNames, state);
}

std::string_view NameOf(Limitation limitation) {
  constexpr std::array<std::string_view, 11> kNames = {
      "short_record",   "low_rate",  "one_lead",         "no_readable_lead",
      "no_beats",       "few_beats", "masked_signal",    "limb_leads_inconsistent",
      "leads_repaired", "paced",     "no_dominant_shape"};
  return Pick(kNames, limitation);
}

std::string_view TextOf(Limitation limitation) {
  constexpr std::array<std::string_view, 11> kTexts = {
      "The record is shorter than 5 s, so rhythm is not judged.",
      "It was sampled below 250 Hz, so amplitudes and QRS marks are blunted.",
      "Only one lead can be read, so no other confirms its beats.",
      "No lead can be read.",
      "No QRS complex was found: asystole, or too small to tell from noise.",
      "Fewer than 3 beats went into the median beat.",
      "More than a tenth of a readable lead was masked.",
      "The limb leads contradict each other, and which is wrong could not be told.",
      "At least one limb lead was recomputed from others.",
      "Beats are paced, so QRS and T say little about the heart.",
      "No shape holds half of the beats."};
  return Pick(kTexts, limitation);
}

}  // namespace pecg
