#ifndef PECG_BASE_IDS_H_
#define PECG_BASE_IDS_H_

#include <absl/time/time.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Ids and secrets from the operating system's randomness. All functions are thread-safe, and end
/// the process should the system have no randomness: nothing safe could follow.

namespace pecg {

/// Fills `bytes` with random bytes that nobody can guess (getentropy).
void FillRandom(std::span<std::byte> bytes);

/// Returns a UUID version 7 (RFC 9562), 36 lower-case characters: the milliseconds of `now`, then
/// 74 random bits. Ids made at different milliseconds sort by time as text.
std::string NewUuidV7(absl::Time now);

/// Returns a new bearer token: `pecg_` and 64 lower-case hexadecimal digits of 32 random bytes.
std::string NewToken();

/// Says whether `text` looks like a token that NewToken made. Takes no secret's time: it only looks
/// at the form.
bool IsTokenShaped(std::string_view text);

/// Says whether `a` equals `b`, in a time that depends on their lengths only.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

}  // namespace pecg

#endif  // PECG_BASE_IDS_H_
