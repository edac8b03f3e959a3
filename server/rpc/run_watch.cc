#include "server/rpc/run_watch.h"

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "server/event/event_hub.h"
#include "server/rpc/convert.h"
#include "server/rpc/message_codec.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/status.h"
#include "server/rpc/strand.h"
#include "server/rpc/tsan.h"
#include "storage/event_store.h"
#include "storage/log_store.h"
#include "storage/run_store.h"

namespace pecg {
namespace {

constexpr size_t kBatchSize = 64;

bool HasEnded(const v1::Run& run) { return IsTerminal(static_cast<RunState>(run.state())); }

/// One watcher. Everything but the reactor's callbacks runs on the strand; a slow watcher keeps its
/// place in the hub and at most one batch here.
class RunWatch final : public grpc::ServerWriteReactor<v1::WatchRunResponse>,
                       public std::enable_shared_from_this<RunWatch> {
 public:
  RunWatch(const ServiceParts& parts, const v1::WatchRunRequest& request)
      : parts_(parts), request_(request), strand_(parts.answerer->executor()) {}

  void Start(const absl::Status& admission) {
    self_ = shared_from_this();
    Post([this, admission] { admission.ok() ? Begin() : End(admission); });
  }

  void OnWriteDone(bool ok) override {
    PECG_TSAN_ACQUIRE(this);
    Post([this, ok] {
      is_writing_ = false;
      outbox_.pop_front();
      ok ? Advance() : End(absl::CancelledError("the watcher is gone"));
    });
  }
  void OnCancel() override {
    Post([this] { End(absl::CancelledError("the watcher is gone")); });
  }
  void OnDone() override {
    PECG_TSAN_ACQUIRE(this);
    // The subscription ends on the strand, where it was used.
    Post([this] { subscription_.reset(); });
    self_.reset();
  }

 private:
  /// Posts a task that keeps this object.
  template <typename Task>
  void Post(Task task) {
    strand_.Post([self = shared_from_this(), task = std::move(task)]() mutable { task(); });
  }

  void Begin() {
    const absl::Status status = RunGuarded("/pecg.v1.RunService/WatchRun", [&]() -> absl::Status {
      PECG_ASSIGN_OR_RETURN(run_, ParseRunName(request_.name(), "name"));
      PECG_RETURN_IF_ERROR(
          parts_.readers->Read([&](Snapshot& snapshot) { return GetRun(snapshot, run_); })
              .status());
      const int64_t last = parts_.hub->last_sequence();
      if (request_.after_sequence() < 0 || request_.after_sequence() > last) {
        return absl::OutOfRangeError(
            fmt::format("after_sequence: the newest event has number {}, so nothing follows {}",
                        last, request_.after_sequence()));
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return End(status);
    subscription_ = parts_.hub->Subscribe({run_, request_.include_log()}, request_.after_sequence(),
                                          [weak = weak_from_this()] {
                                            if (const auto self = weak.lock(); self != nullptr)
                                              self->NoticeNews();
                                          });
    Advance();
  }

  /// Called by the hub, on any thread.
  void NoticeNews() {
    if (news_posted_.exchange(true)) return;
    Post([this] {
      news_posted_ = false;
      Advance();
    });
  }

  void Advance() {
    if (has_ended_ || is_writing_ || subscription_ == nullptr) return;
    while (outbox_.empty() && !is_last_) {
      bool caught_up = false;
      const absl::Status status =
          RunGuarded("/pecg.v1.RunService/WatchRun", [&] { return FillOutbox(&caught_up); });
      if (!status.ok()) return End(status);
      if (caught_up) break;
    }
    if (!outbox_.empty()) {
      is_writing_ = true;
      PECG_TSAN_RELEASE(this);
      StartWrite(&outbox_.front());
    } else if (is_last_) {
      End(absl::OkStatus());
    }
  }

  absl::Status FillOutbox(bool* caught_up) {
    PECG_ASSIGN_OR_RETURN(const EventBatch batch, subscription_->Take(kBatchSize));
    *caught_up = batch.caught_up;
    for (const EventPointer& event : batch.events) {
      PECG_ASSIGN_OR_RETURN(v1::RunEvent message, WithLogBytes(*event));
      const bool ended = message.has_run_changed() && HasEnded(message.run_changed());
      *outbox_.emplace_back().mutable_event() = std::move(message);
      if (ended) AddTerminal(outbox_.back().event().run_changed());
    }
    if (is_last_) return absl::OkStatus();
    if (batch.caught_up && !was_caught_up_) {
      was_caught_up_ = true;
      PECG_RETURN_IF_ERROR(LookForThePast(batch.position));
    }
    if (batch.bookmark && outbox_.empty()) outbox_.emplace_back().set_bookmark(batch.position);
    return absl::OkStatus();
  }

  /// A run that had ended before the watcher's first event will not say so again.
  absl::Status LookForThePast(int64_t position) {
    struct Past {
      Run run;
      bool is_complete = false;  ///< No event follows `position`.
    };
    PECG_ASSIGN_OR_RETURN(
        const Past past, parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<Past> {
          Past found;
          PECG_ASSIGN_OR_RETURN(found.run, GetRun(snapshot, run_));
          EventQuery query;
          query.run = run_;
          query.after_sequence = position;
          query.limit = 1;
          PECG_ASSIGN_OR_RETURN(const std::vector<Event> events, ListEvents(snapshot, query));
          found.is_complete = events.empty();
          return found;
        }));
    if (IsTerminal(past.run.state) && past.is_complete) AddTerminal(ToMessage(past.run));
    return absl::OkStatus();
  }

  void AddTerminal(const v1::Run& run) {
    v1::WatchRunResponse terminal;
    *terminal.mutable_terminal() = run;
    outbox_.push_back(std::move(terminal));
    is_last_ = true;
  }

  absl::StatusOr<v1::RunEvent> WithLogBytes(const Event& event) {
    if (event.kind != EventKind::kLog) return ToMessage(event);
    const LogPiece piece = DecodeLogPiece(event.payload);
    v1::RunEvent message = ToMessage(
        {event.sequence, event.run, event.attempt, event.kind, event.time, std::string()});
    message.mutable_log()->set_offset(piece.offset);
    PECG_ASSIGN_OR_RETURN(
        *message.mutable_log()->mutable_data(), parts_.readers->Read([&](Snapshot& snapshot) {
          return ReadLog(snapshot, event.run, event.attempt, piece.offset, piece.size_bytes);
        }));
    return message;
  }

  void End(const absl::Status& status) {
    if (std::exchange(has_ended_, true)) return;
    PECG_TSAN_RELEASE(this);
    Finish(ToGrpcStatus(status));
  }

  const ServiceParts parts_;
  const v1::WatchRunRequest request_;
  Strand strand_;
  std::shared_ptr<RunWatch> self_;  ///< Until gRPC is done.
  std::atomic<bool> news_posted_ = false;

  // Of the strand.
  int64_t run_ = 0;
  std::unique_ptr<Subscription> subscription_;
  std::deque<v1::WatchRunResponse> outbox_;  ///< Its front is being written if is_writing_.
  bool is_writing_ = false;
  bool was_caught_up_ = false;
  bool is_last_ = false;  ///< What is in the outbox is the end.
  bool has_ended_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchRunResponse>* StartRunWatch(const ServiceParts& parts,
                                                              const absl::Status& admission,
                                                              const v1::WatchRunRequest& request) {
  const auto watch = std::make_shared<RunWatch>(parts, request);
  watch->Start(admission);
  return watch.get();
}

}  // namespace pecg
