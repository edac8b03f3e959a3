#ifndef PECG_WORKER_JOB_JUDGE_RECORDS_H_
#define PECG_WORKER_JOB_JUDGE_RECORDS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "worker/dataset/index.h"
#include "worker/rule/interpret.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// One record of a folder and what is known about its child.
struct RecordToJudge {
  std::string record_id;
  std::string path;  ///< Below the folder, no extension.
  Patient patient;
};

/// What the rules made of one record.
struct JudgedRecord {
  const EcgMeasurements& ecg;
  const Interpretation& interpretation;
  const std::vector<float>& features;  ///< As ComputeFeatures.
};

struct JudgeOptions {
  int threads = 1;
  /// Called with (records done, records in all), from several threads; may be empty.
  std::function<void(std::int64_t, std::int64_t)> progress;
  /// Looked at between records; may be null. Outlives the call.
  const std::atomic<bool>* cancel = nullptr;
};

/// Reads, measures and judges every record on several threads. `take` gets each record's position
/// and result, from several threads at a time, in no order. A record that cannot be read or
/// measured is not taken but returned, sorted by path. After `cancel` the rest is left out.
std::vector<IndexFailure> JudgeRecords(
    const std::filesystem::path& folder, std::span<const RecordToJudge> records,
    const JudgeOptions& options, const std::function<void(std::size_t, const JudgedRecord&)>& take);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_JUDGE_RECORDS_H_
