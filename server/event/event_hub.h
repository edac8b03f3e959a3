#ifndef PECG_SERVER_EVENT_EVENT_HUB_H_
#define PECG_SERVER_EVENT_EVENT_HUB_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "storage/event.h"

namespace pecg {

/// Which events a subscriber wants.
struct EventFilter {
  int64_t run = 0;           ///< Number of the run.
  bool include_log = false;  ///< Log chunks too.
};

/// Reads committed events that match `filter` with `after` < sequence <= `through`, by sequence, at
/// most `limit` of them. Fewer than `limit` means that there are no more.
using ReadEventPage = std::function<absl::StatusOr<std::vector<Event>>(
    const EventFilter& filter, int64_t after, int64_t through, size_t limit)>;

using EventPointer = std::shared_ptr<const Event>;

/// What Subscription::Take hands over.
struct EventBatch {
  std::vector<EventPointer> events;  ///< In order, without gaps or repeats for the filter.
  /// Everything up to this has been handed over, events of other runs too; never shrinks.
  int64_t position = 0;
  /// True when the table was read to its end: what comes next has not been committed yet.
  bool caught_up = false;
  /// True when there is no event but the subscriber should be told `position`.
  bool bookmark = false;
};

class Subscription;

/// The one place that commits are announced and that every live stream is fed from. A subscriber
/// first gets what the table holds, page by page, and then, from exactly the next sequence number
/// on, what is published. A subscriber that does not keep up loses its place in memory, not its
/// events: it goes back to paging. Thread-safe. Subscriptions must end before the hub does.
class EventHub {
 public:
  /// Events a subscriber may have waiting in memory.
  static constexpr size_t kQueueLimit = 256;
  /// Events per page read from the table.
  static constexpr size_t kPageSize = 256;
  /// A subscriber without news for this long gets a bookmark.
  static constexpr absl::Duration kBookmarkInterval = absl::Seconds(10);

  /// `last_sequence` is that of the newest committed event. `clock` is not owned.
  EventHub(ReadEventPage read_page, int64_t last_sequence, const Clock* clock);
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// Announces committed events. Called by the writer after each commit, in commit order, so that
  /// sequence numbers grow from call to call; never blocks on a subscriber.
  void Publish(const std::vector<Event>& events);

  /// Starts a subscription after sequence number `after`. `on_ready` is called, on any thread and
  /// perhaps before this returns, when Take has something new; it must not call the hub and should
  /// only schedule a Take.
  std::unique_ptr<Subscription> Subscribe(const EventFilter& filter, int64_t after,
                                          std::function<void()> on_ready);

  /// Wakes the subscribers that are due for a bookmark. To be called every second or so.
  void Tick();

  /// Sequence number of the newest published event.
  int64_t last_sequence() const;

 private:
  friend class Subscription;

  const ReadEventPage read_page_;
  const Clock* const clock_;
  mutable Mutex mutex_;
  int64_t last_sequence_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<int64_t, std::set<Subscription*>> subscriptions_ ABSL_GUARDED_BY(mutex_);
};

/// One subscriber's place. Take is for one thread at a time; the destructor must not run during
/// Take. After the destructor has returned, `on_ready` is not called any more.
class Subscription {
 public:
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  /// Returns the next events, at most `limit` (at least 1). When the answer is not `caught_up`,
  /// there is more: take again. Reads the table where the events are not in memory: blocks for the
  /// time of a short read. Errors are the table's; the place is kept and Take may be called again.
  absl::StatusOr<EventBatch> Take(size_t limit);

 private:
  friend class EventHub;

  Subscription(EventHub* hub, const EventFilter& filter, int64_t after, int64_t last_sequence,
               std::function<void()> on_ready);

  bool Wants(const Event& event) const;
  void Offer(const EventPointer& event);
  void RemindIfIdle(absl::Duration now);
  absl::StatusOr<EventBatch> TakeFromTable(int64_t through, size_t limit);
  EventBatch TakeFromMemory(int64_t last_sequence, size_t limit);

  EventHub* const hub_;
  const EventFilter filter_;
  const std::function<void()> on_ready_;
  int64_t position_;  ///< Everything up to this was handed over. Of Take's thread.

  Mutex mutex_ ABSL_ACQUIRED_AFTER(hub_->mutex_);
  /// The table is to be read up to this; from there on the queue has everything. At most
  /// `position_` when the subscriber is live.
  int64_t replay_through_ ABSL_GUARDED_BY(mutex_);
  std::deque<EventPointer> queue_ ABSL_GUARDED_BY(mutex_);
  absl::Duration last_news_ ABSL_GUARDED_BY(mutex_);  ///< Uptime of the last handing over.
  bool bookmark_due_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace pecg

#endif  // PECG_SERVER_EVENT_EVENT_HUB_H_
