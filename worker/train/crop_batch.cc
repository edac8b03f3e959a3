#include "worker/train/crop_batch.h"

#include <algorithm>
#include <utility>

#include "worker/train/counter_rng.h"
#include "worker/train/demographic_input.h"

namespace pecg {
namespace {

/// The leads a training crop shows: all of them, or the 9-lead layout, or one fewer.
LeadMask DrawVisibleLeads(LeadMask leads, const AugmentSettings& augment, CounterRng* rng) {
  if (rng->NextUniform() < augment.nine_lead_probability && leads == LeadMask::All()) {
    leads = LeadMask::NineLead();
  }
  const bool drops_one = rng->NextUniform() < augment.lead_dropout_probability;
  if (!drops_one || leads.Count() < 2) return leads;
  auto remaining = static_cast<int>(rng->NextBelow(static_cast<std::uint64_t>(leads.Count())));
  for (int i = 0; i < kLeadCount; ++i) {
    if (!leads.Has(static_cast<Lead>(i)) || remaining-- > 0) continue;
    return LeadMask(leads.bits() & ~(1U << static_cast<unsigned>(i)));
  }
  return leads;
}

}  // namespace

CropCutter::CropCutter(const RecordSet* records, const TrainSettings* settings,
                       const Preprocessor* preprocessor)
    : records_(records), settings_(settings), preprocessor_(preprocessor) {}

std::vector<std::size_t> CropCutter::OrderOf(int epoch, std::vector<std::size_t> positions) const {
  CounterRng rng(settings_->seed, RandomPurpose::kOrder, static_cast<std::uint32_t>(epoch), 0);
  for (std::size_t left = positions.size(); left > 1; --left) {
    std::swap(positions[left - 1], positions[rng.NextBelow(left)]);
  }
  return positions;
}

CropBatch CropCutter::MakeBatch(std::size_t count) const {
  const auto crop = static_cast<std::size_t>(kLeadCount * preprocessor_->crop_sample_count());
  CropBatch batch;
  batch.count = static_cast<std::int64_t>(count);
  batch.signal.resize(count * crop);
  batch.lead_mask.resize(count * kLeadCount);
  if (settings_->network.demographic_count > 0) {
    batch.demographics.resize(count * kDemographicInputCount);
  }
  batch.labels.resize(count * settings_->targets.size());
  batch.weights.resize(count);
  return batch;
}

void CropCutter::FillRow(const CropPlace& place, LeadMask visible, bool show_demographics,
                         std::size_t row, CropBatch* batch) const {
  const RecordRow& record = records_->rows[place.position];
  const PreparedRecord& signal = records_->signals[place.position];
  const auto crop = static_cast<std::size_t>(kLeadCount * preprocessor_->crop_sample_count());
  preprocessor_->FillCrop(signal, place.start, visible,
                          std::span(batch->signal).subspan(row * crop, crop));
  for (std::size_t i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    const bool shown = signal.leads.Has(lead) && visible.Has(lead);
    batch->lead_mask[row * kLeadCount + i] = shown ? 1.0F : 0.0F;
  }
  if (!batch->demographics.empty()) {
    const auto values = show_demographics ? EncodeDemographics(record.age_days, record.sex)
                                          : EncodeDemographics(std::nullopt, Sex::kUnknown);
    std::ranges::copy(
        values, batch->demographics.begin() + static_cast<std::ptrdiff_t>(row * values.size()));
  }
  std::ranges::copy(record.labels, batch->labels.begin() +
                                       static_cast<std::ptrdiff_t>(row * record.labels.size()));
  batch->weights[row] = static_cast<float>(record.weight);
}

CropBatch CropCutter::CutForTraining(int epoch, std::span<const std::size_t> positions) const {
  CropBatch batch = MakeBatch(positions.size());
  const AugmentSettings& augment = settings_->augment;
  const std::int64_t length = preprocessor_->crop_sample_count();
  const auto noise = static_cast<float>(augment.noise_mv / settings_->input.scale_mv);
  for (std::size_t row = 0; row < positions.size(); ++row) {
    const std::size_t position = positions[row];
    const auto ordinal = static_cast<std::uint64_t>(records_->rows[position].ordinal);
    const PreparedRecord& signal = records_->signals[position];
    const auto epoch_bits = static_cast<std::uint32_t>(epoch);
    CounterRng rng(settings_->seed, RandomPurpose::kCrop, epoch_bits, ordinal);
    const std::int64_t last = std::max<std::int64_t>(0, signal.sample_count - length);
    const auto start =
        static_cast<std::int64_t>(rng.NextBelow(static_cast<std::uint64_t>(last) + 1));
    const LeadMask visible = DrawVisibleLeads(signal.leads, augment, &rng);
    const bool show_demographics = rng.NextUniform() >= augment.demographic_dropout_probability;
    FillRow({position, start}, visible, show_demographics, row, &batch);
    if (noise <= 0) continue;
    CounterRng noise_rng(settings_->seed, RandomPurpose::kNoise, epoch_bits, ordinal);
    for (std::size_t i = 0; i < kLeadCount; ++i) {
      if (batch.lead_mask[row * kLeadCount + i] == 0) continue;
      const std::size_t begin = (row * kLeadCount + i) * static_cast<std::size_t>(length);
      noise_rng.AddNormal(noise,
                          std::span(batch.signal).subspan(begin, static_cast<std::size_t>(length)));
    }
  }
  return batch;
}

CropBatch CropCutter::Cut(std::span<const CropPlace> places) const {
  CropBatch batch = MakeBatch(places.size());
  for (std::size_t row = 0; row < places.size(); ++row) {
    FillRow(places[row], LeadMask::All(), /*show_demographics=*/true, row, &batch);
  }
  return batch;
}

std::vector<CropPlace> CropCutter::PlacesOf(std::span<const std::size_t> positions) const {
  std::vector<CropPlace> places;
  for (const std::size_t position : positions) {
    for (const std::int64_t start :
         preprocessor_->CropStarts(records_->signals[position].sample_count)) {
      places.push_back({position, start});
    }
  }
  return places;
}

BatchQueue::BatchQueue(std::int64_t first, std::int64_t last, int ahead,
                       std::function<CropBatch(std::int64_t)> make)
    : next_(first), last_(last), make_(std::move(make)) {
  for (int i = 0; i < std::max(1, ahead); ++i) StartNext();
}

void BatchQueue::StartNext() {
  if (next_ >= last_) return;
  pending_.push_back(std::async(std::launch::async, make_, next_));
  ++next_;
}

CropBatch BatchQueue::Next() {
  std::future<CropBatch> batch = std::move(pending_.front());
  pending_.pop_front();
  StartNext();
  return batch.get();
}

}  // namespace pecg
