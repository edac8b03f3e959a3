#ifndef PECG_WORKER_TRAIN_CROP_BATCH_H_
#define PECG_WORKER_TRAIN_CROP_BATCH_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <span>
#include <vector>

#include "worker/train/preprocess.h"
#include "worker/train/record_set.h"
#include "worker/train/settings.h"

namespace pecg {

/// Crops as the network takes them, row-major.
struct CropBatch {
  std::int64_t count = 0;            ///< B.
  std::vector<float> signal;         ///< [B, 12, S]
  std::vector<float> lead_mask;      ///< [B, 12], 0 or 1.
  std::vector<float> demographics;   ///< [B, D]; empty when the network takes none.
  std::vector<std::uint8_t> labels;  ///< [B, T], 0, 1 or kMissingLabel.
  std::vector<float> weights;        ///< [B]
};

/// A crop to be predicted.
struct CropPlace {
  std::size_t position;  ///< Of the record in the RecordSet.
  std::int64_t start;    ///< First sample.
};

/// Cuts crops from records. Immutable; thread-safe. `records`, `settings` and `preprocessor` are
/// not owned and outlive this.
class CropCutter {
 public:
  CropCutter(const RecordSet* records, const TrainSettings* settings,
             const Preprocessor* preprocessor);

  /// The records' order in an epoch: `positions`, shuffled by (seed, epoch) alone.
  std::vector<std::size_t> OrderOf(int epoch, std::vector<std::size_t> positions) const;

  /// One random crop of each record, changed as AugmentSettings says. What is cut depends on (seed,
  /// epoch, the record's ordinal) alone: not on the batch, the threads, or what was cut before.
  CropBatch CutForTraining(int epoch, std::span<const std::size_t> positions) const;

  /// The crops at `places`, unchanged, every lead shown.
  CropBatch Cut(std::span<const CropPlace> places) const;

  /// All crops that cover the records at `positions`, record by record.
  std::vector<CropPlace> PlacesOf(std::span<const std::size_t> positions) const;

 private:
  CropBatch MakeBatch(std::size_t count) const;
  void FillRow(const CropPlace& place, LeadMask visible, bool show_demographics, std::size_t row,
               CropBatch* batch) const;

  const RecordSet* const records_;
  const TrainSettings* const settings_;
  const Preprocessor* const preprocessor_;
};

/// Makes batches ahead of their use, each on a thread of its own, so that cutting crops does not
/// hold up the device. Not thread-safe.
class BatchQueue {
 public:
  /// Batches `first` to `last` - 1, as `make` gives them (on other threads), `ahead` at a time, at
  /// least 1.
  BatchQueue(std::int64_t first, std::int64_t last, int ahead,
             std::function<CropBatch(std::int64_t)> make);

  /// The next batch; throws what `make` threw for it. To be called once per batch.
  CropBatch Next();

 private:
  void StartNext();

  std::int64_t next_;
  std::int64_t last_;
  std::function<CropBatch(std::int64_t)> make_;
  std::deque<std::future<CropBatch>> pending_;  // Last: its destructor waits for the threads.
};

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_CROP_BATCH_H_
