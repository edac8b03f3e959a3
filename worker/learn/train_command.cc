#include "worker/learn/train_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "base/yaml.h"
#include "worker/dataset/build_index.h"
#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/job/artifact_folder.h"
#include "worker/job/checkpoint_folder.h"
#include "worker/job/convert.h"
#include "worker/job/event_writer.h"
#include "worker/job/job_error.h"
#include "worker/job/stop_signal.h"
#include "worker/job/terminal_progress.h"
#include "worker/learn/folder_manifest.h"
#include "worker/learn/training.h"
#include "worker/model/device.h"

namespace pecg {
namespace {

constexpr std::size_t kKeptCheckpoints = 2;

/// Closes at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

/// Makes Ctrl-C stop as SIGTERM does, while it lives: with a checkpoint.
class InterruptAsTerminate {
 public:
  InterruptAsTerminate() : before_(std::signal(SIGINT, [](int) { ::raise(SIGTERM); })) {}
  ~InterruptAsTerminate() { std::signal(SIGINT, before_); }
  InterruptAsTerminate(const InterruptAsTerminate&) = delete;
  InterruptAsTerminate& operator=(const InterruptAsTerminate&) = delete;

 private:
  void (*before_)(int);
};

/// Steps of the complete checkpoints in `folder`, newest first.
std::vector<std::int64_t> CheckpointSteps(const std::filesystem::path& folder) {
  std::vector<std::int64_t> steps;
  if (!std::filesystem::exists(folder)) return steps;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_step = !name.empty() && std::ranges::all_of(name, [](char letter) {
      return letter >= '0' && letter <= '9';
    });
    if (is_step && std::filesystem::exists(entry.path() / "list.json")) {
      steps.push_back(std::stoll(name));
    }
  }
  std::ranges::sort(steps, std::greater<>());
  return steps;
}

/// Reports to a person and writes below one folder.
class FolderHost : public TrainingHost {
 public:
  FolderHost(const std::filesystem::path& out, bool append_metrics, const StopSignal* stop)
      : out_(out),
        stop_(stop),
        nowhere_(::open("/dev/null", O_WRONLY | O_CLOEXEC)),
        events_(nowhere_.number(), Clock::System(), {}),
        artifacts_(out, &events_),
        checkpoints_(out / "checkpoint", &events_),
        metrics_(out / "metrics.jsonl", append_metrics ? std::ios::app : std::ios::trunc),
        progress_("steps") {}

