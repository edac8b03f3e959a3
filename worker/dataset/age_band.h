#ifndef PECG_WORKER_DATASET_AGE_BAND_H_
#define PECG_WORKER_DATASET_AGE_BAND_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace pecg {

/// A band of ages, in days; a month has 30 days and a year 365, as in the ZZU-pECG release.
struct AgeBand {
  std::string_view name;
  int last_day;  ///< The oldest age in the band; the band before it ends one day below its first.
};

/// The nine bands figures are given for, youngest first.
inline constexpr std::array<AgeBand, 9> kAgeBands = {{{"0-30 d", 30},
                                                      {"1-3 mo", 90},
                                                      {"3-6 mo", 180},
                                                      {"6-12 mo", 365},
                                                      {"1-3 y", 3 * 365},
                                                      {"3-5 y", 5 * 365},
                                                      {"5-8 y", 8 * 365},
                                                      {"8-12 y", 12 * 365},
                                                      {"12-15 y", 15 * 365}}};

/// The band of an age, which is not negative; empty for older people.
constexpr std::optional<std::size_t> AgeBandOf(int age_days) {
  for (std::size_t i = 0; i < kAgeBands.size(); ++i) {
    if (age_days <= kAgeBands[i].last_day) return i;
  }
  return std::nullopt;
}

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_AGE_BAND_H_
