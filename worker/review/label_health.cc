#include "worker/review/label_health.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "worker/review/numpy_order.h"

namespace pecg {
namespace {

/// The items in the order of `positions`.
template <typename Item>
std::vector<Item> InOrder(const std::vector<Item>& items,
                          const std::vector<std::uint32_t>& positions) {
  std::vector<Item> ordered;
  ordered.reserve(items.size());
  for (const std::uint32_t position : positions) ordered.push_back(items[position]);
  return ordered;
}

std::int64_t RoundedCount(double share, std::int64_t record_count) {
  return std::llrint(share * static_cast<double>(record_count));
}

std::vector<ClassQuality> ByQuality(std::vector<ClassQuality> classes) {
  const auto undefined = std::stable_partition(
      classes.begin(), classes.end(), [](const ClassQuality& c) { return !std::isnan(c.quality); });
  std::vector<double> keys;
  for (auto c = classes.begin(); c != undefined; ++c) keys.push_back(c->quality);
  std::vector<ClassQuality> ordered = InOrder(classes, ArgsortAscending(keys));
  ordered.insert(ordered.end(), undefined, classes.end());
  return ordered;
}

}  // namespace

std::vector<ClassQuality> RankClassesByQuality(const RealMatrix& joint, std::int64_t record_count) {
  std::vector<ClassQuality> classes;
  for (int k = 0; k < joint.size(); ++k) {
    const double given_share = PairwiseSum(joint.Row(k));
    double true_share = 0;
    for (const double share : joint.Column(k)) true_share += share;
    const double given_noise = given_share - joint(k, k);
    const double true_noise = true_share - joint(k, k);
    classes.push_back({.class_index = k,
                       .issue_count = RoundedCount(given_noise, record_count),
                       .inverse_issue_count = RoundedCount(true_noise, record_count),
                       .noise = given_noise / given_share,
                       .inverse_noise = true_noise / true_share,
                       .quality = 1 - given_noise / given_share});
  }
  return ByQuality(std::move(classes));
}

std::vector<OverlappingClasses> FindOverlappingClasses(const RealMatrix& joint,
                                                       std::int64_t record_count,
                                                       OverlapDirection direction) {
  std::vector<OverlappingClasses> pairs;
  std::vector<double> keys;
  for (int given = 0; given < joint.size(); ++given) {
    for (int truth = 0; truth < joint.size(); ++truth) {
      if (given == truth) continue;
      double probability = joint(given, truth);
      if (direction == OverlapDirection::kTogether) {
        if (given > truth) continue;
        probability += joint(truth, given);
      }
      pairs.push_back({given, truth, RoundedCount(probability, record_count), probability});
      keys.push_back(probability);
    }
  }
  return InOrder(pairs, ArgsortDescending(keys));
}

double LabelHealth(const RealMatrix& joint) { return PairwiseSum(joint.Diagonal()); }

std::vector<MultilabelClassIssues> CommonMultilabelIssues(std::span<const std::uint8_t> labels,
                                                          const MultilabelIssues& issues) {
  const std::size_t class_count = issues.per_class.size();
  const auto record_count = static_cast<double>(labels.size() / class_count);
  std::vector<MultilabelClassIssues> common;
  std::vector<double> keys;
  for (std::size_t k = 0; k < class_count; ++k) {
    for (const bool given : {true, false}) {
      const auto count = std::ranges::count_if(issues.per_class[k], [&](const LabelIssue& issue) {
        return (labels[issue.record * class_count + k] == 1) == given;
      });
      common.push_back(
          {static_cast<int>(k), given, count, static_cast<double>(count) / record_count});
      keys.push_back(common.back().share);
    }
  }
  return InOrder(common, ArgsortDescending(keys));
}

std::vector<ClassQuality> RankClassesByMultilabelQuality(
    std::span<const MultilabelClassIssues> issues) {
  std::vector<ClassQuality> classes;
  for (const MultilabelClassIssues& issue : issues) {
    auto found = std::ranges::find(classes, issue.class_index, &ClassQuality::class_index);
    if (found == classes.end()) {
      classes.push_back({.class_index = issue.class_index});
      found = classes.end() - 1;
    }
    if (issue.given) {
      found->issue_count = issue.count;
      found->noise = issue.share;
      found->quality = 1 - issue.share;
    } else {
      found->inverse_issue_count = issue.count;
      found->inverse_noise = issue.share;
    }
  }
  return ByQuality(std::move(classes));
}

double MultilabelHealth(const MultilabelIssues& issues, std::int64_t record_count) {
  return 1 - static_cast<double>(issues.ranked.size()) / static_cast<double>(record_count);
}

}  // namespace pecg
