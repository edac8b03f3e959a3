#ifndef PECG_TESTS_WORKER_TRAIN_TONE_FILES_H_
#define PECG_TESTS_WORKER_TRAIN_TONE_FILES_H_

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <string>

#include "worker/ecg/record.h"
#include "worker/file/read_record.h"
#include "worker/file/write_record.h"
#include "worker/train/counter_rng.h"

namespace pecg {

/// Writes a WFDB record of noise at 250 Hz, with a 10 Hz tone in lead II when `tone`. Returns the
/// SHA-256 of its signal file.
inline std::string WriteToneRecord(const std::filesystem::path& folder, const std::string& name,
                                   double seconds, bool tone) {
  constexpr double kRate = 250;
  EcgRecord record;
  record.record_id = name;
  record.rate_hz = kRate;
  record.leads = LeadMask::All();
  record.sample_count = std::llround(seconds * kRate);
  CounterRng rng(std::hash<std::string>()(name), RandomPurpose::kNoise, 0, 0);
  for (int lead = 0; lead < kLeadCount; ++lead) {
    for (std::int64_t i = 0; i < record.sample_count; ++i) {
      const double phase = 2 * std::numbers::pi * 10 * static_cast<double>(i) / kRate;
      const double wave = tone && lead == 1 ? 0.8 * std::sin(phase) : 0;
      record.samples_mv.push_back(static_cast<float>(wave + 0.1 * (rng.NextUniform() - 0.5)));
    }
  }
  WriteWfdbRecord(folder, record, {"Female 360"});
  WfdbReader reader(folder);
  WfdbRecord read;
  reader.Read(name, /*hash=*/true, &read);
  return read.signal_sha256;
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_TRAIN_TONE_FILES_H_
