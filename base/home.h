#ifndef PECG_BASE_HOME_H_
#define PECG_BASE_HOME_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pecg {

/// The folder everything of one installation lies in, and the paths below it: `$PECG_HOME`, or
/// `~/.pecg`. Only names paths until a Create method is called. Immutable, thread-safe.
class Home {
 public:
  /// Finds the folder: `dir` if not empty, else $PECG_HOME, else `~/.pecg`; made absolute. Creates
  /// nothing. Errors: `FAILED_PRECONDITION` when neither PECG_HOME nor HOME is set.
  static absl::StatusOr<Home> Find(std::string_view dir = {});

  /// Creates the home folder with mode 0700. A folder that exists must belong to this user and must
  /// not be writable for others. Errors: `FAILED_PRECONDITION` for such a folder, or those of
  /// mkdir.
  absl::Status Create() const;

  /// Create(), and `coordinator/` with its `blobs/` and `backups/`.
  absl::Status CreateForCoordinator() const;

  /// Create(), and `worker/` with its `cache/` and `jobs/`.
  absl::Status CreateForWorker() const;

  const std::string& dir() const { return dir_; }
  std::string SocketPath() const { return dir_ + "/pecgd.sock"; }  ///< 0600
  std::string PortPath() const { return dir_ + "/pecgd.port"; }    ///< TCP port, as text
  std::string TokenPath() const { return dir_ + "/token"; }        ///< 0600, the first admin's
  std::string WorkerTokenPath() const {
    return dir_ + "/worker.token";
  }  ///< 0600, the local worker's

  std::string CoordinatorDir() const { return dir_ + "/coordinator"; }
  std::string DatabasePath() const { return CoordinatorDir() + "/pecg.db"; }
  std::string LockPath() const { return CoordinatorDir() + "/lock"; }
  std::string BlobsDir() const { return CoordinatorDir() + "/blobs"; }
  std::string BackupsDir() const { return CoordinatorDir() + "/backups"; }
  std::string CoordinatorLogPath() const { return CoordinatorDir() + "/pecgd.log"; }

  std::string WorkerDir() const { return dir_ + "/worker"; }
  std::string WorkerConfigPath() const { return WorkerDir() + "/worker.yaml"; }
  std::string WorkerPidPath() const { return WorkerDir() + "/pecg-worker.pid"; }
  std::string WorkerLogPath() const { return WorkerDir() + "/pecg-worker.log"; }
  std::string CacheDir() const { return WorkerDir() + "/cache"; }
  std::string JobsDir() const { return WorkerDir() + "/jobs"; }
  /// `worker/jobs/<run number>-<attempt>`.
  std::string JobDir(int64_t run_number, int attempt) const;

 private:
  explicit Home(std::string dir) : dir_(std::move(dir)) {}
  std::string dir_;
};

}  // namespace pecg

#endif  // PECG_BASE_HOME_H_
