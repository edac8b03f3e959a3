#include "server/queue/run_events.h"

#include <utility>

#include "base/status.h"
#include "storage/attempt_store.h"
#include "storage/event_store.h"
#include "storage/run_store.h"

namespace pecg {

absl::Status RunEvents::RunChanged(int64_t run) {
  PECG_ASSIGN_OR_RETURN(const Run changed, GetRun(transaction_, run));
  return Append({.run = run}, EventKind::kRunChanged, codec_.EncodeRun(changed));
}

absl::Status RunEvents::AttemptChanged(const AttemptKey& key) {
  PECG_ASSIGN_OR_RETURN(const Attempt changed, GetAttempt(transaction_, key.run, key.attempt));
  return Append(key, EventKind::kAttemptChanged, codec_.EncodeAttempt(changed));
}

absl::Status RunEvents::Append(const AttemptKey& key, EventKind kind, std::string payload) {
  Event event;
  event.run = key.run;
  event.attempt = key.attempt;
  event.kind = kind;
  event.time = now_;
  event.payload = std::move(payload);
  return AppendEvent(transaction_, std::move(event)).status();
}

}  // namespace pecg
