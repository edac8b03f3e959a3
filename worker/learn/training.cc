#include "worker/learn/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "base/version.h"
#include "worker/ecg/error.h"
#include "worker/evaluate/calibrator.h"
#include "worker/file/atomic_file.h"
#include "worker/job/convert.h"
#include "worker/job/stop_signal.h"
#include "worker/learn/train_spec.h"
#include "worker/model/device.h"
#include "worker/model/model_card.h"
#include "worker/model/network_config.h"
#include "worker/train/demographics.h"
#include "worker/train/predictions.h"
#include "worker/train/validation.h"

namespace pecg {
namespace {

constexpr std::string_view kDemographicsVariant = "demographics";

/// What the artifacts say about where they come from.
std::map<std::string, std::string> ProvenanceOf(const v1::JobSpec& spec) {
  const v1::RunSpec& run_spec = spec.run_spec();
  const SplitScheme scheme = FromMessage(run_spec.train().scheme());
  return {{"dataset", run_spec.dataset()},
          {"dataset_version", run_spec.dataset_version()},
          {"split", run_spec.split()},
          {"scheme", std::string(NameOf(scheme))},
          {"fold", fmt::to_string(run_spec.train().fold())},
          {"run", spec.run()},
          {"run_uid", spec.run_uid()},
          {"code", std::string(CodeVersion())},
          {"variant", run_spec.train().variant()},
          {"synthetic", spec.synthetic() ? "true" : "false"}};
}

void AddPoint(const std::string& key, std::int64_t step, double value, v1::MetricPoints* points) {
  if (!std::isfinite(value)) return;  // Not defined: a class is absent.
  v1::MetricPoint& point = *points->add_points();
  point.set_key(key);
  point.set_step(step);
  point.set_value(value);
}

v1::MetricPoints PointsOf(const EpochReport& report, const std::vector<std::string>& targets) {
  v1::MetricPoints points;
  AddPoint("train.all.loss", report.step, report.train_loss, &points);
  if (report.lr > 0) AddPoint("train.all.lr", report.step, report.lr, &points);
  AddPoint("validate.all.loss", report.step, report.validation.loss, &points);
  AddPoint("validate.mean.auroc", report.step, report.validation.mean_auroc, &points);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    AddPoint(fmt::format("validate.{}.auroc", targets[i]), report.step, report.validation.aurocs[i],
             &points);
  }
  return points;
}

/// One training run: what RunTraining's steps share.
class Training {
 public:
  Training(const TrainingTask& task, TrainingHost* host) : task_(task), host_(host) {
    const std::vector<std::size_t> chosen = ChooseTargets(task.spec, task.manifest);
    for (const std::size_t target : chosen) {
      targets_.push_back(task.spec.targets(static_cast<int>(target)));
    }
    records_.rows = ToRows(task.manifest, chosen);
    for (std::size_t i = 0; i < records_.rows.size(); ++i) {
      if (records_.rows[i].part != RecordPart::kTrain) predicted_.push_back(i);
    }
    host_->Note(fmt::format("records: {} train, {} validate, {} held out, {} test",
                            CountOf(RecordPart::kTrain), CountOf(RecordPart::kValidate),
                            CountOf(RecordPart::kHeldOut), CountOf(RecordPart::kTest)));
    host_->Note(fmt::format("targets: {}", fmt::join(targets_, ", ")));
  }

  /// The floor takes milliseconds: it is neither stopped nor resumed.
  void RunDemographics() {
    const DemographicsFloor floor(records_, targets_);
    const std::vector<std::size_t> validate = records_.PositionsOf(RecordPart::kValidate);
    EpochReport report;
    report.epoch = report.epoch_count = 1;
    report.step = 1;
    report.train_loss = floor.train_loss();
    report.validation =
        ScoreValidation(records_, validate, floor.Predict(records_, validate), targets_.size());
    report.best = true;
    host_->Epoch(report, PointsOf(report, targets_));
    Deliver(floor.Predict(records_, predicted_), floor.Card(),
            [&](const std::filesystem::path& path) { floor.WriteWeights(path); });
  }

