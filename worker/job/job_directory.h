#ifndef PECG_WORKER_JOB_JOB_DIRECTORY_H_
#define PECG_WORKER_JOB_JOB_DIRECTORY_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pecg/v1/job.pb.h"

namespace pecg {

/// Returns `root / relative` when `relative` stays below `root` as it is written: not empty, not
/// absolute, without `.`, `..`, empty parts, backslashes and NUL. Throws `Error::kBadInput` naming
/// `what` otherwise. Looks at the text only, not at links on the disk.
std::filesystem::path PathBelow(const std::filesystem::path& root, std::string_view relative,
                                std::string_view what);

/// Makes `folder` and its parents unless they are there. Throws `Error::kDiskFull` or `kIo`.
void MakeFolder(const std::filesystem::path& folder);

/// The folder a job works in, as docs/job-directory.md describes it. The agent writes the spec, the
/// manifest, `input/` and `resume/` before the job starts; the job writes `output/` and
/// `checkpoint/`. Immutable after Open; thread-safe.
class JobDirectory {
 public:
  /// Reads and checks `spec.binpb`. Throws `Error::kBadInput` for a spec that is missing, cannot be
  /// parsed, names no job kind, or has no thread to run on.
  static JobDirectory Open(const std::filesystem::path& root);

  const v1::JobSpec& spec() const { return spec_; }
  const std::filesystem::path& root() const { return root_; }

  /// Calls `take` for each entry of `manifest.binpb` in order; one entry at a time is in memory.
  /// Throws `Error::kNotFound` without a manifest and `Error::kCorruptData` when it is cut short,
  /// its ordinals do not ascend, or an entry's targets are not those of the spec.
  void ForEachManifestEntry(const std::function<void(const v1::ManifestEntry&)>& take) const;

  /// Aliases of the folders below `input/`, sorted.
  std::vector<std::string> InputAliases() const;

  /// A file of an upstream run, `input/<alias>/<path>`. Throws `Error::kBadInput` for a path that
  /// leaves the folder and `Error::kNotFound` when there is no such file.
  std::filesystem::path InputFile(std::string_view alias, std::string_view path) const;

  /// True when `input/<alias>/<path>` is a file.
  bool HasInputFile(std::string_view alias, std::string_view path) const;

  std::filesystem::path resume() const { return root_ / "resume"; }
  std::filesystem::path output() const { return root_ / "output"; }
  std::filesystem::path checkpoint() const { return root_ / "checkpoint"; }

  /// The dataset's folder. Throws `Error::kNotFound` when the spec names none or it is no folder.
  std::filesystem::path DatasetRoot() const;

 private:
  JobDirectory(std::filesystem::path root, v1::JobSpec spec);

  std::filesystem::path root_;
  v1::JobSpec spec_;
};

}  // namespace pecg

#endif  // PECG_WORKER_JOB_JOB_DIRECTORY_H_
