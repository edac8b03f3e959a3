#include "server/event/event_hub.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace pecg {

EventHub::EventHub(ReadEventPage read_page, int64_t last_sequence, const Clock* clock)
    : read_page_(std::move(read_page)), clock_(clock), last_sequence_(last_sequence) {}

void EventHub::Publish(const std::vector<Event>& events) {
  MutexLock lock(&mutex_);
  std::set<Subscription*> to_wake;
  for (const Event& event : events) {
    last_sequence_ = std::max(last_sequence_, event.sequence);
    const auto watching = subscriptions_.find(event.run);
    if (watching == subscriptions_.end()) continue;
    const auto shared = std::make_shared<const Event>(event);
    for (Subscription* subscription : watching->second) {
      if (!subscription->Wants(event)) continue;
      subscription->Offer(shared);
      to_wake.insert(subscription);
    }
  }
  for (Subscription* subscription : to_wake) subscription->on_ready_();
}

std::unique_ptr<Subscription> EventHub::Subscribe(const EventFilter& filter, int64_t after,
                                                  std::function<void()> on_ready) {
  MutexLock lock(&mutex_);
  std::unique_ptr<Subscription> subscription(
      new Subscription(this, filter, after, last_sequence_, std::move(on_ready)));
  subscriptions_[filter.run].insert(subscription.get());
  subscription->on_ready_();
  return subscription;
}

void EventHub::Tick() {
  MutexLock lock(&mutex_);
  const absl::Duration now = clock_->Uptime();
  for (const auto& [run, watching] : subscriptions_) {
    for (Subscription* subscription : watching) subscription->RemindIfIdle(now);
  }
}

int64_t EventHub::last_sequence() const {
  MutexLock lock(&mutex_);
  return last_sequence_;
}

Subscription::Subscription(EventHub* hub, const EventFilter& filter, int64_t after,
                           int64_t last_sequence, std::function<void()> on_ready)
    : hub_(hub),
      filter_(filter),
      on_ready_(std::move(on_ready)),
      position_(after),
      replay_through_(std::max(after, last_sequence)),
      last_news_(hub->clock_->Uptime()) {}

Subscription::~Subscription() {
  MutexLock lock(&hub_->mutex_);
  const auto watching = hub_->subscriptions_.find(filter_.run);
  watching->second.erase(this);
  if (watching->second.empty()) hub_->subscriptions_.erase(watching);
}

bool Subscription::Wants(const Event& event) const {
  return event.run == filter_.run && (filter_.include_log || event.kind != EventKind::kLog);
}

/// Queues a published event, or, if there are too many, gives the memory back and leaves the event
/// to the table.
void Subscription::Offer(const EventPointer& event) {
  MutexLock lock(&mutex_);
  if (event->sequence <= replay_through_) return;
  if (queue_.size() >= EventHub::kQueueLimit) {
    queue_.clear();
    replay_through_ = event->sequence;
    return;
  }
  queue_.push_back(event);
}

void Subscription::RemindIfIdle(absl::Duration now) {
  {
    MutexLock lock(&mutex_);
    if (bookmark_due_ || now - last_news_ < EventHub::kBookmarkInterval) return;
    bookmark_due_ = true;
  }
  on_ready_();
}

absl::StatusOr<EventBatch> Subscription::Take(size_t limit) {
  // Taken before the queue is looked at: what was published up to here is in it by then.
  const int64_t last_sequence = hub_->last_sequence();
  int64_t replay_through = 0;
  {
    MutexLock lock(&mutex_);
    replay_through = replay_through_;
  }
  if (position_ < replay_through) return TakeFromTable(replay_through, limit);
  return TakeFromMemory(last_sequence, limit);
}

absl::StatusOr<EventBatch> Subscription::TakeFromTable(int64_t through, size_t limit) {
  const size_t page_size = std::min(limit, EventHub::kPageSize);
  PECG_ASSIGN_OR_RETURN(std::vector<Event> page,
                        hub_->read_page_(filter_, position_, through, page_size));
  EventBatch batch;
  for (Event& event : page) {
    batch.events.push_back(std::make_shared<const Event>(std::move(event)));
  }
  position_ = page.size() < page_size ? through : batch.events.back()->sequence;
  batch.position = position_;

  MutexLock lock(&mutex_);
  batch.caught_up = position_ >= replay_through_ && queue_.empty();
  batch.bookmark = std::exchange(bookmark_due_, false) && batch.events.empty();
  last_news_ = hub_->clock_->Uptime();
  return batch;
}

EventBatch Subscription::TakeFromMemory(int64_t last_sequence, size_t limit) {
  EventBatch batch;
  batch.position = position_;
  MutexLock lock(&mutex_);
  if (position_ < replay_through_) return batch;  // It overflowed just now.
  while (!queue_.empty() && batch.events.size() < limit) {
    batch.events.push_back(std::move(queue_.front()));
    queue_.pop_front();
    position_ = batch.events.back()->sequence;
  }
  batch.caught_up = queue_.empty();
  // What was published and is not in the queue was not for this subscriber.
  if (batch.caught_up) position_ = std::max(position_, last_sequence);
  batch.position = position_;
  batch.bookmark = std::exchange(bookmark_due_, false) && batch.events.empty();
  if (batch.bookmark || !batch.events.empty()) last_news_ = hub_->clock_->Uptime();
  return batch;
}

}  // namespace pecg
