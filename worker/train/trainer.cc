#include "worker/train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/model/device.h"
#include "worker/model/network.h"
#include "worker/model/tensor_file.h"
#include "worker/train/adamw.h"
#include "worker/train/checkpoint.h"
#include "worker/train/counter_rng.h"
#include "worker/train/crop_batch.h"
#include "worker/train/cross_entropy.h"
#include "worker/train/demographic_input.h"
#include "worker/train/objective.h"
#include "worker/train/schedule.h"

namespace pecg {
namespace {

constexpr int kBatchesAheadOnDevice = 8;

TrainSettings Resolve(TrainSettings settings) {
  settings.network.target_count = static_cast<int>(settings.targets.size());
  CheckTrainSettings(settings);
  return settings;
}

std::vector<NamedTensor> ParametersOf(const Network& network) {
  std::vector<NamedTensor> parameters;
  for (const auto& item : network.named_parameters()) {
    parameters.emplace_back(item.key(), item.value());
  }
  return parameters;
}

std::vector<NamedTensor> WithPrefix(const std::string& prefix,
                                    const std::vector<NamedTensor>& tensors) {
  std::vector<NamedTensor> renamed;
  for (const auto& [name, tensor] : tensors) renamed.emplace_back(prefix + name, tensor);
  return renamed;
}

std::vector<NamedTensor> Join(std::vector<NamedTensor> left, std::vector<NamedTensor> right) {
  std::ranges::move(right, std::back_inserter(left));
  return left;
}

/// LibTorch's generator (initial weights, dropout) is seeded anew for every use, from what it is
/// used for, so that no generator state has to be stored.
void SeedLibTorch(std::uint64_t seed, std::uint64_t step) {
  CounterRng rng(seed, RandomPurpose::kNetwork, 0, step);
  const std::uint64_t high = rng.NextBits();
  torch::manual_seed(high << 32 | rng.NextBits());
}

std::shared_ptr<Network> MakeSeededNetwork(const TrainSettings& settings,
                                           const ComputeSettings& compute) {
  CheckDevice(compute.device);
  ConfigureCompute(compute.threads, compute.device);
  SeedLibTorch(settings.seed, std::numeric_limits<std::uint64_t>::max());
  std::shared_ptr<Network> network = MakeNetwork(settings.network);
  network->to(torch::Device(compute.device));
  return network;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

class Trainer::Impl {
 public:
  Impl(TrainSettings settings, const ComputeSettings& compute, const RecordSet* records)
      : settings_(Resolve(std::move(settings))),
        records_(records),
        preprocessor_(settings_.input),
        cutter_(records, &settings_, &preprocessor_),
        train_(records->PositionsOf(RecordPart::kTrain)),
        validate_(records->PositionsOf(RecordPart::kValidate)),
        network_(MakeSeededNetwork(settings_, compute)),
        device_(compute.device),
        batches_ahead_(device_.is_cpu() ? 1
                                        : std::clamp(compute.threads, 1, kBatchesAheadOnDevice)),
        parameters_(ParametersOf(*network_)),
        optimiser_(parameters_, settings_.weight_decay),
        batch_count_((static_cast<std::int64_t>(train_.size()) + settings_.batch_size - 1) /
                     settings_.batch_size),
        schedule_(settings_.lr, std::max<std::int64_t>(1, batch_count_ * settings_.epochs),
                  settings_.warmup_fraction),
        positive_weights_(torch::tensor(PositiveWeights(*records, train_, settings_.targets.size(),
                                                        settings_.max_positive_weight),
                                        device_)) {
    if (train_.empty()) {
      throw Error(Error::Kind::kBadInput, "no record is there to train on", "",
                  "check the split and the scheme");
    }
  }

  void Resume(const std::filesystem::path& folder) {
    progress_ = ReadProgress(folder, ToJson(settings_));
    const std::filesystem::path path = folder / kCheckpointTensorsFile;
    const SafetensorsFile file = SafetensorsFile::Read(path);
    AssignTensors(ReadTensors(file, "model."), path.string(), StateOf(*network_));
    AssignTensors(ReadTensors(file, "optimiser."), path.string(), optimiser_.State());
    optimiser_.set_step_count(progress_.step);
    kept_ = ReadTensors(file, "kept.");
  }

  bool Train(const TrainObserver& observer) {
    while (!progress_.finished) {
      if (RunEpoch(observer)) continue;
      WriteCheckpoint(observer);
      return false;
    }
    return true;
  }

  bool Predict(std::span<const std::size_t> positions, const TrainObserver& observer,
               Predictions* predictions) {
    if (!kept_.empty()) AssignTensors(kept_, "the kept weights", StateOf(*network_));
    const auto report = [&](std::size_t done) {
      if (!observer.on_progress) return;
      observer.on_progress("records", static_cast<std::int64_t>(done),
                           static_cast<std::int64_t>(positions.size()), "predicting");
    };
    if (Infer(positions, observer, report, predictions)) return true;
    WriteCheckpoint(observer);
    return false;
  }

  std::int64_t step() const { return progress_.step; }
  int best_epoch() const { return progress_.best_epoch; }

  std::int64_t parameter_count() const {
    std::int64_t count = 0;
    for (const NamedTensor& parameter : parameters_) count += parameter.second.numel();
    return count;
  }

  ModelCard Card() const {
    ModelCard card;
    card.network = settings_.network;
    card.targets = settings_.targets;
    card.input = settings_.input;
    return card;
  }

  void WriteWeights(const std::filesystem::path& path) const {
    WriteTensors(path, kept_.empty() ? StateOf(*network_) : kept_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Does what is left of the present epoch. False when asked to stop.
  bool RunEpoch(const TrainObserver& observer) {
    const Clock::time_point start = Clock::now();
    if (!RunSteps(observer)) return false;
    Predictions predictions;
    const auto report = [&](std::size_t done) {
      ReportSteps(observer, fmt::format("validating, {} of {}", done, validate_.size()));
    };
    if (!Infer(validate_, observer, report, &predictions)) return false;
    FinishEpoch(ScoreValidation(*records_, validate_, predictions, settings_.targets.size()),
                SecondsSince(start), observer);
    return true;
  }

  bool RunSteps(const TrainObserver& observer) {
    const std::vector<std::size_t> order = cutter_.OrderOf(progress_.epoch, train_);
    const auto positions_of = [&](std::int64_t batch) {
      // Whole records spread evenly: no batch is much smaller than the others.
      const auto count = static_cast<std::int64_t>(order.size());
      const std::int64_t begin = batch * count / batch_count_;
      const std::int64_t end = (batch + 1) * count / batch_count_;
      return std::span(order).subspan(static_cast<std::size_t>(begin),
                                      static_cast<std::size_t>(end - begin));
    };
    BatchQueue batches(progress_.batch, batch_count_, batches_ahead_, [&](std::int64_t batch) {
      return cutter_.CutForTraining(progress_.epoch, positions_of(batch));
    });
    network_->train();
    while (progress_.batch < batch_count_) {
      if (observer.stop_requested && observer.stop_requested()) return false;
      TakeStep(batches.Next());
      ReportSteps(observer, "training");
    }
    return true;
  }

  void TakeStep(const CropBatch& batch) {
    SeedLibTorch(settings_.seed, static_cast<std::uint64_t>(progress_.step));
    const torch::Tensor logits = network_->Forward(ToInput(batch));  // [B, T]
    const auto target_count = static_cast<std::int64_t>(settings_.targets.size());
    const torch::Tensor labels = ToDevice(batch.labels, {batch.count, target_count});
    const torch::Tensor weights = ToDevice(batch.weights, {batch.count});
    const MaskedLoss objective = MaskedCrossEntropy(logits, labels, weights, positive_weights_);
    network_->zero_grad();
    objective.loss.backward();
    const double loss = objective.loss.item<float>();
    const double norm = ClipGradients(parameters_, settings_.max_gradient_norm);
    if (!std::isfinite(loss) || !std::isfinite(norm)) {
      throw Error(
          Error::Kind::kDiverged,
          fmt::format("loss {} with gradient norm {} at step {}", loss, norm, progress_.step), "",
          fmt::format("lower train.lr ({}) or train.max_gradient_norm", settings_.lr));
    }
    optimiser_.Step(schedule_.At(progress_.step));
    progress_.loss_sum += loss * objective.weight;
    progress_.loss_weight += objective.weight;
    ++progress_.step;
    ++progress_.batch;
  }

  /// Mean logits of the records at `positions`. False when asked to stop. Calls `report` with the
  /// number of records done.
  template <typename Report>
  bool Infer(std::span<const std::size_t> positions, const TrainObserver& observer,
             const Report& report, Predictions* predictions) {
    const std::size_t target_count = settings_.targets.size();
    const std::vector<CropPlace> places = cutter_.PlacesOf(positions);
    const auto batch_size = static_cast<std::size_t>(settings_.batch_size);
    const auto places_of = [&](std::int64_t batch) {
      const std::size_t begin = static_cast<std::size_t>(batch) * batch_size;
      return std::span(places).subspan(begin, std::min(batch_size, places.size() - begin));
    };
    const auto batch_count =
        static_cast<std::int64_t>((places.size() + batch_size - 1) / batch_size);
    BatchQueue batches(0, batch_count, batches_ahead_,
                       [&](std::int64_t batch) { return cutter_.Cut(places_of(batch)); });
    const torch::NoGradGuard no_grad;
    network_->eval();
    MeanLogits means(target_count, predictions);
    for (std::int64_t batch = 0; batch < batch_count; ++batch) {
      if (observer.stop_requested && observer.stop_requested()) return false;
      const torch::Tensor logits =
          network_->Forward(ToInput(batches.Next())).to(torch::kCPU).contiguous();  // [B, T]
      const float* row = logits.data_ptr<float>();
      for (const CropPlace& place : places_of(batch)) {
        means.Add(records_->rows[place.position].ordinal, {row, target_count});
        row += target_count;
      }
      report(predictions->ordinals.size());
    }
    means.Finish();
    return true;
  }

  /// Averages the logits of consecutive crops of one record, in double.
  class MeanLogits {
   public:
    MeanLogits(std::size_t target_count, Predictions* predictions)
        : sums_(target_count, 0.0), predictions_(predictions) {
      *predictions_ = {};
    }

    void Add(std::int64_t ordinal, std::span<const float> logits) {
      if (count_ > 0 && ordinal != ordinal_) Finish();
      ordinal_ = ordinal;
      ++count_;
      for (std::size_t i = 0; i < logits.size(); ++i) {
        if (!std::isfinite(logits[i])) {
          throw Error(Error::Kind::kDiverged, "a prediction is not finite", "", "lower train.lr");
        }
        sums_[i] += static_cast<double>(logits[i]);
      }
    }

    void Finish() {
      if (count_ == 0) return;
      predictions_->ordinals.push_back(ordinal_);
      for (double& sum : sums_) {
        predictions_->logits.push_back(static_cast<float>(sum / count_));
        sum = 0;
      }
      count_ = 0;
    }

   private:
    std::vector<double> sums_;
    std::int64_t ordinal_ = 0;
    int count_ = 0;
    Predictions* const predictions_;
  };

  void FinishEpoch(ValidationFigures validation, double seconds, const TrainObserver& observer) {
    const std::optional<double> figure = validation.Figure();
    EpochReport report;
    report.best = !figure || !progress_.best_figure || *figure > *progress_.best_figure;
    ++progress_.epoch;
    if (report.best) {
      progress_.best_figure = figure;
      progress_.best_epoch = progress_.epoch;
      progress_.epochs_without_better = 0;
      kept_ = CopyToCpu(StateOf(*network_));
    } else {
      ++progress_.epochs_without_better;
    }
    report.epoch = progress_.epoch;
    report.epoch_count = settings_.epochs;
    report.step = progress_.step;
    report.train_loss = progress_.loss_sum / progress_.loss_weight;
    report.lr = schedule_.At(progress_.step - 1);
    report.validation = std::move(validation);
    report.epochs_without_better = progress_.epochs_without_better;
    report.seconds = seconds;
    progress_.batch = 0;
    progress_.loss_sum = 0;
    progress_.loss_weight = 0;
    progress_.finished = progress_.epoch == settings_.epochs ||
                         progress_.epochs_without_better >= settings_.patience;
    if (observer.on_epoch) observer.on_epoch(report);
    if (progress_.finished || progress_.epoch % settings_.checkpoint_every_epochs == 0) {
      WriteCheckpoint(observer);
    }
  }

  void WriteCheckpoint(const TrainObserver& observer) const {
    if (!observer.on_checkpoint) return;
    const std::array files = {
        StateFile{kCheckpointTensorsFile,
                  [this](const std::filesystem::path& path) { WriteTensors(path, AllTensors()); }},
        StateFile{kCheckpointProgressFile,
                  [this](const std::filesystem::path& path) {
                    WriteProgress(path, progress_, ToJson(settings_));
                  }},
    };
    observer.on_checkpoint(progress_.step, files);
  }

  std::vector<NamedTensor> AllTensors() const {
    return Join(Join(WithPrefix("model.", StateOf(*network_)),
                     WithPrefix("optimiser.", optimiser_.State())),
                WithPrefix("kept.", kept_));
  }

  void ReportSteps(const TrainObserver& observer, const std::string& what) const {
    if (!observer.on_progress) return;
    observer.on_progress(
        "steps", progress_.step, batch_count_ * settings_.epochs,
        fmt::format("epoch {} of {}: {}", progress_.epoch + 1, settings_.epochs, what));
  }

  NetworkInput ToInput(const CropBatch& batch) const {
    NetworkInput input;
    input.signal =
        ToDevice(batch.signal, {batch.count, kLeadCount, preprocessor_.crop_sample_count()});
    input.lead_mask = ToDevice(batch.lead_mask, {batch.count, kLeadCount});
    if (!batch.demographics.empty()) {
      input.demographics = ToDevice(batch.demographics, {batch.count, kDemographicInputCount});
    }
    return input;
  }

  /// Copies `values` into a tensor of the device.
  template <typename T>
  torch::Tensor ToDevice(const std::vector<T>& values, at::IntArrayRef shape) const {
    const torch::Tensor tensor = torch::empty(shape, c10::CppTypeToScalarType<T>::value);
    std::ranges::copy(values, tensor.data_ptr<T>());
    return tensor.to(device_);
  }

  const TrainSettings settings_;
  const RecordSet* const records_;
  const Preprocessor preprocessor_;
  const CropCutter cutter_;
  const std::vector<std::size_t> train_;
  const std::vector<std::size_t> validate_;
  const std::shared_ptr<Network> network_;
  const torch::Device device_;
  const int batches_ahead_;
  const std::vector<NamedTensor> parameters_;
  AdamW optimiser_;
  const std::int64_t batch_count_;  // Per epoch.
  const OneCycle schedule_;
  const torch::Tensor positive_weights_;  // [T]
  TrainProgress progress_;
  std::vector<NamedTensor> kept_;  // On the CPU; empty before the first epoch has ended.
};

Trainer::Trainer(TrainSettings settings, const ComputeSettings& compute, const RecordSet* records) {
  TranslateTorchErrors(
      [&] { impl_ = std::make_unique<Impl>(std::move(settings), compute, records); });
}

Trainer::~Trainer() = default;

void Trainer::Resume(const std::filesystem::path& folder) {
  TranslateTorchErrors([&] { impl_->Resume(folder); });
}

bool Trainer::Train(const TrainObserver& observer) {
  bool finished = false;
  TranslateTorchErrors([&] { finished = impl_->Train(observer); });
  return finished;
}

bool Trainer::Predict(std::span<const std::size_t> positions, const TrainObserver& observer,
                      Predictions* predictions) {
  bool finished = false;
  TranslateTorchErrors([&] { finished = impl_->Predict(positions, observer, predictions); });
  return finished;
}

std::int64_t Trainer::step() const { return impl_->step(); }
int Trainer::best_epoch() const { return impl_->best_epoch(); }
std::int64_t Trainer::parameter_count() const { return impl_->parameter_count(); }
ModelCard Trainer::Card() const { return impl_->Card(); }

void Trainer::WriteWeights(const std::filesystem::path& path) const {
  TranslateTorchErrors([&] { impl_->WriteWeights(path); });
}

}  // namespace pecg
