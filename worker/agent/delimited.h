#ifndef PECG_WORKER_AGENT_DELIMITED_H_
#define PECG_WORKER_AGENT_DELIMITED_H_

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pecg {

/// The size in front of a length-delimited message.
struct DelimitedSize {
  size_t prefix_byte_count = 0;     ///< Length of the varint; 0 = it is not complete yet.
  uint64_t message_byte_count = 0;  ///< Length of the message behind it.
  bool malformed = false;           ///< No varint of at most 5 bytes stands here.
};

/// Reads the varint at the start of `bytes`.
DelimitedSize ReadDelimitedSize(std::string_view bytes);

/// Appends `message`, its size in front, to `out`.
void AppendDelimited(const google::protobuf::MessageLite& message, std::string* out);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_DELIMITED_H_
