#include "tests/worker/synthetic/boosted_trees.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace pecg {
namespace {

constexpr int kBins = 24;
constexpr double kRidge = 1;
constexpr int kFolds = 5;

struct Sums {
  double gradient = 0;
  double curvature = 0;
  int count = 0;
  void Add(double g, double h) {
    gradient += g;
    curvature += h;
    ++count;
  }
  double Gain() const { return gradient * gradient / (curvature + kRidge); }
  double Value() const { return gradient / (curvature + kRidge); }
};

/// Features as bin numbers, with the upper edge of each bin.
struct Binned {
  std::vector<std::vector<std::uint8_t>> bins;  // [feature][row]
  std::vector<std::vector<double>> edges;       // [feature][bin]
};

Binned MakeBins(const std::vector<std::vector<double>>& features,
                const std::vector<std::size_t>& rows) {
  const std::size_t count = features.front().size();
  Binned binned{std::vector<std::vector<std::uint8_t>>(count),
                std::vector<std::vector<double>>(count)};
  for (std::size_t f = 0; f < count; ++f) {
    std::vector<double> values;
    for (const std::size_t row : rows) values.push_back(features[row][f]);
    std::vector<double> sorted = values;
    std::ranges::sort(sorted);
    auto& edges = binned.edges[f];
    for (int b = 1; b < kBins; ++b) {
      edges.push_back(sorted[sorted.size() * static_cast<std::size_t>(b) / kBins]);
    }
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (const double value : values) {
      binned.bins[f].push_back(
          static_cast<std::uint8_t>(std::ranges::lower_bound(edges, value) - edges.begin()));
    }
  }
  return binned;
}

struct Best {
  std::size_t feature = 0;
  std::size_t bin = 0;  // Goes right when the bin is greater.
  double gain = -1;
};

class Grower {
 public:
  Grower(const Binned& binned, const std::vector<double>& gradient,
         const std::vector<double>& curvature, int least_leaf)
      : binned_(binned), gradient_(gradient), curvature_(curvature), least_leaf_(least_leaf) {}

  Best FindSplit(const std::vector<std::uint32_t>& rows) const {
    Best best;
    Sums all;
    for (const auto row : rows) all.Add(gradient_[row], curvature_[row]);
    for (std::size_t f = 0; f < binned_.bins.size(); ++f) {
      std::array<Sums, kBins> sums{};
      for (const auto row : rows) {
        sums[binned_.bins[f][row]].Add(gradient_[row], curvature_[row]);
      }
      Sums left;
      for (std::size_t b = 0; b + 1 <= binned_.edges[f].size(); ++b) {
        left.gradient += sums[b].gradient;
        left.curvature += sums[b].curvature;
        left.count += sums[b].count;
        if (left.count < least_leaf_ || all.count - left.count < least_leaf_) continue;
        const Sums right{all.gradient - left.gradient, all.curvature - left.curvature, 0};
        const double gain = left.Gain() + right.Gain() - all.Gain();
        if (gain > best.gain) best = {f, b, gain};
      }
    }
    return best;
  }

  void Part(const Best& split, const std::vector<std::uint32_t>& rows,
            std::vector<std::uint32_t>* left, std::vector<std::uint32_t>* right) const {
    for (const auto row : rows) {
      (binned_.bins[split.feature][row] > split.bin ? right : left)->push_back(row);
    }
  }

  double ValueOf(const std::vector<std::uint32_t>& rows) const {
    Sums sums;
    for (const auto row : rows) sums.Add(gradient_[row], curvature_[row]);
    return sums.Value();
  }

 private:
  const Binned& binned_;
  const std::vector<double>& gradient_;
  const std::vector<double>& curvature_;
  int least_leaf_;
};

}  // namespace

BoostedTrees::BoostedTrees(const std::vector<std::vector<double>>& features,
                           const std::vector<std::uint8_t>& labels,
                           const std::vector<std::size_t>& rows, Settings settings) {
  const Binned binned = MakeBins(features, rows);
  double positives = 0;
  for (const std::size_t row : rows) positives += labels[row];
  const double share = std::clamp(positives / static_cast<double>(rows.size()), 1e-4, 1 - 1e-4);
  start_ = std::log(share / (1 - share));
  std::vector<double> scores(rows.size(), start_);
  std::vector<double> gradient(rows.size());
  std::vector<double> curvature(rows.size());
  std::vector<std::uint32_t> all(rows.size());
  std::iota(all.begin(), all.end(), 0U);
  const Grower grower(binned, gradient, curvature, settings.least_leaf);
  for (int round = 0; round < settings.rounds; ++round) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double p = 1 / (1 + std::exp(-scores[i]));
      gradient[i] = labels[rows[i]] - p;
      curvature[i] = p * (1 - p);
    }
    const Best root = grower.FindSplit(all);
    if (root.gain <= 0) return;
    std::array<std::vector<std::uint32_t>, 2> halves;
    grower.Part(root, all, &halves[0], &halves[1]);
    Tree tree;
    tree.root = {root.feature, binned.edges[root.feature][root.bin]};
    for (std::size_t side = 0; side < 2; ++side) {
      const Best best = grower.FindSplit(halves[side]);
      std::array<std::vector<std::uint32_t>, 2> leaves;
      if (best.gain > 0) {
        grower.Part(best, halves[side], &leaves[0], &leaves[1]);
        (side == 0 ? tree.left : tree.right) = {best.feature, binned.edges[best.feature][best.bin]};
      } else {
        leaves[0] = halves[side];
        (side == 0 ? tree.left : tree.right) = {0, 1e300};
      }
      for (std::size_t leaf = 0; leaf < 2; ++leaf) {
        const double value = settings.shrinkage * grower.ValueOf(leaves[leaf]);
        tree.values[2 * side + leaf] = value;
        for (const auto row : leaves[leaf]) scores[row] += value;
      }
    }
    trees_.push_back(tree);
  }
}

double BoostedTrees::Score(const std::vector<double>& row) const {
  double score = start_;
  for (const Tree& tree : trees_) {
    const bool right = row[tree.root.feature] > tree.root.above;
    const Split& next = right ? tree.right : tree.left;
    score += tree.values[2 * (right ? 1 : 0) + (row[next.feature] > next.above ? 1 : 0)];
  }
  return score;
}

double AreaUnderRoc(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
  double rank_sum = 0;
  double positives = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && scores[order[end]] == scores[order[i]]) ++end;
    const double rank = static_cast<double>(i + end + 1) / 2;
    for (; i < end; ++i) {
      if (labels[order[i]] == 0) continue;
      rank_sum += rank;
      positives += 1;
    }
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

double CrossValidatedAuroc(const std::vector<std::vector<double>>& features,
                           const std::vector<std::uint8_t>& labels,
                           const std::vector<std::int64_t>& groups,
                           BoostedTrees::Settings settings) {
  std::vector<double> scores(labels.size());
  for (int fold = 0; fold < kFolds; ++fold) {
    std::vector<std::size_t> train;
    std::vector<std::size_t> held_out;
    for (std::size_t row = 0; row < labels.size(); ++row) {
      (groups[row] % kFolds == fold ? held_out : train).push_back(row);
    }
    const BoostedTrees model(features, labels, train, settings);
    for (const std::size_t row : held_out) scores[row] = model.Score(features[row]);
  }
  return AreaUnderRoc(scores, labels);
}

}  // namespace pecg
