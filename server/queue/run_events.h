#ifndef PECG_SERVER_QUEUE_RUN_EVENTS_H_
#define PECG_SERVER_QUEUE_RUN_EVENTS_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>

#include "server/queue/payload_codec.h"
#include "storage/event.h"
#include "storage/transaction.h"

namespace pecg {

/// Appends the events of one transaction, all with the same time, in whole microseconds as they are
/// stored: a watcher reads the same from memory and from the table. Lives within the transaction.
class RunEvents {
 public:
  /// Neither is owned.
  RunEvents(Transaction* transaction, const PayloadCodec* codec, absl::Time now)
      : transaction_(*transaction),
        codec_(*codec),
        now_(absl::FromUnixMicros(absl::ToUnixMicros(now))) {}

  /// The run as it now is in the transaction.
  absl::Status RunChanged(int64_t run);
  /// The attempt as it now is in the transaction.
  absl::Status AttemptChanged(const AttemptKey& key);
  /// Anything else; `payload` as the codec made it.
  absl::Status Append(const AttemptKey& key, EventKind kind, std::string payload);

  const PayloadCodec& codec() const { return codec_; }
  absl::Time now() const { return now_; }
  Transaction& transaction() { return transaction_; }

 private:
  Transaction& transaction_;
  const PayloadCodec& codec_;
  const absl::Time now_;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_RUN_EVENTS_H_