  void RunNetwork() {
    const TrainSettings settings = ToTrainSettings(task_.spec.run_spec(), targets_);
    CheckTrainSettings(settings);
    CheckDevice(task_.spec.device());
    Load(settings);
    Trainer trainer(settings, {task_.spec.device(), task_.spec.threads()}, &records_);
    host_->Note(fmt::format("model: {}, {} parameters, on {} with {} threads",
                            settings.network.variant, trainer.parameter_count(),
                            DescribeDevice(task_.spec.device()), task_.spec.threads()));
    if (task_.resume_from) {
      trainer.Resume(*task_.resume_from);
      host_->Note(fmt::format("resumed at step {}", trainer.step()));
    }
    const TrainObserver observer = Observer();
    Predictions predictions;
    if (!trainer.Train(observer) || !trainer.Predict(predicted_, observer, &predictions)) {
      throw JobStopped();
    }
    host_->Note(fmt::format("kept: the weights of epoch {}", trainer.best_epoch()));
    Deliver(predictions, trainer.Card(),
            [&](const std::filesystem::path& path) { trainer.WriteWeights(path); });
  }

 private:
  std::size_t CountOf(RecordPart part) const { return records_.PositionsOf(part).size(); }

  void Load(const TrainSettings& settings) {
    const auto total = static_cast<std::int64_t>(records_.rows.size());
    LoadOptions options;
    options.root = task_.spec.dataset_root();
    options.threads = task_.spec.threads();
    options.on_progress = [&](std::int64_t done) {
      host_->Progress("records", done, total, "reading");
    };
    options.stop_requested = [&] { return host_->StopRequested(); };
    // Stopped before the first step: what there was to resume from still holds.
    if (!LoadSignals(Preprocessor(settings.input), options, &records_)) throw JobStopped();
  }

  TrainObserver Observer() {
    TrainObserver observer;
    observer.stop_requested = [this] { return host_->StopRequested(); };
    observer.on_progress = [this](std::string_view unit, std::int64_t done, std::int64_t total,
                                  const std::string& note) {
      host_->Progress(unit, done, total, note);
    };
    observer.on_epoch = [this](const EpochReport& report) {
      host_->Epoch(report, PointsOf(report, targets_));
    };
    observer.on_checkpoint = [this](std::int64_t step, std::span<const StateFile> files) {
      host_->Checkpoint(step, files);
    };
    return observer;
  }

  /// What makes probabilities of the logits, fitted to the inner validation: records the model was
  /// not fitted to, and on which no figure of calibration is then computed.
  std::string FitToValidation(const Predictions& predictions) const {
    std::map<std::string, FittedCalibrators> by_target;
    for (std::size_t target = 0; target < targets_.size(); ++target) {
      std::vector<double> logits;
      std::vector<std::uint8_t> labels;
      for (std::size_t i = 0; i < predicted_.size(); ++i) {
        const RecordRow& row = records_.rows[predicted_[i]];
        if (row.part != RecordPart::kValidate) continue;
        logits.push_back(static_cast<double>(predictions.logits[i * targets_.size() + target]));
        // A model that diverged is refused when its predictions are written.
        labels.push_back(std::isfinite(logits.back()) ? row.labels[target] : kLabelMissing);
      }
      by_target.emplace(targets_[target], FitCalibrators({logits, labels}));
    }
    return FormatCalibrators(by_target);
  }

  void Deliver(const Predictions& predictions, ModelCard card,
               const std::function<void(const std::filesystem::path&)>& write_weights) {
    card.provenance = ProvenanceOf(task_.spec);
    card.calibrators = FitToValidation(predictions);
    std::map<std::string, std::string> metadata = card.provenance;
    metadata.emplace("calibrators", card.calibrators);
    host_->Artifact("predictions.safetensors", "predictions",
                    [&](const std::filesystem::path& path) {
                      WritePredictions(path, predictions, targets_, metadata);
                    });
    host_->Artifact("model/model.json", "model", [&](const std::filesystem::path& path) {
      WriteFileAtomically(path, FormatModelCard(card));
    });
    host_->Artifact("model/weights.safetensors", "model", write_weights);
  }

  const TrainingTask& task_;
  TrainingHost* const host_;
  std::vector<std::string> targets_;
  RecordSet records_;
  std::vector<std::size_t> predicted_;  // Positions of the records to be predicted.
};

}  // namespace

void RunTraining(const TrainingTask& task, TrainingHost* host) {
  const std::string& variant = task.spec.run_spec().train().variant();
  const std::vector<std::string> networks = NetworkVariants();
  const bool is_network = std::ranges::find(networks, variant) != networks.end();
  if (variant != kDemographicsVariant && !is_network) {
    throw Error(
        Error::Kind::kBadInput,
        variant.empty() ? "the variant is missing"
                        : fmt::format("there is no variant \"{}\"", variant),
        "train.variant",
        fmt::format("variants are {}, {}", kDemographicsVariant, fmt::join(networks, ", ")));
  }
  Training training(task, host);
  if (is_network) {
    training.RunNetwork();
  } else {
    training.RunDemographics();
  }
}

}  // namespace pecg
