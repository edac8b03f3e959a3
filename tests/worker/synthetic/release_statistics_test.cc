// A release of 1,000 records against the aggregates of the real one, and healthy children against
// the normals; tests/bench/synthetic/synthetic_check does the same for 14,190 records.
#include <gtest/gtest.h>

#include "tests/worker/synthetic/boosted_trees.h"
#include "tests/worker/synthetic/release_sample.h"

namespace pecg {
namespace {

/// Names of the figures outside their tolerance, which includes 2.6 standard errors of the sample.
std::string Wrong(const std::vector<ReleaseFigure>& figures, std::size_t* count) {
  std::string names;
  *count = 0;
  for (const ReleaseFigure& figure : figures) {
    if (figure.IsRight()) continue;
    ++*count;
    names += figure.name + ": " + std::to_string(figure.measured) + " instead of " +
             std::to_string(figure.wanted) + "\n";
  }
  return names;
}

TEST(ReleaseStatisticsTest, AThousandRecordsLookLikeTheRelease) {
  std::size_t wrong = 0;
  const auto figures = CompareWithRelease(SampleRelease(1, 1000));
  const std::string names = Wrong(figures, &wrong);
  // Of some hundred figures a few miss by chance, and docs/synthetic.md names four that always do.
  EXPECT_LE(wrong, figures.size() / 16) << names;
}

TEST(ReleaseStatisticsTest, HealthyChildrenHaveTheNormalsOfTheTable) {
  std::size_t wrong = 0;
  const auto figures = CompareWithNormals(1, 300);
  const std::string names = Wrong(figures, &wrong);
  EXPECT_LE(wrong, figures.size() / 50) << names;
}

TEST(BoostedTreesTest, SeesWhatIsThereAndNothingWhereNothingIs) {
  std::vector<std::vector<double>> features;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint8_t> unrelated;
  std::vector<std::int64_t> groups;
  for (int i = 0; i < 600; ++i) {
    const double a = i * 7 % 101;
    const double b = i * 13 % 97;
    features.push_back({a, b});
    labels.push_back(a + b > 100 ? 1 : 0);
    unrelated.push_back(i * 31 % 7 == 0 ? 1 : 0);
    groups.push_back(i);
  }
  EXPECT_GT(CrossValidatedAuroc(features, labels, groups), 0.97);
  EXPECT_NEAR(CrossValidatedAuroc(features, unrelated, groups), 0.5, 0.12);
}

}  // namespace
}  // namespace pecg
