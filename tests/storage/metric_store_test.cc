#include "storage/metric_store.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Optional;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class MetricStoreTest : public StoreTest {
 protected:
  MetricStoreTest() : run_(AddRun("r")) {}

  absl::StatusOr<int64_t> Append(const std::vector<NewPoint>& points, int attempt = 1) {
    return Write([&](Transaction& t) { return AppendPoints(t, run_, attempt, points); });
  }
  absl::StatusOr<int64_t> Append(int64_t step, double value, int attempt = 1) {
    return Append({{"loss", step, value, At(step)}}, attempt);
  }
  absl::Status Hide(int attempt, std::optional<int64_t> resume_step) {
    return Write([&](Transaction& t) { return HidePoints(t, run_, attempt, resume_step); });
  }
  Series Get(std::string_view key = "loss") {
    const auto series = Read([&](Snapshot& s) { return GetSeries(s, run_, key); });
    EXPECT_THAT(series, IsOk());
    return series.value_or(Series{});
  }
  std::vector<Point> Points(std::optional<int64_t> after = {}, int64_t limit = 1'000'000) {
    const int64_t id = Get().id;
    const auto points = Read([&](Snapshot& s) { return ListPoints(s, id, after, limit); });
    EXPECT_THAT(points, IsOk());
    return points.value_or(std::vector<Point>{});
  }
  std::vector<int64_t> Steps(std::optional<int64_t> after = {}, int64_t limit = 1'000'000) {
    std::vector<int64_t> steps;
    for (const Point& point : Points(after, limit)) steps.push_back(point.step);
    return steps;
  }

  int64_t run_;
};

TEST_F(MetricStoreTest, KeepsPointsByStepInWhateverOrderTheyCame) {
  EXPECT_THAT(Append({{"loss", 3, 0.3, At(30)}, {"loss", 1, 0.1, At(10)}}), HoldsValue(2));
  EXPECT_THAT(Append(2, 0.2), HoldsValue(1));
  const std::vector<Point> points = Points();
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].step, 1);
  EXPECT_EQ(points[0].value, 0.1);
  EXPECT_EQ(points[0].time, At(10));
  EXPECT_EQ(points[0].attempt, 1);
  EXPECT_THAT(Steps(), ElementsAre(1, 2, 3));
}

TEST_F(MetricStoreTest, PagesByStep) {
  for (int step = 0; step < 5; ++step) ASSERT_THAT(Append(step, step), IsOk());
  EXPECT_THAT(Steps({}, 2), ElementsAre(0, 1));
  EXPECT_THAT(Steps(1, 2), ElementsAre(2, 3));
  EXPECT_THAT(Steps(4), IsEmpty());
}

TEST_F(MetricStoreTest, APointWrittenTwiceIsStoredOnceAndCountedOnce) {
  ASSERT_THAT(Append(1, 0.5), HoldsValue(1));
  EXPECT_THAT(Append(1, 0.7), HoldsValue(0));
  EXPECT_THAT(Append({{"loss", 1, 0.7, At(1)}, {"loss", 2, 0.1, At(1)}}), HoldsValue(1));
  EXPECT_EQ(Points()[0].value, 0.5);
  EXPECT_EQ(Get().point_count, 2);
  EXPECT_THAT(Get().max, Optional(0.5));
}

TEST_F(MetricStoreTest, KeepsEveryKindOfNumber) {
  const std::vector<double> values = {kNan,
                                      kInfinity,
                                      -kInfinity,
                                      0.0,
                                      1.0,
                                      1e300,
                                      std::numeric_limits<double>::denorm_min(),
                                      std::numeric_limits<double>::max(),
                                      9007199254740993.0,
                                      0.1 + 0.2};
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_THAT(Append(static_cast<int64_t>(i), values[i]), HoldsValue(1));
  }
  const std::vector<Point> points = Points();
  ASSERT_EQ(points.size(), values.size());
  EXPECT_TRUE(std::isnan(points[0].value));
  for (size_t i = 1; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(points[i].value), std::bit_cast<uint64_t>(values[i])) << i;
  }
}

TEST_F(MetricStoreTest, SummaryHasTheExtremesOfFiniteValuesAndTheirSteps) {
  ASSERT_THAT(Append({{"loss", 1, kInfinity, At(1)},
                      {"loss", 2, 0.5, At(1)},
                      {"loss", 3, -0.5, At(1)},
                      {"loss", 4, -0.5, At(1)},
                      {"loss", 5, kNan, At(1)}}),
              HoldsValue(5));
  const Series series = Get();
  EXPECT_EQ(series.point_count, 5);
  EXPECT_EQ(series.not_finite_count, 2);
  EXPECT_EQ(series.last_step, 5);
  EXPECT_TRUE(std::isnan(series.last));
  EXPECT_THAT(series.min, Optional(-0.5));
  EXPECT_EQ(series.min_step, 3);
  EXPECT_THAT(series.max, Optional(0.5));
  EXPECT_EQ(series.max_step, 2);
}

TEST_F(MetricStoreTest, SummaryHasNoExtremesWithoutFiniteValues) {
  ASSERT_THAT(Append(1, kNan), IsOk());
  EXPECT_EQ(Get().min, std::nullopt);
  EXPECT_EQ(Get().max, std::nullopt);
}

