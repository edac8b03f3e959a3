#ifndef PECG_CLIENT_CLI_RUN_WATCHER_H_
#define PECG_CLIENT_CLI_RUN_WATCHER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/client_context.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "client/cli/coordinator.h"
#include "pecg/v1/run.grpc.pb.h"

namespace pecg {

/// Follows a run's events until the coordinator says `terminal`: the end of a stream means nothing.
/// A lost connection is opened again from the last event for as long as it takes, so that the
/// coordinator may be restarted meanwhile; each event is told once, in order.
class RunWatcher {
 public:
  struct Options {
    std::string run;                                    ///< `runs/{number}`.
    int64_t after_sequence = 0;                         ///< Events after this one.
    bool include_log = false;                           ///< Log chunks too.
    absl::Duration timeout = absl::InfiniteDuration();  ///< For the whole watch.
  };

  /// What is told while watching, on the thread that watches. Empty functions are not called.
  struct Callbacks {
    std::function<void(const v1::RunEvent&)> on_event;
    std::function<void(const absl::Status&)> on_lost;  ///< The connection is gone; why.
    std::function<void()> on_found;                    ///< It is there again.
  };

  /// How a watch ended.
  struct Outcome {
    enum class End { kTerminal, kStopped, kTimedOut };
    End end = End::kTerminal;
    std::optional<v1::Run> run;  ///< Set with kTerminal.
    int64_t last_sequence = 0;   ///< Where another watch would go on.
  };

  /// `coordinator` is not owned and outlives this.
  RunWatcher(Coordinator* coordinator, Options options, Callbacks callbacks);

  /// Watches until the end; called once. Errors: those that another try would not mend, such as
  /// NOT_FOUND and UNAUTHENTICATED.
  absl::StatusOr<Outcome> Watch();

  /// Ends Watch soon, from any thread, before or while it runs.
  void Stop();

 private:
  /// One stream. Returns its status; `*terminal` is set when the run has ended.
  grpc::Status WatchOnce(absl::Time deadline, std::optional<v1::Run>* terminal);
  void Take(const v1::WatchRunResponse& response, std::optional<v1::Run>* terminal);

  /// Waits before another try; returns false when stopped.
  bool Pause(absl::Duration duration);
  bool IsStopped();

  Coordinator* const coordinator_;
  const Options options_;
  const Callbacks callbacks_;
  int64_t last_sequence_;
  bool is_lost_ = false;

  Mutex mutex_;
  CondVar stopped_changed_;
  bool is_stopped_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;  // Of the open stream.
};

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_RUN_WATCHER_H_
