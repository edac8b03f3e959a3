// Any samples at any rate are measured with finite numbers and ordered marks, or refused.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/signal/measure_ecg.h"

namespace {

constexpr std::size_t kHeaderBytes = 6;
constexpr std::int64_t kMostSamples = 3000;

void Require(bool holds) {
  if (!holds) std::abort();
}

/// Rate, leads and length from the first bytes; samples as small integers or as raw floats,
/// repeated when there are too few.
pecg::EcgRecord MakeRecord(const std::uint8_t* data, std::size_t size) {
  pecg::EcgRecord record;
  record.record_id = "fuzz";
  record.rate_hz = 10.0 * (data[0] + 1);
  record.leads = pecg::LeadMask(static_cast<std::uint32_t>(data[1]) |
                                static_cast<std::uint32_t>(data[2]) << 8U);
  record.sample_count = std::min<std::int64_t>(data[3] + 256 * data[4], kMostSamples);
  const bool is_raw = (data[5] & 1U) != 0;
  const double step_mv = std::pow(10.0, -(data[5] >> 1U & 3U));
  const std::size_t width = is_raw ? sizeof(float) : 1;
  const std::size_t available = (size - kHeaderBytes) / width;
  const auto count = static_cast<std::size_t>(record.leads.Count()) *
                     static_cast<std::size_t>(record.sample_count);
  for (std::size_t i = 0; i < count; ++i) {
    float value = 0;
    if (available > 0) {
      const std::uint8_t* const at = data + kHeaderBytes + i % available * width;
      if (is_raw) {
        std::memcpy(&value, at, sizeof(value));
      } else {
        value = static_cast<float>((*at - 128) * step_mv);
      }
    }
    record.samples_mv.push_back(value);
  }
  return record;
}

void CheckMarks(const pecg::BeatMarks& beat, std::int64_t count) {
  for (const auto& wave : beat.waves) {
    if (!wave) continue;
    Require(wave->peak >= 0 && wave->peak < count);
    if (wave->onset) Require(*wave->onset >= 0 && *wave->onset < count);
    if (wave->offset) Require(*wave->offset >= 0 && *wave->offset < count);
  }
}

void CheckQuantities(const std::vector<pecg::NamedQuantity>& list) {
  for (const pecg::NamedQuantity& named : list) {
    if (named.quantity.has_value()) Require(std::isfinite(*named.quantity));
    Require(named.quantity.quality >= 0 && named.quantity.quality <= 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHeaderBytes) return 0;
  const pecg::EcgRecord record = MakeRecord(data, size);
  try {
    const pecg::EcgMeasurements measured = pecg::MeasureEcg(record);
    for (const pecg::Beat& beat : measured.beats) {
      Require(beat.sample >= 0 && beat.sample < record.sample_count);
      CheckMarks(beat.global, record.sample_count);
      for (const pecg::BeatMarks& lead : beat.leads) CheckMarks(lead, record.sample_count);
    }
    CheckQuantities(pecg::ListGlobalQuantities(measured));
    for (int lead = 0; lead < pecg::kLeadCount; ++lead) {
      CheckQuantities(pecg::ListLeadQuantities(measured, static_cast<pecg::Lead>(lead)));
    }
  } catch (const pecg::Error&) {
    // Refused, as a record that contradicts itself should be.
  }
  return 0;
}
