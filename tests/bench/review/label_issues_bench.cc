// How long finding doubtful labels takes on one core, in memory, beside one pass that reads all of
// the input ("Floor"), and how much memory it takes beside the input. Run by people:
//   build/release-bench/tests/bench/review/label_issues_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <random>
#include <span>
#include <vector>

#include "worker/review/embedding_neighbors.h"
#include "worker/review/label_issues.h"
#include "worker/review/multilabel_issues.h"

namespace {

std::atomic<std::int64_t> live_bytes = 0;
std::atomic<std::int64_t> peak_bytes = 0;

/// Each block starts with its size, in a header that keeps it aligned.
constexpr std::size_t kHeaderBytes = alignof(std::max_align_t);

}  // namespace

// g++ 12 sees that a block is freed at another address than it was handed out at, which is the
// header.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

void* operator new(std::size_t size) {
  auto* block =
      static_cast<char*>(std::malloc(size + kHeaderBytes));  // NOLINT(cppcoreguidelines-no-malloc)
  if (block == nullptr) throw std::bad_alloc();
  *reinterpret_cast<std::size_t*>(block) = size;
  const std::int64_t live = live_bytes += static_cast<std::int64_t>(size);
  if (live > peak_bytes) peak_bytes = live;
  return block + kHeaderBytes;
}

void operator delete(void* pointer) noexcept {
  if (pointer == nullptr) return;
  char* const block = static_cast<char*>(pointer) - kHeaderBytes;
  live_bytes -= static_cast<std::int64_t>(*reinterpret_cast<std::size_t*>(block));
  std::free(block);  // NOLINT(cppcoreguidelines-no-malloc)
}

void operator delete(void* pointer, std::size_t) noexcept { operator delete(pointer); }

namespace pecg {
namespace {

/// A softmax of random logits, of which the given class's is raised; one label of five is wrong.
struct Multiclass {
  Multiclass(std::int64_t record_count, int classes) : class_count(classes) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    std::uniform_int_distribution<int> any_class(0, class_count - 1);
    std::bernoulli_distribution is_wrong(0.2);
    std::vector<double> row(static_cast<std::size_t>(class_count));
    for (std::int64_t i = 0; i < record_count; ++i) {
      const int truth = any_class(random);
      labels.push_back(is_wrong(random) ? any_class(random) : truth);
      for (double& logit : row) logit = normal(random);
      row[static_cast<std::size_t>(truth)] += 2.5;
      double sum = 0;
      for (double& value : row) sum += value = std::exp(value);
      for (const double value : row) probabilities.push_back(value / sum);
    }
  }

  Probabilities view() const { return {std::span<const double>(probabilities), class_count}; }

  int class_count;
  std::vector<std::int32_t> labels;
  std::vector<double> probabilities;
};

/// Rare independent classes, 2 % of all labels wrong.
struct Multilabel {
  Multilabel(std::int64_t record_count, int classes) : class_count(classes) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    std::bernoulli_distribution is_positive(0.05);
    std::bernoulli_distribution is_wrong(0.02);
    for (std::int64_t i = 0; i < record_count * class_count; ++i) {
      const bool positive = is_positive(random);
      labels.push_back(positive != is_wrong(random) ? 1 : 0);
      const double logit = normal(random) + (positive ? 1.5 : -3.0);
      probabilities.push_back(1 / (1 + std::exp(-logit)));
    }
  }

  Probabilities view() const { return {std::span<const double>(probabilities), class_count}; }

  int class_count;
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;
};

const Multiclass& Million() {
  static const Multiclass problem(1'000'000, 4);
  return problem;
}

/// The same with probabilities of two digits, so that every cut falls between equal ones.
const Multiclass& MillionTied() {
  static const Multiclass problem = [] {
    Multiclass tied = Million();
    for (double& value : tied.probabilities) value = std::nearbyint(value * 100) / 100;
    return tied;
  }();
  return problem;
}

