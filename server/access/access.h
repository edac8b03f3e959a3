#ifndef PECG_SERVER_ACCESS_ACCESS_H_
#define PECG_SERVER_ACCESS_ACCESS_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/home.h"
#include "base/mutex.h"
#include "storage/reader.h"
#include "storage/user_store.h"
#include "storage/writer.h"

namespace pecg {

/// Who calls.
struct Caller {
  std::string user;
  UserRole role = UserRole::kViewer;
};

/// Name of the user whose token the local worker has.
inline constexpr std::string_view kLocalWorkerUser = "local-worker";

/// Knows the users and their tokens. Of a token only its SHA-256 is kept. Thread-safe.
class Access {
 public:
  /// Nothing is owned.
  Access(Writer* writer, ReaderPool* readers, const Clock* clock)
      : writer_(writer), readers_(readers), clock_(clock) {}

  /// Reads the users. Where there are none yet, makes the first two and writes their tokens to
  /// files of mode 0600: an admin with the login name of whoever runs this, in `home.TokenPath()`,
  /// and the local worker, in `home.WorkerTokenPath()`. A lost file of the worker gets a new token;
  /// a lost one of a person is only logged. Blocks. Errors: the file system's and the database's.
  absl::Status Start(const Home& home);

  /// Finds out who sends the `authorization` header, `Bearer pecg_...`. Never blocks. Errors:
  /// `UNAUTHENTICATED`; the token is not in the message.
  absl::StatusOr<Caller> Authenticate(std::string_view authorization) const;

  /// Says whether the caller may call the method, see policy.h. Errors: `PERMISSION_DENIED`.
  static absl::Status Authorize(const Caller& caller, std::string_view method);

  /// A user and the only showing of the token.
  struct NewUser {
    User user;
    std::string token;
  };

  /// Adds a user. Blocks. Errors: `ALREADY_EXISTS`, `INVALID_ARGUMENT` for a bad name: it has 1 to
  /// 63 letters, digits, `-`, `_` or `.`.
  absl::StatusOr<NewUser> CreateUser(std::string_view name, UserRole role);

 private:
  absl::Status MakeFirstUsers(const Home& home);
  absl::Status RenewLocalWorker(const Home& home);
  absl::Status ReadUsers();

  Writer* const writer_;
  ReaderPool* const readers_;
  const Clock* const clock_;
  mutable Mutex mutex_;
  std::unordered_map<std::string, Caller> callers_ ABSL_GUARDED_BY(mutex_);  ///< By SHA-256.
};

/// Returns the login name of whoever runs this process, with characters that a user's name may not
/// have replaced; `admin` if the system does not know.
std::string LoginName();

}  // namespace pecg

#endif  // PECG_SERVER_ACCESS_ACCESS_H_
