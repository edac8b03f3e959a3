#include "worker/review/near_duplicates.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "worker/ecg/error.h"
#include "worker/review/order_quantile.h"

namespace pecg {
namespace {

constexpr double kNoDistance = 1e-8;

}  // namespace

NearDuplicates FindNearDuplicates(const EmbeddingNeighbors& neighbors, double share) {
  if (!(share >= 0)) {
    throw Error(Error::Kind::kBadInput, "the share of the median distance is below 0");
  }
  std::vector<double> nearest;
  for (std::size_t record = 0; record < neighbors.record_count(); ++record) {
    nearest.push_back(neighbors.DistancesOf(record).front());
  }
  const double median = std::max(QuantileOf(nearest, 0.5), kLeastScale);
  NearDuplicates found;
  found.sets.resize(nearest.size());
  for (std::size_t record = 0; record < nearest.size(); ++record) {
    found.scores.push_back(
        nearest[record] <= kNoDistance ? 0 : 1 - std::exp(-nearest[record] / median));
    const auto distances = neighbors.DistancesOf(record);
    const auto near_count = std::ranges::lower_bound(distances, share * median) - distances.begin();
    const auto near = neighbors.RecordsOf(record).first(static_cast<std::size_t>(near_count));
    found.sets[record].assign(near.begin(), near.end());
  }
  for (std::uint32_t record = 0; record < nearest.size(); ++record) {
    for (const std::uint32_t other : std::vector(found.sets[record])) {
      std::vector<std::uint32_t>& back = found.sets[other];
      if (std::ranges::find(back, record) == back.end()) back.push_back(record);
    }
  }
  for (std::uint32_t record = 0; record < nearest.size(); ++record) {
    if (!found.sets[record].empty()) found.records.push_back(record);
  }
  return found;
}

}  // namespace pecg
