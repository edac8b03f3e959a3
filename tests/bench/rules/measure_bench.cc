// How long measuring takes, by stage: one 10-second 12-lead 500-Hz ECG of LUDB's kind, made up in
// closed form, and the same at other lengths.
#include <benchmark/benchmark.h>

#include <cstddef>

#include "tests/worker/signal/made_up_ecg.h"
#include "worker/signal/beat_classes.h"
#include "worker/signal/condition.h"
#include "worker/signal/delineate.h"
#include "worker/signal/measure_ecg.h"
#include "worker/signal/qrs_detector.h"

namespace pecg {
namespace {

EcgRecord TenSeconds(double seconds = 10) {
  MadeUpEcg made_up;
  made_up.seconds = seconds;
  made_up.noise_mv = 0.02;
  made_up.wander_mv = 0.3;
  return MakeUp(made_up);
}

void BM_Condition(benchmark::State& state) {
  const EcgRecord record = TenSeconds();
  for (auto _ : state) benchmark::DoNotOptimize(ConditionEcg(record));
}
BENCHMARK(BM_Condition)->Unit(benchmark::kMicrosecond);

void BM_DetectQrs(benchmark::State& state) {
  const ConditionedEcg ecg = ConditionEcg(TenSeconds());
  for (auto _ : state) benchmark::DoNotOptimize(DetectQrs(ecg));
}
BENCHMARK(BM_DetectQrs)->Unit(benchmark::kMicrosecond);

void BM_SortBeats(benchmark::State& state) {
  const ConditionedEcg ecg = ConditionEcg(TenSeconds());
  const QrsDetection detection = DetectQrs(ecg);
  for (auto _ : state) {
    const LeadFrames slopes = SlopesOf(SmoothQrs(ecg.frames));
    benchmark::DoNotOptimize(SortBeats(ecg, detection, slopes));
  }
}
BENCHMARK(BM_SortBeats)->Unit(benchmark::kMicrosecond);

void BM_Delineate(benchmark::State& state) {
  const ConditionedEcg ecg = ConditionEcg(TenSeconds());
  const LeadFrames smooth = SmoothQrs(ecg.frames);
  const LeadFrames slopes = SlopesOf(smooth);
  const BeatShapes beats = SortBeats(ecg, DetectQrs(ecg), slopes);
  for (auto _ : state) benchmark::DoNotOptimize(Delineate(ecg, beats, smooth, slopes));
}
BENCHMARK(BM_Delineate)->Unit(benchmark::kMicrosecond);

/// Samples through measurements; the argument is the length in seconds.
void BM_MeasureEcg(benchmark::State& state) {
  const EcgRecord record = TenSeconds(static_cast<double>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(MeasureEcg(record));
}
BENCHMARK(BM_MeasureEcg)->Arg(10)->Arg(30)->Arg(120)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pecg

BENCHMARK_MAIN();
