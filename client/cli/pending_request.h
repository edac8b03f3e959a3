#ifndef PECG_CLIENT_CLI_PENDING_REQUEST_H_
#define PECG_CLIENT_CLI_PENDING_REQUEST_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace pecg {

/// The id of a request that may have been sent and was not answered yet, on disk below
/// `$PECG_HOME/pending/` before the first try. When the same content is submitted again after a
/// crash, the id is the same, so that the coordinator returns the first answer instead of a second
/// run. Two living processes never share one. Not thread-safe.
class PendingRequest {
 public:
  /// Takes the id an earlier process left for `content` (the request's bytes), or makes one.
  /// Errors: those of the file system.
  static absl::StatusOr<PendingRequest> Open(const std::string& pending_dir,
                                             std::string_view content);

  PendingRequest(PendingRequest&& other) noexcept;
  PendingRequest& operator=(PendingRequest&&) = delete;
  ~PendingRequest();

  const std::string& id() const { return id_; }

  /// Whether an earlier process left the id.
  bool is_repeat() const { return is_repeat_; }

  /// Forgets the request: it was answered. A file that cannot be removed does no harm: the answer
  /// of a repeat is the same.
  void Done();

 private:
  PendingRequest(std::string path, int descriptor, std::string id, bool is_repeat);

  std::string path_;
  int descriptor_;  // Holds the lock.
  std::string id_;
  bool is_repeat_;
};

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_PENDING_REQUEST_H_
