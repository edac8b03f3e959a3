#include "storage/user_store.h"

#include <array>

#include "base/status.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns = "SELECT name, role, token_sha256, create_us FROM users ";
constexpr std::array<std::string_view, 5> kRoles = {"", "viewer", "submitter", "worker", "admin"};

std::string_view NameOf(UserRole role) { return kRoles.at(static_cast<size_t>(role)); }

absl::StatusOr<User> ReadUser(const Statement& row) {
  User user{.name = row.Text(0), .token_sha256 = row.Text(2), .create_time = row.Time(3)};
  for (size_t i = 1; i < kRoles.size(); ++i) {
    if (kRoles.at(i) != row.TextView(1)) continue;
    user.role = static_cast<UserRole>(i);
    return user;
  }
  return DataLoss("the database holds an unknown role: {}", row.TextView(1));
}

}  // namespace

absl::Status InsertUser(Transaction& transaction, const User& user) {
  const absl::Status status =
      transaction
          .Change("INSERT INTO users (name, role, token_sha256, create_us) VALUES (?, ?, ?, ?)",
                  user.name, NameOf(user.role), user.token_sha256, user.create_time)
          .status();
  if (absl::IsAlreadyExists(status)) {
    return AlreadyExists("there is a user of that name or token already: {}", user.name);
  }
  return status;
}

absl::Status SetUserToken(Transaction& transaction, std::string_view name,
                          std::string_view token_sha256) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE users SET token_sha256 = ? WHERE name = ?", token_sha256, name));
  if (count == 0) return NotFound("user not found: {}", name);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<User>> FindUserByToken(Snapshot& snapshot,
                                                    std::string_view token_sha256) {
  static const std::string kSql = fmt::format("{} WHERE token_sha256 = ?", kColumns);
  Statement statement = snapshot.Query(kSql, token_sha256);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return std::nullopt;
  return ReadUser(statement);
}

absl::StatusOr<User> GetUser(Snapshot& snapshot, std::string_view name) {
  static const std::string kSql = fmt::format("{} WHERE name = ?", kColumns);
  Statement statement = snapshot.Query(kSql, name);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("user not found: {}", name);
  return ReadUser(statement);
}

absl::StatusOr<std::vector<User>> ListUsers(Snapshot& snapshot, std::string_view after_name,
                                            int64_t limit) {
  static const std::string kSql = fmt::format("{} WHERE name > ? ORDER BY name LIMIT ?", kColumns);
  Statement statement = snapshot.Query(kSql, after_name, limit);
  std::vector<User> users;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return users;
    PECG_ASSIGN_OR_RETURN(User user, ReadUser(statement));
    users.push_back(std::move(user));
  }
}

absl::StatusOr<int64_t> CountUsers(Snapshot& snapshot) {
  Statement statement = snapshot.Query("SELECT COUNT(*) FROM users");
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return statement.Int64(0);
}

}  // namespace pecg