  void Note(const std::string& line) override {
    progress_.Clear();
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  void Progress(std::string_view /*unit*/, std::int64_t done, std::int64_t total,
                const std::string& /*note*/) override {
    progress_.Show(done, total);
  }

  void Epoch(const EpochReport& report, const v1::MetricPoints& points) override {
    const ValidationFigures& validation = report.validation;
    Note(
        fmt::format("epoch {:>3}/{}  loss {:.4f}  validation loss {:.4f}  AUROC {:.4f}  lr {:.2e}"
                    "  {:.1f} s{}",
                    report.epoch, report.epoch_count, report.train_loss, validation.loss,
                    validation.mean_auroc, report.lr, report.seconds, report.best ? "  best" : ""));
    for (const v1::MetricPoint& point : points.points()) {
      metrics_ << fmt::format("{{\"key\": \"{}\", \"step\": {}, \"value\": {}}}\n", point.key(),
                              point.step(), point.value());
    }
    metrics_.flush();
    if (!metrics_) {
      throw Error(Error::Kind::kDiskFull, "the metrics cannot be written",
                  (out_ / "metrics.jsonl").string());
    }
  }

  void Artifact(std::string_view path, std::string_view type,
                const std::function<void(const std::filesystem::path&)>& write) override {
    artifacts_.WriteWith(path, type, write);
    Note(fmt::format("written: {}", (out_ / path).string()));
  }

  void Checkpoint(std::int64_t step, std::span<const StateFile> files) override {
    std::vector<CheckpointFile> list;
    for (const StateFile& file : files) list.push_back({std::string(file.name), file.write});
    checkpoints_.Write(step, list);
    const std::vector<std::int64_t> steps = CheckpointSteps(out_ / "checkpoint");
    for (std::size_t i = kKeptCheckpoints; i < steps.size(); ++i) {
      std::filesystem::remove_all(out_ / "checkpoint" / fmt::to_string(steps[i]));
    }
  }

  bool StopRequested() const override { return stop_->requested(); }

 private:
  const std::filesystem::path out_;
  const StopSignal* const stop_;
  Descriptor nowhere_;  // Nobody reads this job's events.
  EventWriter events_;
  ArtifactFolder artifacts_;
  CheckpointFolder checkpoints_;
  std::ofstream metrics_;
  TerminalProgress progress_;
};

v1::RunSpec ReadSpec(const TrainCommand& command) {
  v1::RunSpec spec;
  ThrowIfError(ReadYamlFile(command.spec.string(), &spec));
  for (const std::string& assignment : command.overrides) {
    ThrowIfError(ApplyOverride(&spec, assignment));
  }
  if (!spec.has_train()) {
    throw Error(Error::Kind::kBadInput, "the spec is not one of a training run",
                command.spec.string(), "it needs a key \"train\"; see deploy/train.yaml");
  }
  if (spec.unlock_test()) {
    throw Error(Error::Kind::kBadInput, "the locked test cannot be unlocked here", "unlock_test",
                "queue the run with `pecg run submit`, which logs the look");
  }
  return spec;
}

std::string DeviceOf(v1::Device device) {
  switch (device) {
    case v1::DEVICE_CPU:
      return "cpu";
    case v1::DEVICE_MPS:
      return "mps";
    case v1::DEVICE_CUDA:
      return "cuda:0";
    default:
      return BestDevice();
  }
}

Index IndexFolder(const TrainCommand& command, int threads, const StopSignal& stop) {
  TerminalProgress progress("records indexed");
  const IndexOptions options{
      .jobs = threads,
      .progress = [&](std::int64_t done, std::int64_t total) { progress.Show(done, total); },
      .cancel = &stop.flag()};
  std::optional<Index> index = BuildIndex(command.kind, command.data, options);
  progress.Clear();
  if (!index) throw JobStopped();
  const auto warnings = std::ranges::count(index->failures, kWarningKind, &IndexFailure::kind);
  fmt::print("data: {} records{}, {} failures; version {:.12}\n", index->entries.size(),
             index->synthetic ? " (synthetic)" : "", std::ssize(index->failures) - warnings,
             index->version_sha256);
  if (index->entries.empty()) {
    throw Error(Error::Kind::kNotFound, "no record could be indexed", command.data.string(),
                "pecg-ecg index lists the reasons");
  }
  return *std::move(index);
}

void WriteSplit(const PatientSplit& split, const std::filesystem::path& path) {
  std::string text = "patient_id,fold,inner\n";
  for (std::size_t i = 0; i < split.patient_ids.size(); ++i) {
    text += fmt::format("{},{},{}\n", split.patient_ids[i], split.assignments[i].fold,
                        split.assignments[i].inner);
  }
  WriteFileAtomically(path, text);
}

v1::JobSpec MakeJobSpec(const TrainCommand& command, const v1::RunSpec& run_spec,
                        const Index& index, int threads) {
  v1::JobSpec spec;
  *spec.mutable_run_spec() = run_spec;
  spec.set_attempt(1);
  spec.set_dataset_root(command.data.string());
  spec.set_dataset_kind(command.kind);
  spec.set_threads(threads);
  spec.set_device(DeviceOf(run_spec.device()));
  spec.mutable_targets()->Add(index.targets.begin(), index.targets.end());
  spec.mutable_statement_names()->Add(index.statement_names.begin(), index.statement_names.end());
  spec.set_targets_sha256(index.targets_sha256);
  spec.set_synthetic(index.synthetic);
  return spec;
}

/// The folder of the newest checkpoint in `out`. Throws Error::kNotFound when there is none.
std::filesystem::path NewestCheckpoint(const std::filesystem::path& out) {
  const std::filesystem::path folder = out / "checkpoint";
  const std::vector<std::int64_t> steps = CheckpointSteps(folder);
  if (steps.empty()) {
    throw Error(Error::Kind::kNotFound, "there is no checkpoint to resume from", folder.string(),
                "start without --resume");
  }
  return FindCheckpoint(folder / fmt::to_string(steps.front()))->folder;
}

}  // namespace

void TrainFromFolder(const TrainCommand& command) {
  v1::RunSpec run_spec = ReadSpec(command);
  std::array<int, 2> lifeline = {-1, -1};
  if (::pipe(lifeline.data()) != 0) {
    throw Error(Error::Kind::kIo, "the system has no descriptor left");
  }
  const Descriptor read_end(lifeline[0]);
  const Descriptor write_end(lifeline[1]);  // Never written to, open to the end.
  const StopSignal stop(read_end.number());
  const InterruptAsTerminate interrupt;

  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const int threads = run_spec.threads() > 0 ? run_spec.threads() : cores;
  const Index index = IndexFolder(command, threads, stop);
  if (!index.version_sha256.starts_with(run_spec.dataset_version())) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("the folder holds version {}", index.version_sha256), "dataset_version",
                "leave it out, or point --data at the version it names");
  }
  const PatientSplit split = DealPatients(index, command.split_seed);
  if (!split.sha256.starts_with(run_spec.split())) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("--split-seed {} gives split {}", command.split_seed, split.sha256),
                "split", "leave it out; splits of a coordinator exist there only");
  }
  run_spec.set_dataset_version(index.version_sha256);
  run_spec.set_split(split.sha256);
  if (run_spec.dataset().empty()) run_spec.set_dataset(command.data.filename().string());

  std::filesystem::create_directories(command.out);
  TrainingTask task;
  task.spec = MakeJobSpec(command, run_spec, index, threads);
  task.manifest =
      MakeManifest(index, split, FromMessage(run_spec.train().scheme()), run_spec.train().fold());
  if (command.resume) task.resume_from = NewestCheckpoint(command.out);
  WriteFileAtomically(std::filesystem::path(command.out / "spec.yaml"), MessageToYaml(run_spec));
  WriteSplit(split, command.out / "split.csv");
  FolderHost host(command.out, command.resume, &stop);
  RunTraining(task, &host);
}

}  // namespace pecg
