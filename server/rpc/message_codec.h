#ifndef PECG_SERVER_RPC_MESSAGE_CODEC_H_
#define PECG_SERVER_RPC_MESSAGE_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "server/queue/payload_codec.h"
#include "server/rpc/blob_store.h"

namespace pecg {

/// A piece of a log that an event names.
struct LogPiece {
  int64_t offset = 0;
  int64_t size_bytes = 0;
};

/// Returns the piece that EncodeLogPiece wrote; an empty one for anything else.
LogPiece DecodeLogPiece(std::string_view payload);

/// The messages behind the queue's opaque bytes: payloads of events are RunEvents with only their
/// kind set, a lineage is a Lineage, a progress a Progress. Thread-safe.
class MessageCodec final : public PayloadCodec {
 public:
  /// `blobs` is not owned.
  explicit MessageCodec(const BlobStore* blobs) : blobs_(blobs) {}

  std::string EncodeRun(const Run& run) const override;
  std::string EncodeAttempt(const Attempt& attempt) const override;
  std::string EncodeArtifact(const Artifact& artifact) const override;
  std::string EncodePoints(std::span<const NewPoint> points) const override;
  std::string EncodeProgress(std::string_view progress) const override;
  std::string EncodeLogPiece(int64_t offset, int64_t size_bytes) const override;
  std::string MergeLineage(std::string_view known, std::string_view reported) const override;
  /// An index becomes a dataset version, an evaluation metric points; other kinds deliver nothing
  /// that is read here.
  absl::StatusOr<ApplyResult> ReadResult(const Run& run, const AttemptKey& key,
                                         const std::vector<Artifact>& artifacts) const override;

 private:
  const BlobStore* const blobs_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_MESSAGE_CODEC_H_
