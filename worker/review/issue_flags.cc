#include "worker/review/issue_flags.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace pecg {
namespace {

/// One key of so many goes into the sample.
constexpr std::size_t kSampleStep = 64;
/// Below so many keys a sample is not worth its time.
constexpr std::size_t kSampledSize = 4096;

}  // namespace

// A sample tells up to where the wanted keys reach, with a margin; only those below are
// partitioned. Source: Floyd & Rivest, "Expected time bounds for selection", CACM 18:165 (1975).
double LowestKeys::SampledBound(std::size_t count) {
  constexpr double kNoBound = std::numeric_limits<double>::infinity();
  if (keys_.size() < kSampledSize) return kNoBound;
  sample_.clear();
  for (std::size_t i = 0; i < keys_.size(); i += kSampleStep) sample_.push_back(keys_[i]);
  const auto expected = static_cast<double>(count) / static_cast<double>(kSampleStep);
  const double place = expected + 3 * std::sqrt(expected + 1) + 1;
  if (place >= static_cast<double>(sample_.size())) return kNoBound;
  const auto at = sample_.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(sample_.begin(), at, sample_.end());
  return *at;
}

LowestKeys::Cut LowestKeys::CutAt(std::size_t count) {
  double bound = SampledBound(count);
  const auto below = [&] {
    return static_cast<std::size_t>(
        std::ranges::count_if(keys_, [&](double key) { return key <= bound; }));
  };
  std::size_t kept = below();
  if (kept <= count) {  // The sample was not like the rest.
    bound = std::numeric_limits<double>::infinity();
    kept = keys_.size();
  }
  candidates_.resize(kept + 1);
  std::size_t next = 0;
  for (const double key : keys_) {
    candidates_[next] = key;  // Stays only if the next line moves on: no branch to mispredict.
    next += key <= bound ? 1 : 0;
  }
  const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(kept);
  const auto cut = candidates_.begin() + static_cast<std::ptrdiff_t>(count) - 1;
  std::nth_element(candidates_.begin(), cut, end);
  return {*cut, std::find(cut + 1, end, *cut) != end};
}

}  // namespace pecg
