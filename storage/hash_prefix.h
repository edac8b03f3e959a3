#ifndef PECG_STORAGE_HASH_PREFIX_H_
#define PECG_STORAGE_HASH_PREFIX_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "storage/statement.h"

namespace pecg {

/// Shortest prefix of a hash that people may type.
inline constexpr size_t kMinHashPrefix = 4;

/// First text that does not begin with `prefix` and is larger: SHA-256 in hexadecimal has no `g`.
inline std::string AfterHashPrefix(std::string_view prefix) { return std::string(prefix) + "g"; }

/// Returns the id in column 0 of the one row of `found`, rows with a hash that begins with
/// `prefix`; the statement asks for two. `what` names them. Errors: `NOT_FOUND` for none,
/// `INVALID_ARGUMENT` for two or a prefix that is too short.
inline absl::StatusOr<int64_t> OnlyId(Statement found, std::string_view what,
                                      std::string_view prefix) {
  if (prefix.size() < kMinHashPrefix) {
    return InvalidArgument("the hash of a {} needs at least {} digits: {}", what, kMinHashPrefix,
                           prefix);
  }
  PECG_ASSIGN_OR_RETURN(const bool row, found.Step());
  if (!row) return NotFound("{} not found: {}", what, prefix);
  const int64_t id = found.Int64(0);
  PECG_ASSIGN_OR_RETURN(const bool other, found.Step());
  if (other) return InvalidArgument("several {}s begin with {}; give more digits", what, prefix);
  return id;
}

}  // namespace pecg

#endif  // PECG_STORAGE_HASH_PREFIX_H_
