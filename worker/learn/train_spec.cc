#include "worker/learn/train_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/did_you_mean.h"
#include "worker/ecg/error.h"
#include "worker/job/convert.h"
#include "worker/train/demographic_input.h"

namespace pecg {
namespace {

constexpr int kMinPositiveCount = 20;
constexpr std::string_view kNormalityTarget = "abnormal_a1";

/// Zero stands for the default; anything else, out of range too, is what was asked for.
template <typename T>
T Or(T value, T otherwise) {
  return value == T{} ? otherwise : value;
}

/// Positives and negatives of one target among the training records.
struct ClassCounts {
  std::int64_t positive = 0;
  std::int64_t negative = 0;
};

ClassCounts CountClasses(std::span<const v1::ManifestEntry> manifest, std::size_t target) {
  ClassCounts counts;
  for (const v1::ManifestEntry& entry : manifest) {
    if (entry.role() != v1::RECORD_ROLE_TRAIN) continue;
    counts.positive += entry.targets()[target] == 1 ? 1 : 0;
    counts.negative += entry.targets()[target] == 0 ? 1 : 0;
  }
  return counts;
}

bool IsDisease(std::string_view target) {
  return !target.starts_with("abnormal_") && !target.starts_with("statement_");
}

std::size_t FindTarget(const v1::JobSpec& spec, const std::string& name) {
  const auto found = std::ranges::find(spec.targets(), name);
  if (found != spec.targets().end()) {
    return static_cast<std::size_t>(found - spec.targets().begin());
  }
  const std::vector<std::string> names(spec.targets().begin(), spec.targets().end());
  const std::string closest = ClosestName(name, names);
  throw Error(Error::Kind::kBadInput, fmt::format("there is no target \"{}\"", name),
              "train.targets",
              closest.empty() ? fmt::format("targets are {}", fmt::join(names, ", "))
                              : fmt::format("did you mean \"{}\"?", closest));
}

std::vector<std::size_t> NamedTargets(const v1::JobSpec& spec,
                                      std::span<const v1::ManifestEntry> manifest) {
  std::vector<std::size_t> targets;
  for (const std::string& name : spec.run_spec().train().targets()) {
    const std::size_t target = FindTarget(spec, name);
    if (std::ranges::find(targets, target) != targets.end()) {
      throw Error(Error::Kind::kBadInput, fmt::format("target \"{}\" stands twice", name),
                  "train.targets");
    }
    const ClassCounts counts = CountClasses(manifest, target);
    if (counts.positive == 0 || counts.negative == 0) {
      throw Error(Error::Kind::kBadInput,
                  fmt::format("target \"{}\" has {} positives and {} negatives among the training "
                              "records",
                              name, counts.positive, counts.negative),
                  "train.targets", "leave it out; both classes are needed to learn anything");
    }
    targets.push_back(target);
  }
  return targets;
}

std::vector<std::size_t> DefaultTargets(const v1::JobSpec& spec,
                                        std::span<const v1::ManifestEntry> manifest) {
  const int wanted = Or(spec.run_spec().train().min_positive_count(), kMinPositiveCount);
  std::vector<std::size_t> targets;
  std::vector<std::size_t> normality;
  for (int i = 0; i < spec.targets_size(); ++i) {
    const auto target = static_cast<std::size_t>(i);
    const ClassCounts counts = CountClasses(manifest, target);
    if (counts.positive == 0 || counts.negative == 0) continue;
    if (spec.targets(i) == kNormalityTarget) normality.push_back(target);
    if (IsDisease(spec.targets(i)) && counts.positive >= wanted) targets.push_back(target);
  }
  targets.insert(targets.end(), normality.begin(), normality.end());
  return targets;
}

RecordPart PartOf(v1::RecordRole role) {
  switch (role) {
    case v1::RECORD_ROLE_VALIDATE:
      return RecordPart::kValidate;
    case v1::RECORD_ROLE_HELD_OUT:
      return RecordPart::kHeldOut;
    case v1::RECORD_ROLE_TEST:
      return RecordPart::kTest;
    default:
      return RecordPart::kTrain;
  }
}

void CheckEntry(const v1::ManifestEntry& entry, const RecordRow& row) {
  const bool good_labels = std::ranges::all_of(row.labels, [](std::uint8_t label) {
    return label == 0 || label == 1 || label == kMissingLabel;
  });
  if (good_labels && std::isfinite(row.weight) && row.weight >= 0) return;
  throw Error(Error::Kind::kCorruptData,
              good_labels ? fmt::format("the manifest gives the weight {}", row.weight)
                          : "the manifest gives a label other than 0, 1 and 255",
              "record " + entry.record_id());
}

}  // namespace

TrainSettings ToTrainSettings(const v1::RunSpec& spec, std::vector<std::string> targets) {
  const v1::TrainSpec& train = spec.train();
  TrainSettings settings;
  settings.targets = std::move(targets);
  settings.seed = static_cast<std::uint64_t>(spec.seed());
  settings.epochs = Or(train.epochs(), settings.epochs);
  settings.batch_size = Or(train.batch_size(), settings.batch_size);
  settings.lr = Or(train.lr(), settings.lr);
  if (train.has_weight_decay()) settings.weight_decay = train.weight_decay();
  settings.warmup_fraction = Or(train.warmup_fraction(), settings.warmup_fraction);
  settings.max_gradient_norm = Or(train.max_gradient_norm(), settings.max_gradient_norm);
  settings.patience = Or(train.patience(), settings.patience);
  settings.max_positive_weight = Or(train.max_positive_weight(), settings.max_positive_weight);
  settings.checkpoint_every_epochs =
      Or(train.checkpoint_every_epochs(), settings.checkpoint_every_epochs);

  settings.input.crop_seconds = Or(train.crop_seconds(), settings.input.crop_seconds);
  settings.input.rate_hz = Or(train.rate_hz(), settings.input.rate_hz);
  settings.input.scale_mv = Or(train.scale_mv(), settings.input.scale_mv);
  settings.input.clip_mv = Or(train.clip_mv(), settings.input.clip_mv);

  AugmentSettings& augment = settings.augment;
  if (train.has_nine_lead_probability()) {
    augment.nine_lead_probability = train.nine_lead_probability();
  }
  if (train.has_lead_dropout_probability()) {
    augment.lead_dropout_probability = train.lead_dropout_probability();
  }
  if (train.has_noise_mv()) augment.noise_mv = train.noise_mv();

  NetworkConfig& network = settings.network;
  network.variant = train.variant();
  network.target_count = static_cast<int>(settings.targets.size());
  network.base_channels = Or(train.base_channels(), network.base_channels);
  network.blocks_per_stage = Or(train.blocks_per_stage(), network.blocks_per_stage);
  network.kernel_size = Or(train.kernel_size(), network.kernel_size);
  if (train.has_dropout()) network.dropout = train.dropout();
  network.demographic_count = train.use_demographics() ? kDemographicInputCount : 0;
  return settings;
}

std::vector<std::size_t> ChooseTargets(const v1::JobSpec& spec,
                                       std::span<const v1::ManifestEntry> manifest) {
  const bool named = spec.run_spec().train().targets_size() > 0;
  std::vector<std::size_t> targets =
      named ? NamedTargets(spec, manifest) : DefaultTargets(spec, manifest);
  if (!targets.empty()) return targets;
  throw Error(Error::Kind::kBadInput, "no target has enough positives among the training records",
              "train.min_positive_count", "lower it, or name targets in train.targets");
}

std::vector<RecordRow> ToRows(std::span<const v1::ManifestEntry> manifest,
                              std::span<const std::size_t> targets) {
  std::vector<RecordRow> rows;
  for (const v1::ManifestEntry& entry : manifest) {
    if (entry.role() == v1::RECORD_ROLE_UNSPECIFIED) continue;
    RecordRow row;
    row.ordinal = entry.ordinal();
    row.record_id = entry.record_id();
    row.path = entry.path();
    row.signal_sha256 = entry.signal_sha256();
    if (entry.has_age_days()) row.age_days = entry.age_days();
    row.sex = FromMessage(entry.sex());
    row.leads = LeadMask(static_cast<std::uint32_t>(entry.lead_mask()));
    row.part = PartOf(entry.role());
    for (const std::size_t target : targets) {
      row.labels.push_back(static_cast<std::uint8_t>(entry.targets()[target]));
    }
    row.weight = entry.weight();
    CheckEntry(entry, row);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace pecg
