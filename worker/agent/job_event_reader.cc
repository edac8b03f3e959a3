#include "worker/agent/job_event_reader.h"

#include <utility>

#include "base/status.h"
#include "worker/agent/delimited.h"

namespace pecg {

void JobEventReader::Feed(std::string_view bytes) {
  buffer_.erase(0, position_);
  position_ = 0;
  buffer_.append(bytes);
}

absl::Status JobEventReader::Fail(absl::Status error) {
  failure_ = std::move(error);
  buffer_.clear();
  position_ = 0;
  return failure_;
}

absl::StatusOr<std::optional<v1::JobEvent>> JobEventReader::Next() {
  if (!failure_.ok()) return failure_;
  const std::string_view rest = std::string_view(buffer_).substr(position_);
  const DelimitedSize size = ReadDelimitedSize(rest);
  if (size.malformed || size.message_byte_count > kMaxEventByteCount) {
    return Fail(DataLoss("event {} on descriptor 3 has no size, or more than {} bytes",
                         last_sequence_ + 1, kMaxEventByteCount));
  }
  if (size.prefix_byte_count == 0 ||
      rest.size() - size.prefix_byte_count < size.message_byte_count) {
    return std::optional<v1::JobEvent>();
  }
  v1::JobEvent event;
  const std::string_view bytes = rest.substr(size.prefix_byte_count, size.message_byte_count);
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Fail(DataLoss("event {} on descriptor 3 is no JobEvent", last_sequence_ + 1));
  }
  if (event.sequence() != last_sequence_ + 1) {
    return Fail(DataLoss("events on descriptor 3 have a gap: expected sequence {}, got {}",
                         last_sequence_ + 1, event.sequence()));
  }
  ++last_sequence_;
  position_ += size.prefix_byte_count + size.message_byte_count;
  return std::optional<v1::JobEvent>(std::move(event));
}

absl::Status JobEventReader::CheckEnd() const {
  if (!failure_.ok()) return failure_;
  if (position_ == buffer_.size()) return absl::OkStatus();
  return DataLoss("descriptor 3 ended in the middle of event {}", last_sequence_ + 1);
}

}  // namespace pecg
