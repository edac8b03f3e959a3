#ifndef PECG_WORKER_LEARN_TRAIN_SPEC_H_
#define PECG_WORKER_LEARN_TRAIN_SPEC_H_

#include <span>
#include <string>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "pecg/v1/run_spec.pb.h"
#include "worker/train/record_set.h"
#include "worker/train/settings.h"

/// From messages to what worker/train takes.

namespace pecg {

/// Fills in the defaults that TrainSpec's comments state. `targets` are the chosen ones. Does not
/// check ranges: the trainer does.
TrainSettings ToTrainSettings(const v1::RunSpec& spec, std::vector<std::string> targets);

/// Chooses the targets to train, as positions in `spec.targets()`: those TrainSpec.targets names;
/// by default every disease target (all but the `abnormal_...` and `statement_...` ones) with
/// enough positives among the training records, then `abnormal_a1`. Throws Error::kBadInput for a
/// name that is unknown or stands twice, for a named target without both classes among the training
/// records, and when nothing is left to train for.
std::vector<std::size_t> ChooseTargets(const v1::JobSpec& spec,
                                       std::span<const v1::ManifestEntry> manifest);

/// The records that have a role, with the labels of `targets` only. Throws Error::kCorruptData
/// naming the record for a label other than 0, 1 and 255 or a weight that is negative or not
/// finite.
std::vector<RecordRow> ToRows(std::span<const v1::ManifestEntry> manifest,
                              std::span<const std::size_t> targets);

}  // namespace pecg

#endif  // PECG_WORKER_LEARN_TRAIN_SPEC_H_
