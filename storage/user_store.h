#ifndef PECG_STORAGE_USER_STORE_H_
#define PECG_STORAGE_USER_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

/// Who may call, and the hash of their token.

namespace pecg {

/// Numbers are those of pecg.v1.Role.
enum class UserRole { kViewer = 1, kSubmitter = 2, kWorker = 3, kAdmin = 4 };

struct User {
  std::string name;
  UserRole role = UserRole::kViewer;
  std::string token_sha256;  ///< Of the whole token's text, hexadecimal.
  absl::Time create_time;
};

/// Stores a user. Errors: `ALREADY_EXISTS` for the name or the token.
absl::Status InsertUser(Transaction& transaction, const User& user);

/// Gives a user another token. Errors: `NOT_FOUND`.
absl::Status SetUserToken(Transaction& transaction, std::string_view name,
                          std::string_view token_sha256);

/// Returns the user with that token; none if nobody has it.
absl::StatusOr<std::optional<User>> FindUserByToken(Snapshot& snapshot,
                                                    std::string_view token_sha256);

/// Returns one user. Errors: `NOT_FOUND`.
absl::StatusOr<User> GetUser(Snapshot& snapshot, std::string_view name);

/// Returns users by name, those after `after_name`; fewer than `limit` means no more.
absl::StatusOr<std::vector<User>> ListUsers(Snapshot& snapshot, std::string_view after_name,
                                            int64_t limit);

/// Returns the number of users.
absl::StatusOr<int64_t> CountUsers(Snapshot& snapshot);

}  // namespace pecg

#endif  // PECG_STORAGE_USER_STORE_H_
