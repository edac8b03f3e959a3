#ifndef PECG_BASE_DIGEST_SHA256_H_
#define PECG_BASE_DIGEST_SHA256_H_

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace pecg {

/// SHA-256 of a stream of bytes (FIPS 180-4), by libcrypto, which uses the CPU's SHA instructions.
/// Not thread-safe; different objects are independent. Throws std::bad_alloc only.
class Sha256 {
 public:
  using Digest = std::array<unsigned char, 32>;

  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::span<const std::byte> bytes);
  void Update(std::string_view text);

  /// Returns the digest of everything so far and starts anew.
  Digest Finish();

  /// Finish() as 64 lower-case hexadecimal digits.
  std::string FinishHex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// SHA-256 of `text` as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view text);

}  // namespace pecg

#endif  // PECG_BASE_DIGEST_SHA256_H_
