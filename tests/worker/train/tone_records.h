#ifndef PECG_TESTS_WORKER_TRAIN_TONE_RECORDS_H_
#define PECG_TESTS_WORKER_TRAIN_TONE_RECORDS_H_

#include <cmath>
#include <cstdint>
#include <numbers>

#include "worker/train/counter_rng.h"
#include "worker/train/record_set.h"
#include "worker/train/settings.h"

namespace pecg {

/// Records of noise in memory; those positive for target 0 have a 10 Hz tone in lead II. Target 1
/// is the ordinal's parity, which no signal tells. Every fourth record validates, every eleventh is
/// held out.
inline RecordSet ToneRecords(int count, double rate_hz, double seconds) {
  RecordSet records;
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    RecordRow row;
    row.ordinal = ordinal;
    row.record_id = "P" + std::to_string(ordinal);
    row.age_days = 100 * ordinal;
    row.leads = LeadMask::All();
    const bool positive = ordinal % 3 == 0;
    row.labels = {static_cast<std::uint8_t>(positive ? 1 : 0),
                  static_cast<std::uint8_t>(ordinal % 2)};
    if (ordinal % 4 == 1) row.part = RecordPart::kValidate;
    if (ordinal % 11 == 10) row.part = RecordPart::kHeldOut;

    PreparedRecord signal;
    signal.leads = row.leads;
    signal.sample_count = std::llround(rate_hz * seconds);
    CounterRng rng(99, RandomPurpose::kCrop, 0, static_cast<std::uint64_t>(ordinal));
    for (int lead = 0; lead < kLeadCount; ++lead) {
      for (std::int64_t i = 0; i < signal.sample_count; ++i) {
        double sample = 600 * (rng.NextUniform() - 0.5);
        const double phase = 2 * std::numbers::pi * 10 * static_cast<double>(i) / rate_hz;
        if (positive && lead == 1) sample += 4000 * std::sin(phase);
        signal.samples.push_back(static_cast<std::int16_t>(std::lround(sample)));
      }
    }
    records.rows.push_back(row);
    records.signals.push_back(signal);
  }
  return records;
}

/// A network small enough to train in a second on ToneRecords.
inline TrainSettings ToneSettings() {
  TrainSettings settings;
  settings.targets = {"tone", "parity"};
  settings.network.base_channels = 4;
  settings.network.blocks_per_stage = 1;
  settings.network.kernel_size = 5;
  settings.input.rate_hz = 50;
  settings.input.crop_seconds = 2;
  settings.seed = 11;
  settings.epochs = 4;
  settings.batch_size = 8;
  settings.lr = 0.01;
  return settings;
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_TRAIN_TONE_RECORDS_H_
