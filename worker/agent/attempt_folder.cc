#include "worker/agent/attempt_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "worker/agent/descriptor.h"
#include "worker/agent/folder_path.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kLockPollInterval = absl::Milliseconds(10);

absl::Status DeleteTree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (!error) return absl::OkStatus();
  return ErrnoStatus(error.value(), fmt::format("cannot delete {}", path));
}

absl::Status PlaceFile(const v1::BlobRef& ref, const std::string& folder, ContentCache* cache,
                       Cancellation* cancellation) {
  PECG_RETURN_IF_ERROR(SplitPlainPath(ref.path()).status());
  const std::string destination = folder + "/" + ref.path();
  PECG_RETURN_IF_ERROR(CreateDirectories(fs::path(destination).parent_path().string()));
  return cache->Place({ref.sha256(), ref.size_bytes()}, destination, cancellation);
}

/// The process group of the job that a former agent has started here; 0 = not known.
pid_t ReadProcessGroup(const AttemptFolder& folder) {
  const absl::StatusOr<std::string> text = ReadFile(folder.PidPath(), 64);
  if (!text.ok()) return 0;
  pid_t group = 0;
  std::from_chars(text->data(), text->data() + text->size(), group);
  return group > 1 ? group : 0;
}

/// Kills the job of a former agent and waits until it is gone.
absl::Status EndLeftover(const AttemptFolder& folder, absl::Duration patience) {
  const absl::StatusOr<Descriptor> lock = OpenDescriptor(folder.LockPath(), O_RDWR);
  if (absl::IsNotFound(lock.status())) return absl::OkStatus();
  if (!lock.ok()) return lock.status();
  Cancellation never;
  bool killed = false;
  for (absl::Duration waited; flock(lock->number(), LOCK_EX | LOCK_NB) != 0;
       waited += kLockPollInterval) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return ErrnoStatus(errno, fmt::format("cannot lock {}", folder.LockPath()));
    }
    // The lock is held, so the job or something it started still lives, and the id is still its.
    if (const pid_t group = killed ? 0 : ReadProcessGroup(folder); group != 0) {
      kill(-group, SIGKILL);
      killed = true;
    }
    if (waited >= patience) {
      return FailedPrecondition("a job of a former agent does not end; its folder is {}",
                                folder.dir());
    }
    never.SleepFor(kLockPollInterval);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AttemptFolder::Create() const {
  PECG_RETURN_IF_ERROR(CreateDirectories(fs::path(dir_).parent_path().string()));
  for (const std::string& path : {dir_, OutputDir(), CheckpointDir()}) {
    if (mkdir(path.c_str(), 0700) != 0) {
      return ErrnoStatus(errno, fmt::format("cannot create {}", path));
    }
  }
  return absl::OkStatus();
}

absl::Status AttemptFolder::Fill(const v1::JobSpec& spec, const v1::Lease& lease,
                                 ContentCache* cache, Cancellation* cancellation) const {
  PECG_RETURN_IF_ERROR(WriteFileAtomically(SpecPath(), spec.SerializeAsString(), 0600));
  if (!lease.manifest().sha256().empty()) {
    PECG_RETURN_IF_ERROR(cache->Place({lease.manifest().sha256(), lease.manifest().size_bytes()},
                                      ManifestPath(), cancellation));
  }
  for (const v1::BlobRef& ref : lease.inputs()) {
    PECG_RETURN_IF_ERROR(PlaceFile(ref, InputDir(), cache, cancellation));
  }
  for (const v1::BlobRef& ref : lease.resume()) {
    PECG_RETURN_IF_ERROR(PlaceFile(ref, ResumeDir(), cache, cancellation));
  }
  return absl::OkStatus();
}

void AttemptFolder::DeleteContents() const {
  for (const std::string& path :
       {OutputDir(), CheckpointDir(), InputDir(), ResumeDir(), ManifestPath()}) {
    if (const absl::Status status = DeleteTree(path); !status.ok()) {
      Log(Level::kWarning, "cannot make room", {{"error", status}});
    }
  }
}

absl::Status AttemptFolder::Delete() const { return DeleteTree(dir_); }

void AttemptFolder::KeepTwoCheckpoints(int64_t step) const {
  std::set<int64_t, std::greater<>> steps;
  std::error_code error;
  for (fs::directory_iterator it(CheckpointDir(), error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    int64_t found = 0;
    const auto [rest, bad] = std::from_chars(name.data(), name.data() + name.size(), found);
    if (bad == std::errc() && rest == name.data() + name.size() && found <= step) {
      steps.insert(found);
    }
  }
  int kept = 0;
  for (const int64_t old : steps) {
    if (++kept <= 2) continue;
    const absl::Status status = DeleteTree(fmt::format("{}/{}", CheckpointDir(), old));
    if (!status.ok()) Log(Level::kWarning, "cannot delete a checkpoint", {{"error", status}});
  }
}

absl::Status ClearLeftovers(const std::string& jobs_dir, absl::Duration patience) {
  std::vector<std::string> folders;
  std::error_code error;
  for (fs::directory_iterator it(jobs_dir, error), end; !error && it != end; it.increment(error)) {
    folders.push_back(it->path().string());
  }
  absl::Status first_error;
  for (const std::string& dir : folders) {
    const AttemptFolder folder(dir);
    absl::Status status = EndLeftover(folder, patience);
    if (status.ok()) status = folder.Delete();
    if (first_error.ok()) first_error = status;
  }
  return first_error;
}

}  // namespace pecg
