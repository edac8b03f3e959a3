#include "worker/agent/delimited.h"

namespace pecg {

DelimitedSize ReadDelimitedSize(std::string_view bytes) {
  constexpr size_t kMaxPrefixByteCount = 5;
  DelimitedSize size;
  for (size_t i = 0; i < bytes.size() && i < kMaxPrefixByteCount; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    size.message_byte_count |= static_cast<uint64_t>(byte & 0x7FU) << (7 * i);
    if ((byte & 0x80U) == 0) {
      size.prefix_byte_count = i + 1;
      return size;
    }
  }
  size.malformed = bytes.size() >= kMaxPrefixByteCount;
  return size;
}

void AppendDelimited(const google::protobuf::MessageLite& message, std::string* out) {
  uint64_t rest = message.ByteSizeLong();
  while (rest >= 0x80U) {
    out->push_back(static_cast<char>((rest & 0x7FU) | 0x80U));
    rest >>= 7;
  }
  out->push_back(static_cast<char>(rest));
  message.AppendToString(out);
}

}  // namespace pecg
