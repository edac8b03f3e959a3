#include "worker/learn/train_job.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "worker/learn/training.h"
#include "worker/model/device.h"

namespace pecg {
namespace {

/// Reports to the agent.
class JobHost : public TrainingHost {
 public:
  explicit JobHost(const JobContext& context) : context_(context) {}

  void Note(const std::string& line) override {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  void Progress(std::string_view unit, std::int64_t done, std::int64_t total,
                const std::string& note) override {
    context_.events.Progress(unit, done, total, note);
  }

  void Epoch(const EpochReport& report, const v1::MetricPoints& points) override {
    Note(
        fmt::format("epoch {} of {}: loss {:.4f}, validation loss {:.4f}, AUROC {:.4f}, {:.1f} s{}",
                    report.epoch, report.epoch_count, report.train_loss, report.validation.loss,
                    report.validation.mean_auroc, report.seconds, report.best ? ", best" : ""));
    context_.events.Metrics(points);
  }

  void Artifact(std::string_view path, std::string_view type,
                const std::function<void(const std::filesystem::path&)>& write) override {
    context_.artifacts.WriteWith(path, type, write);
  }

  void Checkpoint(std::int64_t step, std::span<const StateFile> files) override {
    std::vector<CheckpointFile> list;
    for (const StateFile& file : files) list.push_back({std::string(file.name), file.write});
    context_.checkpoints.Write(step, list);
  }

  bool StopRequested() const override { return context_.stop.requested(); }

 private:
  const JobContext& context_;
};

}  // namespace

v1::JobResult RunTrainJob(const JobContext& context) {
  TrainingTask task;
  task.spec = context.spec();
  task.spec.set_dataset_root(context.directory.DatasetRoot().string());
  context.directory.ForEachManifestEntry(
      [&](const v1::ManifestEntry& entry) { task.manifest.push_back(entry); });
  if (const auto checkpoint = FindCheckpoint(context.directory.resume())) {
    task.resume_from = checkpoint->folder;
  }
  JobHost host(context);
  RunTraining(task, &host);
  v1::JobResult result;
  result.mutable_lineage()->set_device(DescribeDevice(task.spec.device()));
  return result;
}

std::span<const JobKind> LearnJobs() {
  static constexpr std::array kJobs = {JobKind{v1::RunSpec::kTrain, &RunTrainJob}};
  return kJobs;
}

}  // namespace pecg
