#ifndef PECG_SERVER_QUEUE_INGEST_H_
#define PECG_SERVER_QUEUE_INGEST_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "server/queue/payload_codec.h"
#include "server/queue/spooled_event.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace pecg {

/// What became of a batch.
struct IngestAnswer {
  /// kApplied and kAlreadyThere: everything up to `committed_sequence` is on the disk. kOwnerLost:
  /// the attempt is not the sender's, nothing was stored. kInvalid: events before the batch are
  /// missing, nothing was stored.
  Transition transition = Transition::kOwnerLost;
  int64_t committed_sequence = 0;
  /// The run's, when the batch brought the attempt to RUNNING and there is one.
  std::optional<absl::Duration> time_limit;
  bool ended = false;  ///< The batch ended the attempt.
};

/// Stores what attempts report. One batch is one transaction: its metrics, log, artifacts,
/// checkpoints and states, how far the spool is committed, the events for watchers, and what the
/// end of an attempt means for its run. A batch that was stored already changes nothing, and one
/// with another fence than the attempt's is refused. Thread-safe, keeps nothing in memory; batches
/// of different attempts share commits.
class Ingest {
 public:
  /// Nothing is owned.
  Ingest(Writer* writer, ReaderPool* readers, const PayloadCodec* codec, const Clock* clock)
      : writer_(writer), readers_(readers), codec_(codec), clock_(clock) {}

  /// Blocks until the batch is on the disk. Errors: the database's (nothing was stored, and the
  /// batch may be sent again), `INVALID_ARGUMENT` for a batch without order.
  absl::StatusOr<IngestAnswer> Store(const SpooledBatch& batch);

 private:
  Writer* const writer_;
  ReaderPool* const readers_;
  const PayloadCodec* const codec_;
  const Clock* const clock_;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_INGEST_H_
