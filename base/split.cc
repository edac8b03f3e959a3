#include "base/split.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>

namespace pecg {
namespace {

/// SplitMix64 finaliser: spreads a number over 64 bits. Source: Steele, Lea & Flood, OOPSLA 2014.
std::uint64_t Spread(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

/// FNV-1a of the id, spread with the seed: a random order that depends on nothing else.
std::uint64_t Priority(std::string_view id, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char letter : id) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3U;
  }
  return Spread(hash ^ Spread(seed));
}

/// Groups with many records first, then by priority: the large ones are hard to place late.
std::vector<std::size_t> DealingOrder(const std::vector<SplitGroup>& groups, std::uint64_t seed) {
  std::vector<std::uint64_t> priority(groups.size());
  std::ranges::transform(groups, priority.begin(),
                         [&](const SplitGroup& group) { return Priority(group.id, seed); });
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (groups[a].record_count != groups[b].record_count) {
      return groups[a].record_count > groups[b].record_count;
    }
    if (priority[a] != priority[b]) return priority[a] < priority[b];
    return groups[a].id < groups[b].id;
  });
  return order;
}

/// What each part still lacks.
class Dealer {
 public:
  Dealer(const std::vector<SplitGroup>& groups, int stratum_count, std::vector<double> share)
      : groups_(groups),
        share_(std::move(share)),
        unassigned_(static_cast<std::size_t>(stratum_count), 0),
        lacking_(share_.size(), std::vector<double>(unassigned_.size(), 0.0)),
        lacking_records_(share_.size(), 0.0),
        part_(groups.size(), -1) {
    const double total = std::accumulate(share_.begin(), share_.end(), 0.0);
    double records = 0;
    for (const SplitGroup& group : groups) {
      records += static_cast<double>(group.record_count);
      for (const int stratum : group.strata) ++unassigned_[static_cast<std::size_t>(stratum)];
    }
    for (std::size_t part = 0; part < share_.size(); ++part) {
      share_[part] /= total;
      lacking_records_[part] = share_[part] * records;
      for (std::size_t stratum = 0; stratum < unassigned_.size(); ++stratum) {
        lacking_[part][stratum] = share_[part] * static_cast<double>(unassigned_[stratum]);
      }
    }
  }

  std::vector<int> Deal(const std::vector<std::size_t>& order) {
    for (int stratum = RarestStratum(); stratum >= 0; stratum = RarestStratum()) {
      for (const std::size_t group : order) {
        if (part_[group] < 0 && std::ranges::count(groups_[group].strata, stratum) > 0) {
          Assign(group, NeediestPart(stratum));
        }
      }
    }
    for (const std::size_t group : order) {
      if (part_[group] < 0) Assign(group, NeediestPart(-1));
    }
    return part_;
  }

 private:
  /// The stratum with the fewest unassigned groups; -1 when all are assigned.
  int RarestStratum() const {
    int rarest = -1;
    for (std::size_t stratum = 0; stratum < unassigned_.size(); ++stratum) {
      if (unassigned_[stratum] == 0) continue;
      if (rarest < 0 || unassigned_[stratum] < unassigned_[static_cast<std::size_t>(rarest)]) {
        rarest = static_cast<int>(stratum);
      }
    }
    return rarest;
  }

  /// The part that lacks most of `stratum` (-1 = of records), and of records where that is a tie.
  int NeediestPart(int stratum) const {
    static constexpr double kTie = 1e-9;
    const auto lacks = [&](std::size_t part) {
      return stratum < 0 ? 0.0 : lacking_[part][static_cast<std::size_t>(stratum)];
    };
    std::size_t best = 0;
    for (std::size_t part = 1; part < share_.size(); ++part) {
      const double difference = lacks(part) - lacks(best);
      const bool tie = difference <= kTie && difference >= -kTie;
      if (tie ? lacking_records_[part] > lacking_records_[best] + kTie : difference > 0) {
        best = part;
      }
    }
    return static_cast<int>(best);
  }

  void Assign(std::size_t group, int part) {
    part_[group] = part;
    const auto p = static_cast<std::size_t>(part);
    lacking_records_[p] -= static_cast<double>(groups_[group].record_count);
    for (const int stratum : groups_[group].strata) {
      lacking_[p][static_cast<std::size_t>(stratum)] -= 1.0;
      --unassigned_[static_cast<std::size_t>(stratum)];
    }
  }

  const std::vector<SplitGroup>& groups_;
  std::vector<double> share_;
  std::vector<std::int64_t> unassigned_;        // Per stratum.
  std::vector<std::vector<double>> lacking_;    // [part][stratum], groups.
  std::vector<double> lacking_records_;         // Per part.
  std::vector<int> part_;                       // Per group; -1 = unassigned.
};

}  // namespace

std::vector<int> DealIntoParts(const std::vector<SplitGroup>& groups, int stratum_count,
                               const std::vector<double>& share, std::uint64_t seed) {
  return Dealer(groups, stratum_count, share).Deal(DealingOrder(groups, seed));
}

std::vector<SplitAssignment> DealIntoFolds(const std::vector<SplitGroup>& groups,
                                           int stratum_count, std::uint64_t seed) {
  const std::vector<int> folds =
      DealIntoParts(groups, stratum_count, std::vector<double>(kFoldCount + 1, 1.0), seed);
  std::vector<SplitAssignment> assignments(groups.size());
  for (int fold = 0; fold <= kFoldCount; ++fold) {
    std::vector<std::size_t> members;
    std::vector<SplitGroup> fold_groups;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (folds[i] != fold) continue;
      members.push_back(i);
      fold_groups.push_back(groups[i]);
    }
    const std::vector<int> inner =
        DealIntoParts(fold_groups, stratum_count, std::vector<double>(kInnerCount, 1.0), seed);
    for (std::size_t i = 0; i < members.size(); ++i) assignments[members[i]] = {fold, inner[i]};
  }
  return assignments;
}

RecordRole RoleOf(SplitScheme scheme, int k, SplitAssignment assignment) {
  if (assignment.fold == kTestFold) return RecordRole::kTest;
  switch (scheme) {
    case SplitScheme::kPlain:
      return assignment.fold == 0 ? RecordRole::kValidate : RecordRole::kTrain;
    case SplitScheme::kCrossValidation:
      if (assignment.fold == k) return RecordRole::kHeldOut;
      return assignment.inner == k ? RecordRole::kValidate : RecordRole::kTrain;
    case SplitScheme::kFinal:
      return assignment.inner == kInnerCount - 1 ? RecordRole::kValidate : RecordRole::kTrain;
  }
  return RecordRole::kNone;
}

}  // namespace pecg
