#ifndef PECG_WORKER_AGENT_JOB_EVENT_READER_H_
#define PECG_WORKER_AGENT_JOB_EVENT_READER_H_

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pecg/v1/job.pb.h"

namespace pecg {

/// Cuts the bytes of descriptor 3 into JobEvents, whatever pieces they arrive in. Not thread-safe.
class JobEventReader {
 public:
  /// An event's size at most, in bytes.
  static constexpr size_t kMaxEventByteCount = size_t{1} << 20;

  /// Takes the next bytes. Call Next until it has no more before the next Feed: what is held back
  /// is then never more than one event.
  void Feed(std::string_view bytes);

  /// Returns the next event, or nothing when more bytes are needed. DATA_LOSS when an event is too
  /// large, does not parse, or its sequence is not the last one's plus 1; then the stream is lost
  /// and every further call gives the same error.
  absl::StatusOr<std::optional<v1::JobEvent>> Next();

  /// OK when the bytes so far end with a whole event; DATA_LOSS otherwise.
  absl::Status CheckEnd() const;

 private:
  absl::Status Fail(absl::Status error);

  std::string buffer_;
  size_t position_ = 0;  // Of the first unread byte in buffer_.
  int64_t last_sequence_ = 0;
  absl::Status failure_;
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_JOB_EVENT_READER_H_
