// All figures of 14,190 records x 5 targets with 2,000 resamples of 11,643 patients, on one thread,
// beside what cannot be avoided (one multiplication and addition per visited record, patients drawn
// beforehand) and, where /usr/bin/python3 ($PYTHON) has NumPy, beside a loop over resamples in
// NumPy that computes the same figures except the recalibration. Run by people:
//   build/release/tests/bench/evaluate/statistics_bench
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "worker/evaluate/figure_column.h"
#include "worker/evaluate/recalibration.h"

namespace pecg {
namespace {

constexpr std::size_t kRecordCount = 14190;
constexpr std::size_t kPatientCount = 11643;
constexpr int kTargetCount = 5;
constexpr int kResampleCount = 2000;

/// CPU time of this process, so that other work on the machine does not count.
double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// A target of about the given prevalence whose score is a calibrated probability.
PatientSample MakeTarget(double prevalence, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(Logit(prevalence), 1.5);
  std::uniform_real_distribution<double> uniform(0, 1);
  PatientSample sample;
  for (std::size_t i = 0; i < kRecordCount; ++i) {
    const double probability = Sigmoid(normal(generator));
    sample.scores.push_back(probability);
    sample.labels.push_back(uniform(generator) < probability ? 1 : 0);
    sample.weights.push_back(1);
    // As in the release: the first records are one per patient, the rest repeats.
    const std::size_t patient =
        i < kPatientCount ? i : static_cast<std::size_t>(uniform(generator) * kPatientCount);
    sample.patients.push_back(static_cast<std::uint32_t>(patient));
  }
  return sample;
}

/// Visits every record of every resample and does next to nothing.
double FloorSeconds(const PatientSample& sample, double* sink) {
  PatientCounts counts(kPatientCount);
  counts.Draw(1, 0);
  const double start = CpuSeconds();
  for (int first = 0; first < kResampleCount; first += kLaneCount) {
    Lanes sum{};
    for (std::size_t i = 0; i < kRecordCount; ++i) {
      const std::uint8_t* count = counts.Of(sample.patients[i]);
      for (std::size_t lane = 0; lane < kLaneCount; ++lane)
        sum[lane] += sample.weights[i] * count[lane];
    }
    *sink += sum[0];
  }
  return CpuSeconds() - start;
}

int Run() {
  const double prevalence[kTargetCount] = {0.2, 0.045, 0.014, 0.01, 0.25};
  std::vector<PatientSample> targets;
  for (int t = 0; t < kTargetCount; ++t) {
    targets.push_back(MakeTarget(prevalence[t], static_cast<unsigned>(t + 1)));
  }
  ColumnPlan plan;
  plan.discrimination = true;
  plan.probability = true;
  plan.thresholds = {0.1, 0.5};
  for (int i = 1; i < 20; ++i) plan.decision_thresholds.push_back(i / 20.0);

  double sink = 0;
  double floor_seconds = 0;
  for (const PatientSample& target : targets) floor_seconds += FloorSeconds(target, &sink);

  const double start = CpuSeconds();
  std::size_t figure_count = 0;
  for (const PatientSample& target : targets) {
    const std::vector<ScoredPart> parts = {{0, 0, target}};
    FigureColumn column(parts, kPatientCount, plan);
    FigureColumn* const columns[] = {&column};
    MeasureAll(columns, kPatientCount, kResampleCount, /*seed=*/1, /*jackknife=*/true);
    for (const FigureSeries& series : column.series()) {
      sink += ChooseInterval(series.figure, series.scale, 100, 1000, 0.95).lower;
    }
    figure_count = column.series().size();
  }
  const double seconds = CpuSeconds() - start;
  const double visits = double{kRecordCount} * kTargetCount * kResampleCount;
  fmt::print("{} records x {} targets x {} resamples, {} figures and curve points each\n",
             kRecordCount, kTargetCount, kResampleCount, figure_count);
  fmt::print("all figures and intervals  {:6.3f} s  {:5.2f} ns per visited record\n", seconds,
             1e9 * seconds / visits);
  fmt::print("floor: one pass            {:6.3f} s  {:5.2f} ns  ({})\n", floor_seconds,
             1e9 * floor_seconds / visits, sink > 0 ? "sums are positive" : "");
  std::fflush(stdout);
  const char* python = std::getenv("PYTHON");
  const std::string command =
      fmt::format("{} {}/tests/bench/evaluate/numpy_loop.py",
                  python != nullptr ? python : "/usr/bin/python3", PECG_SOURCE_DIR);
  return std::system(command.c_str()) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace pecg

int main() { return pecg::Run(); }
