#include "worker/job/judge_records.h"

#include <algorithm>

#include "base/mutex.h"
#include "worker/ecg/error.h"
#include "worker/file/read_record.h"
#include "worker/job/parallel_tasks.h"
#include "worker/rule/feature_table.h"
#include "worker/signal/measure_ecg.h"

namespace pecg {

std::vector<IndexFailure> JudgeRecords(
    const std::filesystem::path& folder, std::span<const RecordToJudge> records,
    const JudgeOptions& options,
    const std::function<void(std::size_t, const JudgedRecord&)>& take) {
  // Records of one task share a reader and its memory.
  constexpr std::size_t kPerTask = 16;
  const auto total = static_cast<std::int64_t>(records.size());
  std::atomic<std::int64_t> done = 0;
  Mutex mutex;
  std::vector<IndexFailure> failures;
  const auto judge = [&](std::size_t i, WfdbReader* reader, WfdbRecord* read) {
    try {
      reader->Read(records[i].path, /*hash=*/false, read);
      const EcgMeasurements ecg = MeasureEcg(read->ecg);
      const Interpretation interpretation = Interpret(ecg, records[i].patient);
      const std::vector<float> features = ComputeFeatures(ecg, interpretation);
      take(i, {ecg, interpretation, features});
    } catch (const Error& error) {
      const MutexLock lock(&mutex);
      failures.push_back(FailureOf(error, records[i].path));
    }
  };
  const auto work = [&](std::size_t task) {
    WfdbReader reader(folder);
    WfdbRecord read;
    const std::size_t end = std::min((task + 1) * kPerTask, records.size());
    for (std::size_t i = task * kPerTask; i < end; ++i) {
      if (options.cancel != nullptr && options.cancel->load(std::memory_order_acquire)) return;
      judge(i, &reader, &read);
      const std::int64_t count = ++done;
      if (options.progress) options.progress(count, total);
    }
  };
  RunTasks((records.size() + kPerTask - 1) / kPerTask, options.threads, work);
  std::ranges::sort(failures, {}, &IndexFailure::path);
  return failures;
}

}  // namespace pecg
