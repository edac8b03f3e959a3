#include "worker/agent/agent.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"
#include "base/version.h"
#include "worker/agent/channel.h"
#include "worker/agent/device_probe.h"
#include "worker/agent/worker_config.h"

namespace pecg {
namespace {

/// A job whose lifeline has ended needs no longer than this for its checkpoint, or is killed.
constexpr absl::Duration kLeftoverPatience = absl::Seconds(30);

/// Takes the home: the lock lives as long as the descriptor.
absl::StatusOr<Descriptor> TakePidFile(const std::string& path) {
  PECG_ASSIGN_OR_RETURN(Descriptor file, OpenDescriptor(path, O_RDWR | O_CREAT));
  if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus(errno, fmt::format("cannot lock {}", path));
    return AlreadyExists("another pecg-worker runs in this home; its process id is in {}", path);
  }
  if (ftruncate(file.number(), 0) != 0) {
    return ErrnoStatus(errno, fmt::format("cannot write {}", path));
  }
  PECG_RETURN_IF_ERROR(WriteAt(file.number(), fmt::format("{}\n", getpid()), 0, path));
  return file;
}

v1::WorkerHello MakeHello(const v1::WorkerConfig& config,
                          const std::vector<v1::WorkerDevice>& devices) {
  v1::WorkerHello hello;
  hello.set_worker(config.worker());
  hello.set_process_uid(NewUuidV7(Clock::System()->Now()));
  hello.set_host(HostName());
  hello.mutable_devices()->Assign(devices.begin(), devices.end());
  hello.set_code_version(std::string(CodeVersion()));
  return hello;
}

std::map<std::string, std::string> DatasetsOf(const v1::WorkerConfig& config) {
  return {config.datasets().begin(), config.datasets().end()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Agent>> Agent::Start(const AgentOptions& options) {
  PECG_RETURN_IF_ERROR(options.home.CreateForWorker());
  PECG_ASSIGN_OR_RETURN(Descriptor pid_file, TakePidFile(options.home.WorkerPidPath()));
  PECG_ASSIGN_OR_RETURN(const v1::WorkerConfig config,
                        LoadWorkerConfig(options.home.WorkerConfigPath()));
  PECG_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel,
                        MakeChannel(options.address, options.token_path));
  if (const absl::Status status = ClearLeftovers(options.home.JobsDir(), kLeftoverPatience);
      !status.ok()) {
    Log(Level::kError, "a job directory of a former agent is left behind", {{"error", status}});
  }
  return std::unique_ptr<Agent>(
      new Agent(options, std::move(pid_file), config, channel, ProbeDevices()));
}

Agent::Agent(const AgentOptions& options, Descriptor pid_file, const v1::WorkerConfig& config,
             const std::shared_ptr<grpc::Channel>& channel,
             const std::vector<v1::WorkerDevice>& devices)
    : config_path_(options.home.WorkerConfigPath()),
      pid_file_(std::move(pid_file)),
      blobs_(channel),
      cache_(options.home.CacheDir() + "/contents", &blobs_),
      table_({.jobs_dir = options.home.JobsDir(),
              .resources = {.find_program = options.find_program,
                            .cache_dir = options.home.CacheDir() + "/jobs",
                            .datasets = DatasetsOf(config),
                            .threads = config.threads() > 0 ? config.threads() : CoreCount(),
                            .devices = devices},
              .blobs = &blobs_,
              .cache = &cache_,
              .clock = Clock::System(),
              .oom_kill_count = OomKillCount},
             [this] { OnTableChange(); }),
      session_(channel, MakeHello(config, devices), &table_, Clock::System()) {
  Apply(config);
  session_thread_ = JoiningThread([this] { session_.Run(); });
  Log(Level::kInfo, "worker started",
      {{"worker", config.worker()}, {"coordinator", options.address}, {"devices", devices.size()}});
}

Agent::~Agent() {
  session_.Quit();
  session_thread_.Join();
  table_.AbandonAll();  // While the session, which attempts wake, is still there.
}

void Agent::OnTableChange() {
  session_.Wake();
  MutexLock lock(&mutex_);
  changed_.NotifyAll();
}

void Agent::Apply(const v1::WorkerConfig& config) {
  table_.SetDatasets(DatasetsOf(config));
  std::vector<std::string> names;
  for (const auto& [name, dir] : DatasetsOf(config)) names.push_back(name);
  session_.SetDatasets(std::move(names));
}

void Agent::Reload() {
  const absl::StatusOr<v1::WorkerConfig> config = LoadWorkerConfig(config_path_);
  if (!config.ok()) {
    Log(Level::kError, "worker.yaml has an error; nothing was changed",
        {{"error", config.status()}});
    return;
  }
  Apply(*config);
  Log(Level::kInfo, "worker.yaml was read again", {{"datasets", config->datasets_size()}});
}

void Agent::Drain(absl::Duration grace, absl::Duration patience) {
  Log(Level::kInfo, "draining", {{"grace", grace}});
  table_.Drain(grace);
  session_.Wake();
  MutexLock lock(&mutex_);
  drain_deadline_ = Clock::System()->Uptime() + grace + patience;
  changed_.NotifyAll();
}

void Agent::Quit() {
  MutexLock lock(&mutex_);
  drain_deadline_ = absl::ZeroDuration();
  changed_.NotifyAll();
}

void Agent::Wait() {
  while (true) {
    std::optional<absl::Duration> deadline;
    const bool empty = table_.Empty();
    {
      MutexLock lock(&mutex_);
      deadline = drain_deadline_;
      if (!deadline.has_value()) {
        changed_.Wait(&mutex_);
        continue;
      }
    }
    const absl::Duration rest = *deadline - Clock::System()->Uptime();
    if (empty || rest <= absl::ZeroDuration()) return;
    MutexLock lock(&mutex_);
    changed_.WaitFor(&mutex_, absl::ToChronoNanoseconds(rest));
  }
}

bool SignalReload(const Home& home) {
  const std::string path = home.WorkerPidPath();
  const absl::StatusOr<Descriptor> file = OpenDescriptor(path, O_RDWR);
  // Without the lock nobody runs, and the id in the file may belong to another process.
  if (!file.ok() || flock(file->number(), LOCK_EX | LOCK_NB) == 0) return false;
  const absl::StatusOr<std::string> text = ReadAt(file->number(), 0, 32, path);
  pid_t pid = 0;
  if (text.ok()) std::from_chars(text->data(), text->data() + text->size(), pid);
  return pid > 1 && kill(pid, SIGHUP) == 0;
}

}  // namespace pecg
