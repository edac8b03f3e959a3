#ifndef PECG_SERVER_QUEUE_PAYLOAD_CODEC_H_
#define PECG_SERVER_QUEUE_PAYLOAD_CODEC_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/artifact_store.h"
#include "storage/attempt_store.h"
#include "storage/metric_store.h"
#include "storage/run_store.h"
#include "storage/transaction.h"

namespace pecg {

/// Makes the bytes that the queue stores without looking into them, and looks into those that an
/// index or an evaluation leaves behind. server/rpc knows the messages; the queue does not.
/// Thread-safe.
class PayloadCodec {
 public:
  virtual ~PayloadCodec() = default;

  // Payloads of events, one per EventKind.
  virtual std::string EncodeRun(const Run& run) const = 0;
  virtual std::string EncodeAttempt(const Attempt& attempt) const = 0;
  virtual std::string EncodeArtifact(const Artifact& artifact) const = 0;
  virtual std::string EncodePoints(std::span<const NewPoint> points) const = 0;
  /// `progress` is a Run::progress.
  virtual std::string EncodeProgress(std::string_view progress) const = 0;
  /// The log's bytes are kept once, in the log: the event names the piece.
  virtual std::string EncodeLogPiece(int64_t offset, int64_t size_bytes) const = 0;

  /// Returns the lineage that has what `reported` says and else what `known` says.
  virtual std::string MergeLineage(std::string_view known, std::string_view reported) const = 0;

  /// What a job's typed artifacts become, within the transaction that ends its attempt.
  using ApplyResult = std::function<absl::Status(Transaction&)>;

  /// Reads and checks the typed artifacts of an attempt that delivered its result; takes its time,
  /// outside of any transaction. Errors: `UNAVAILABLE`, `RESOURCE_EXHAUSTED` to be tried again;
  /// others say what is wrong with the artifacts, and the attempt has failed.
  virtual absl::StatusOr<ApplyResult> ReadResult(const Run& run, const AttemptKey& key,
                                                 const std::vector<Artifact>& artifacts) const = 0;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_PAYLOAD_CODEC_H_
