#ifndef PECG_WORKER_AGENT_ATTEMPT_TABLE_H_
#define PECG_WORKER_AGENT_ATTEMPT_TABLE_H_

#include <absl/base/thread_annotations.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "pecg/v1/worker.pb.h"
#include "worker/agent/attempt_id.h"
#include "worker/agent/attempt_runner.h"

namespace pecg {

/// The attempts of this agent, and what has been sent of each in the present session. Knows no
/// gRPC. Thread-safe.
class AttemptTable {
 public:
  /// Spool bytes in one AttemptEvents at most, unless one event alone is larger; gRPC refuses
  /// messages over 4 MiB.
  static constexpr int64_t kMaxMessageByteCount = int64_t{512} << 10;

  /// `on_change` is called when there may be events to send, or the attempts held have changed;
  /// from any thread, without a lock of the table's held. It must not block.
  AttemptTable(RunnerEnvironment environment, std::function<void()> on_change);

  /// Where datasets lie, for attempts started from now on.
  void SetDatasets(std::map<std::string, std::string> datasets);

  /// Attempts that run or whose end is not committed, by id.
  std::vector<v1::HeldAttempt> Held() const;

  /// A new session: `adopted` may go on, each from its committed sequence; all others are lost.
  void Adopt(const std::vector<v1::EventsCommitted>& adopted);

  /// Starts an attempt; one that is here already is left alone. While draining it is stopped at
  /// once, so that the coordinator starts the run elsewhere.
  void Start(const v1::Lease& lease);

  /// These ignore attempts that are not here.
  void Stop(const v1::StopAttempt& stop);
  void Commit(const v1::EventsCommitted& committed);
  void Lose(const v1::HeldAttempt& lost);

  /// Takes the next unsent events of one attempt; attempts take turns. Nothing when all is sent.
  std::optional<v1::AttemptEvents> NextEvents();

  /// Stops every attempt as preempted, now and from now on.
  void Drain(absl::Duration grace);

  bool draining() const;

  /// Abandons every attempt and waits until their jobs and folders are gone.
  void AbandonAll();

  /// True when no attempt is held. Forgets those that are over.
  bool Empty();

 private:
  struct Entry {
    std::unique_ptr<AttemptRunner> runner;
    int64_t sent_sequence = 0;
  };

  Entry* Find(const v1::HeldAttempt& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<v1::AttemptEvents> TakeEvents(Entry* entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetThoseOver();

  const std::function<void()> on_change_;
  mutable Mutex mutex_;
  RunnerEnvironment environment_ ABSL_GUARDED_BY(mutex_);
  std::map<AttemptId, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  AttemptId last_turn_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Duration> drain_grace_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_ATTEMPT_TABLE_H_
