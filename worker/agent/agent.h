#ifndef PECG_WORKER_AGENT_AGENT_H_
#define PECG_WORKER_AGENT_AGENT_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/home.h"
#include "base/joining_thread.h"
#include "base/mutex.h"
#include "worker/agent/attempt_table.h"
#include "worker/agent/content_cache.h"
#include "worker/agent/descriptor.h"
#include "worker/agent/grpc_blob_store.h"
#include "worker/agent/session.h"

namespace pecg {

/// What an agent is started with.
struct AgentOptions {
  Home home;
  std::string address;     ///< Of the coordinator: `unix:/path` or `localhost:7470`.
  std::string token_path;  ///< File with the worker's token.
  /// Path of the job program with that name.
  std::function<absl::StatusOr<std::string>(std::string_view)> find_program;
};

/// The agent of one home folder: its attempts and its session. Thread-safe.
class Agent {
 public:
  /// Takes the home (one agent at a time), ends what a former agent has left, and starts to
  /// connect. Errors: ALREADY_EXISTS when another agent has the home; those of LoadWorkerConfig and
  /// MakeChannel, and of the file system.
  static absl::StatusOr<std::unique_ptr<Agent>> Start(const AgentOptions& options);

  /// Abandons what still runs.
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Reads worker.yaml again and tells the coordinator; a file with an error changes nothing. A new
  /// worker id needs a restart.
  void Reload();

  /// Stops the jobs so that the coordinator starts them elsewhere, from their last checkpoints, and
  /// takes no new ones. Wait returns when their ends are committed, or `patience` after the last
  /// job had to end.
  void Drain(absl::Duration grace, absl::Duration patience);

  /// Makes Wait return soon, whatever is not committed.
  void Quit();

  /// Waits for the end that Drain or Quit brings.
  void Wait();

 private:
  Agent(const AgentOptions& options, Descriptor pid_file, const v1::WorkerConfig& config,
        const std::shared_ptr<grpc::Channel>& channel,
        const std::vector<v1::WorkerDevice>& devices);
  void OnTableChange();
  void Apply(const v1::WorkerConfig& config);

  const std::string config_path_;
  const Descriptor pid_file_;  // Locked while the agent lives.
  GrpcBlobStore blobs_;
  ContentCache cache_;
  AttemptTable table_;
  Session session_;
  Mutex mutex_;
  CondVar changed_;
  std::optional<absl::Duration> drain_deadline_ ABSL_GUARDED_BY(mutex_);  // On Clock::Uptime.
  JoiningThread session_thread_;  // Last: joins before what it uses is destroyed.
};

/// Sends SIGHUP to the agent that has the home, if one runs; says whether one does.
bool SignalReload(const Home& home);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_AGENT_H_
