#include "base/ids.h"

#include <fmt/format.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace pecg {
namespace {

constexpr std::string_view kTokenPrefix = "pecg_";
constexpr size_t kTokenBytes = 32;
constexpr size_t kEntropyLimit = 256;  // What one getentropy call gives at most.

std::string Hex(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned>(byte));
  }
  return text;
}

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

void FillRandom(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kEntropyLimit));
    if (getentropy(part.data(), part.size()) != 0) {
      std::perror("getentropy");
      std::abort();
    }
    bytes = bytes.subspan(part.size());
  }
}

std::string NewUuidV7(absl::Time now) {
  std::array<std::byte, 16> uuid{};
  FillRandom(uuid);
  auto milliseconds = static_cast<uint64_t>(absl::ToUnixMillis(now));
  for (size_t i = 6; i-- > 0; milliseconds >>= 8) uuid[i] = static_cast<std::byte>(milliseconds);
  uuid[6] = (uuid[6] & std::byte{0x0f}) | std::byte{0x70};  // Version 7.
  uuid[8] = (uuid[8] & std::byte{0x3f}) | std::byte{0x80};  // Variant 10.
  std::string text = Hex(uuid);
  for (const size_t position : {8U, 13U, 18U, 23U}) text.insert(position, "-");
  return text;
}

std::string NewToken() {
  std::array<std::byte, kTokenBytes> secret{};
  FillRandom(secret);
  return std::string(kTokenPrefix) + Hex(secret);
}

bool IsTokenShaped(std::string_view text) {
  return text.size() == kTokenPrefix.size() + 2 * kTokenBytes && text.starts_with(kTokenPrefix) &&
         std::all_of(text.begin() + kTokenPrefix.size(), text.end(), IsLowerHex);
}

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  // volatile: the compiler must not end the loop at the first difference.
  volatile unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace pecg
