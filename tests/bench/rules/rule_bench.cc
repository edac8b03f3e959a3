// How long judging a measured ECG takes: findings, and features beside them. Run by people:
//   build/release/tests/bench/rules/rule_bench
#include <benchmark/benchmark.h>

#include "tests/worker/rule/measured_child.h"
#include "worker/rule/feature_table.h"
#include "worker/rule/interpret.h"

namespace pecg {
namespace {

void BM_Findings(benchmark::State& state) {
  const testing::MeasuredChild child = testing::NormalGirl();
  for (auto _ : state) benchmark::DoNotOptimize(Interpret(child.ecg, child.patient));
}
BENCHMARK(BM_Findings)->Unit(benchmark::kMicrosecond);

void BM_FindingsAndFeatures(benchmark::State& state) {
  const testing::MeasuredChild child = testing::NormalGirl();
  for (auto _ : state) {
    const Interpretation interpretation = Interpret(child.ecg, child.patient);
    benchmark::DoNotOptimize(ComputeFeatures(child.ecg, interpretation));
  }
}
BENCHMARK(BM_FindingsAndFeatures)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pecg

BENCHMARK_MAIN();
