#include "server/access/access.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/digest/sha256.h"
#include "base/error_detail.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"
#include "server/access/policy.h"

namespace pecg {
namespace {

constexpr size_t kMaxNameSize = 63;
constexpr uint32_t kSecretMode = 0600;
constexpr int64_t kPageSize = 1000;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

absl::Status CheckName(std::string_view name) {
  bool good = !name.empty() && name.size() <= kMaxNameSize;
  for (const char c : name) good = good && IsNameCharacter(c);
  if (good) return absl::OkStatus();
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {"not a user's name: " + std::string(name), "user.name",
                        "1 to 63 letters, digits, `-`, `_` or `.`"});
}

/// Makes a user with a new token and writes the token to a file.
absl::StatusOr<User> MakeUser(std::string name, UserRole role, absl::Time now,
                              const std::string& token_path) {
  const std::string token = NewToken();
  PECG_RETURN_IF_ERROR(WriteFileAtomically(token_path, token + "\n", kSecretMode));
  return User{std::move(name), role, Sha256Hex(token), now};
}

absl::StatusOr<std::vector<User>> ReadAllUsers(Snapshot& snapshot) {
  std::vector<User> users;
  for (;;) {
    const std::string after = users.empty() ? std::string() : users.back().name;
    PECG_ASSIGN_OR_RETURN(std::vector<User> page, ListUsers(snapshot, after, kPageSize));
    for (User& user : page) users.push_back(std::move(user));
    if (page.size() < kPageSize) return users;
  }
}

bool Exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

absl::Status Access::Start(const Home& home) {
  PECG_ASSIGN_OR_RETURN(const int64_t user_count, readers_->Read(CountUsers));
  if (user_count == 0) {
    PECG_RETURN_IF_ERROR(MakeFirstUsers(home));
  } else {
    if (!Exists(home.WorkerTokenPath())) PECG_RETURN_IF_ERROR(RenewLocalWorker(home));
    if (!Exists(home.TokenPath())) {
      Log(Level::kWarning, "the first admin's token file is gone", {{"path", home.TokenPath()}});
    }
  }
  return ReadUsers();
}

absl::Status Access::MakeFirstUsers(const Home& home) {
  // The files come first: after a crash in between there are still no users, and all is made anew.
  const absl::Time now = clock_->Now();
  PECG_ASSIGN_OR_RETURN(const User admin,
                        MakeUser(LoginName(), UserRole::kAdmin, now, home.TokenPath()));
  PECG_ASSIGN_OR_RETURN(
      const User worker,
      MakeUser(std::string(kLocalWorkerUser), UserRole::kWorker, now, home.WorkerTokenPath()));
  return writer_->Write([&](Transaction& transaction) -> absl::Status {
    PECG_RETURN_IF_ERROR(InsertUser(transaction, admin));
    return InsertUser(transaction, worker);
  });
}

absl::Status Access::RenewLocalWorker(const Home& home) {
  PECG_ASSIGN_OR_RETURN(const User worker,
                        MakeUser(std::string(kLocalWorkerUser), UserRole::kWorker, clock_->Now(),
                                 home.WorkerTokenPath()));
  return writer_->Write([&](Transaction& transaction) {
    return SetUserToken(transaction, worker.name, worker.token_sha256);
  });
}

absl::Status Access::ReadUsers() {
  PECG_ASSIGN_OR_RETURN(const std::vector<User> users, readers_->Read(ReadAllUsers));
  MutexLock lock(&mutex_);
  callers_.clear();
  for (const User& user : users) callers_.emplace(user.token_sha256, Caller{user.name, user.role});
  return absl::OkStatus();
}

absl::StatusOr<Caller> Access::Authenticate(std::string_view authorization) const {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.empty()) return Unauthenticated("the call carries no token");
  if (authorization.substr(0, kScheme.size()) != kScheme ||
      !IsTokenShaped(authorization.substr(kScheme.size()))) {
    return Unauthenticated("what the call carries is not a token");
  }
  // Looked up by its hash: the time it takes says nothing about the token.
  const std::string hash = Sha256Hex(authorization.substr(kScheme.size()));
  MutexLock lock(&mutex_);
  const auto found = callers_.find(hash);
  if (found == callers_.end()) return Unauthenticated("the token is not known");
  return found->second;
}

absl::Status Access::Authorize(const Caller& caller, std::string_view method) {
  if (MayCall(method, caller.role)) return absl::OkStatus();
  return PermissionDenied("users/{} may not call {}", caller.user, method);
}

absl::StatusOr<Access::NewUser> Access::CreateUser(std::string_view name, UserRole role) {
  PECG_RETURN_IF_ERROR(CheckName(name));
  NewUser created;
  created.token = NewToken();
  created.user = {std::string(name), role, Sha256Hex(created.token), clock_->Now()};
  const absl::Status stored = writer_->Write(
      [&](Transaction& transaction) { return InsertUser(transaction, created.user); });
  if (absl::IsAlreadyExists(stored)) return AlreadyExists("there is a user {} already", name);
  if (!stored.ok()) return stored;
  MutexLock lock(&mutex_);
  callers_.emplace(created.user.token_sha256, Caller{created.user.name, role});
  return created;
}

std::string LoginName() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr || *found->pw_name == '\0') {
    return "admin";
  }
  std::string name = std::string(found->pw_name).substr(0, kMaxNameSize);
  for (char& c : name) {
    if (!IsNameCharacter(c)) c = '_';
  }
  return name;
}

}  // namespace pecg
