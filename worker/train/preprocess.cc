#include "worker/train/preprocess.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr float kRailMv = 20;
constexpr double kRecoverySeconds = 0.04;
constexpr double kBaselineSeconds = 1;
constexpr float kFullScale = 32767;

/// Sets invalid samples and their neighbourhood to NaN; returns how many are.
std::int64_t MarkInvalid(std::int64_t reach, std::span<const float> source,
                         std::vector<float>* samples) {
  samples->assign(source.begin(), source.end());
  const auto count = static_cast<std::int64_t>(source.size());
  std::int64_t marked_end = 0;  // Everything before it is settled.
  std::int64_t invalid_count = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    // False for NaN too.
    if (std::abs(source[static_cast<std::size_t>(i)]) < kRailMv) continue;
    const std::int64_t begin = std::max(marked_end, i - reach);
    const std::int64_t end = std::min(count, i + reach + 1);
    std::fill(samples->begin() + begin, samples->begin() + std::max(begin, end),
              std::numeric_limits<float>::quiet_NaN());
    invalid_count += std::max<std::int64_t>(0, end - begin);
    marked_end = std::max(marked_end, end);
  }
  return invalid_count;
}

/// Mean over `half_width` samples to each side; over those there are, at the ends.
void SmoothByMovingMean(std::int64_t half_width, std::vector<float>* samples) {
  const auto count = static_cast<std::int64_t>(samples->size());
  std::vector<double> sum_before(samples->size() + 1, 0.0);
  for (std::size_t i = 0; i < samples->size(); ++i) {
    sum_before[i + 1] = sum_before[i] + static_cast<double>((*samples)[i]);
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t begin = std::max<std::int64_t>(0, i - half_width);
    const std::int64_t end = std::min(count, i + half_width + 1);
    const double sum =
        sum_before[static_cast<std::size_t>(end)] - sum_before[static_cast<std::size_t>(begin)];
    (*samples)[static_cast<std::size_t>(i)] =
        static_cast<float>(sum / static_cast<double>(end - begin));
  }
}

}  // namespace

Preprocessor::Preprocessor(const InputFormat& format)
    : format_(format),
      crop_sample_count_(
          std::max<std::int64_t>(1, std::llround(format.crop_seconds * format.rate_hz))) {}

std::vector<float> Preprocessor::PrepareLead(std::span<const float> samples_mv, double rate_hz,
                                             const Resampler& resampler) const {
  std::vector<float> valid;
  const auto reach = std::llround(kRecoverySeconds * rate_hz);
  const std::int64_t invalid_count = MarkInvalid(reach, samples_mv, &valid);
  if (2 * invalid_count > static_cast<std::int64_t>(valid.size())) return {};
  BridgeInvalid(valid);
  std::vector<float> resampled = resampler.Resample(valid);
  std::vector<float> baseline = resampled;
  const auto half_width = std::llround(kBaselineSeconds * format_.rate_hz / 2);
  SmoothByMovingMean(half_width, &baseline);
  SmoothByMovingMean(half_width, &baseline);
  for (std::size_t i = 0; i < resampled.size(); ++i) resampled[i] -= baseline[i];
  return resampled;
}

PreparedRecord Preprocessor::Prepare(const EcgRecord& record) const {
  if (!(record.rate_hz > 0)) {
    throw Error(Error::Kind::kBadInput, "the sampling rate is not positive", record.record_id);
  }
  PreparedRecord prepared;
  const Resampler resampler(record.rate_hz, format_.rate_hz);
  const auto clip_mv = static_cast<float>(format_.clip_mv);
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    if (!record.leads.Has(lead) || record.sample_count == 0) continue;
    const std::vector<float> samples =
        PrepareLead(record.LeadSamples(lead), record.rate_hz, resampler);
    if (samples.empty()) continue;
    prepared.leads.Add(lead);
    prepared.sample_count = static_cast<std::int64_t>(samples.size());
    for (const float sample : samples) {
      const float share = std::clamp(sample / clip_mv, -1.0F, 1.0F);
      prepared.samples.push_back(static_cast<std::int16_t>(std::lround(share * kFullScale)));
    }
  }
  return prepared;
}

std::vector<std::int64_t> Preprocessor::CropStarts(std::int64_t sample_count) const {
  const std::int64_t last = std::max<std::int64_t>(0, sample_count - crop_sample_count_);
  const std::int64_t hop = std::max<std::int64_t>(1, crop_sample_count_ / 2);
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start < last; start += hop) starts.push_back(start);
  starts.push_back(last);
  return starts;
}

void Preprocessor::FillCrop(const PreparedRecord& record, std::int64_t start, LeadMask visible,
                            std::span<float> crop) const {
  std::ranges::fill(crop, 0.0F);
  const std::int64_t count =
      std::clamp<std::int64_t>(record.sample_count - start, 0, crop_sample_count_);
  const auto unit = static_cast<float>(format_.clip_mv / format_.scale_mv) / kFullScale;
  const std::int16_t* samples = record.samples.data();
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    if (!record.leads.Has(lead)) continue;
    if (visible.Has(lead)) {
      float* out = crop.data() + i * crop_sample_count_;
      std::transform(samples + start, samples + start + count, out,
                     [unit](std::int16_t sample) { return static_cast<float>(sample) * unit; });
    }
    samples += record.sample_count;
  }
}

}  // namespace pecg
