#ifndef PECG_WORKER_ECG_RECORD_H_
#define PECG_WORKER_ECG_RECORD_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "worker/ecg/lead.h"

namespace pecg {

/// Recorded sex of the patient.
enum class Sex : std::uint8_t { kUnknown, kFemale, kMale };

/// One ECG in memory. Samples are millivolts; NaN where the recorder marked them invalid.
struct EcgRecord {
  std::string record_id;
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
  double rate_hz = 0;
  LeadMask leads;
  std::int64_t sample_count = 0;  ///< Per lead.

  /// `[leads.Count(), sample_count]`, lead-major: the leads present, in the order of Lead.
  std::vector<float> samples_mv;

  /// Samples of one lead, `[sample_count]`; empty when the lead is missing.
  std::span<const float> LeadSamples(Lead lead) const;
};

}  // namespace pecg

#endif  // PECG_WORKER_ECG_RECORD_H_