const Multiclass& ManyClasses() {
  static const Multiclass problem(14'190, 58);
  return problem;
}

const Multilabel& ManyLabels() {
  static const Multilabel problem(14'190, 58);
  return problem;
}

template <typename Problem>
void ReadAll(benchmark::State& state, const Problem& problem) {
  for (auto _ : state) {
    double sum = 0;
    for (const double value : problem.probabilities) sum += value;
    std::int64_t label_sum = 0;
    for (const auto label : problem.labels) label_sum += label;
    benchmark::DoNotOptimize(sum);
    benchmark::DoNotOptimize(label_sum);
  }
}

/// Runs `find` and reports the highest memory beside the input, relative to the input.
template <typename Problem, typename Find>
void Measure(benchmark::State& state, const Problem& problem, Find find) {
  const auto input_bytes =
      static_cast<double>(problem.probabilities.size() * sizeof(double) +
                          problem.labels.size() * sizeof(problem.labels.front()));
  const std::int64_t before = live_bytes;
  peak_bytes = before;
  std::size_t flagged = 0;
  for (auto _ : state) flagged = find();
  state.counters["flagged"] = static_cast<double>(flagged);
  state.counters["memory/input"] = static_cast<double>(peak_bytes - before) / input_bytes;
}

template <LabelFilter filter>
void MulticlassIssues(benchmark::State& state, const Multiclass& problem) {
  Measure(state, problem, [&] {
    return FindLabelIssues(problem.labels, problem.view(), {.filter_by = filter}).size();
  });
}

template <LabelFilter filter>
void MultilabelIssuesOf(benchmark::State& state, const Multilabel& problem) {
  Measure(state, problem, [&] {
    return FindMultilabelIssues(problem.labels, problem.view(), {.filter_by = filter})
        .ranked.size();
  });
}

void Floor_1000000x4(benchmark::State& state) { ReadAll(state, Million()); }
void NoiseRate_1000000x4(benchmark::State& state) {
  MulticlassIssues<LabelFilter::kPruneByNoiseRate>(state, Million());
}
void NoiseRateTied_1000000x4(benchmark::State& state) {
  MulticlassIssues<LabelFilter::kPruneByNoiseRate>(state, MillionTied());
}
void Both_1000000x4(benchmark::State& state) {
  MulticlassIssues<LabelFilter::kBoth>(state, Million());
}
void LowMargin_1000000x4(benchmark::State& state) {
  MulticlassIssues<LabelFilter::kLowNormalizedMargin>(state, Million());
}
void Floor_14190x58(benchmark::State& state) { ReadAll(state, ManyClasses()); }
void NoiseRate_14190x58(benchmark::State& state) {
  MulticlassIssues<LabelFilter::kPruneByNoiseRate>(state, ManyClasses());
}
void Both_14190x58(benchmark::State& state) {
  MulticlassIssues<LabelFilter::kBoth>(state, ManyClasses());
}
void FloorMultilabel_14190x58(benchmark::State& state) { ReadAll(state, ManyLabels()); }
void NoiseRateMultilabel_14190x58(benchmark::State& state) {
  MultilabelIssuesOf<LabelFilter::kPruneByNoiseRate>(state, ManyLabels());
}
void LowConfidenceMultilabel_14190x58(benchmark::State& state) {
  MultilabelIssuesOf<LabelFilter::kLowSelfConfidence>(state, ManyLabels());
}
void Neighbors_4000x256(benchmark::State& state) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> embeddings(4000 * 256);
  for (float& value : embeddings) value = normal(random);
  for (auto _ : state) {
    benchmark::DoNotOptimize(FindEmbeddingNeighbors(std::span<const float>(embeddings), 256, 10,
                                                    EmbeddingDistance::kCosine));
  }
}

BENCHMARK(Floor_1000000x4)->Unit(benchmark::kMillisecond);
BENCHMARK(NoiseRate_1000000x4)->Unit(benchmark::kMillisecond);
BENCHMARK(NoiseRateTied_1000000x4)->Unit(benchmark::kMillisecond);
BENCHMARK(Both_1000000x4)->Unit(benchmark::kMillisecond);
BENCHMARK(LowMargin_1000000x4)->Unit(benchmark::kMillisecond);
BENCHMARK(Floor_14190x58)->Unit(benchmark::kMillisecond);
BENCHMARK(NoiseRate_14190x58)->Unit(benchmark::kMillisecond);
BENCHMARK(Both_14190x58)->Unit(benchmark::kMillisecond);
BENCHMARK(FloorMultilabel_14190x58)->Unit(benchmark::kMillisecond);
BENCHMARK(NoiseRateMultilabel_14190x58)->Unit(benchmark::kMillisecond);
BENCHMARK(LowConfidenceMultilabel_14190x58)->Unit(benchmark::kMillisecond);
BENCHMARK(Neighbors_4000x256)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pecg

BENCHMARK_MAIN();