TEST_F(MetricStoreTest, SummaryIsThatOfThePointsWhateverTheOrderOfWriting) {
  std::mt19937 random(7);
  std::vector<NewPoint> points;
  for (int step = 0; step < 200; ++step) {
    points.push_back({"loss", step, static_cast<double>(random() % 50), At(1)});
  }
  std::shuffle(points.begin(), points.end(), random);
  for (size_t i = 0; i < points.size(); i += 40) {
    ASSERT_THAT(Append({points.begin() + static_cast<std::ptrdiff_t>(i),
                        points.begin() + static_cast<std::ptrdiff_t>(i + 40)}),
                HoldsValue(40));
  }
  const std::vector<Point> stored = Points();
  const auto less = [](const Point& a, const Point& b) { return a.value < b.value; };
  const Point& min = *std::min_element(stored.begin(), stored.end(), less);
  const Point& max = *std::max_element(stored.begin(), stored.end(), less);
  const Series series = Get();
  EXPECT_EQ(series.point_count, 200);
  EXPECT_EQ(series.last_step, 199);
  EXPECT_EQ(series.last, stored.back().value);
  EXPECT_THAT(series.min, Optional(min.value));
  EXPECT_EQ(series.min_step, min.step);
  EXPECT_THAT(series.max, Optional(max.value));
  EXPECT_EQ(series.max_step, max.step);
}

TEST_F(MetricStoreTest, ListsSeriesByKey) {
  ASSERT_THAT(Append({{"b", 1, 1, At(1)}, {"a", 1, 2, At(1)}}), IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return ListSeries(s, run_); }),
              HoldsValue(ElementsAre(AllOf(Field(&Series::key, "a"), Field(&Series::last, 2.0)),
                                     Field(&Series::key, "b"))));
  EXPECT_THAT(Read([&](Snapshot& s) { return GetSeries(s, run_, "c"); }),
              IsError(absl::StatusCode::kNotFound, "c"));
}

TEST_F(MetricStoreTest, AnAttemptThatResumesHidesLaterPointsOfOlderOnes) {
  for (int step = 1; step <= 4; ++step) ASSERT_THAT(Append(step, step), IsOk());
  ASSERT_THAT(Hide(2, 2), IsOk());
  EXPECT_THAT(Steps(), ElementsAre(1, 2));
  ASSERT_THAT(Append(3, 30, 2), HoldsValue(1));
  EXPECT_THAT(Steps(), ElementsAre(1, 2, 3));
  EXPECT_EQ(Get().point_count, 3);
  EXPECT_EQ(Get().last, 30.0);
  EXPECT_THAT(Get().max, Optional(30.0));
}

TEST_F(MetricStoreTest, HiddenPointsStayReadable) {
  for (int step = 1; step <= 3; ++step) ASSERT_THAT(Append(step, step), IsOk());
  ASSERT_THAT(Hide(2, 1), IsOk());
  const int64_t id = Get().id;
  EXPECT_THAT(Read([&](Snapshot& s) { return ListHiddenPoints(s, id); }),
              HoldsValue(ElementsAre(AllOf(Field(&Point::step, 2), Field(&Point::attempt, 1)),
                                     Field(&Point::step, 3))));
}

TEST_F(MetricStoreTest, AnAttemptFromTheStartHidesEverything) {
  ASSERT_THAT(Append(0, 1), IsOk());
  ASSERT_THAT(Append(5, 2), IsOk());
  ASSERT_THAT(Hide(2, std::nullopt), IsOk());
  EXPECT_THAT(Steps(), IsEmpty());
  EXPECT_EQ(Get().point_count, 0);
  EXPECT_THAT(Read([&](Snapshot& s) { return ListSeries(s, run_); }), HoldsValue(IsEmpty()));
}

TEST_F(MetricStoreTest, HidingAgainChangesNothing) {
  for (int step = 1; step <= 4; ++step) ASSERT_THAT(Append(step, step), IsOk());
  ASSERT_THAT(Hide(2, 2), IsOk());
  ASSERT_THAT(Append(3, 30, 2), IsOk());
  ASSERT_THAT(Hide(2, 2), IsOk());
  EXPECT_THAT(Steps(), ElementsAre(1, 2, 3));
}

TEST_F(MetricStoreTest, HidesInStepsOverSeveralAttempts) {
  for (int step = 1; step <= 4; ++step) ASSERT_THAT(Append(step, step), IsOk());
  ASSERT_THAT(Hide(2, 2), IsOk());
  for (int step = 3; step <= 6; ++step) ASSERT_THAT(Append(step, 10.0 * step, 2), IsOk());
  ASSERT_THAT(Hide(3, 5), IsOk());
  ASSERT_THAT(Append(6, 600, 3), IsOk());
  std::vector<double> values;
  for (const Point& point : Points()) values.push_back(point.value);
  EXPECT_THAT(values, ElementsAre(1, 2, 30, 40, 50, 600));
}

TEST_F(MetricStoreTest, RefusesAnEmptyKeyAndAnUnknownRun) {
  EXPECT_THAT(Append({{"", 1, 1, At(1)}}), HasCode(absl::StatusCode::kInvalidArgument));
  run_ = 99;
  EXPECT_THAT(Append(1, 1), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace pecg
