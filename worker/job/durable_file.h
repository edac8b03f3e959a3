#ifndef PECG_WORKER_JOB_DURABLE_FILE_H_
#define PECG_WORKER_JOB_DURABLE_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace pecg {

/// What a complete file holds.
struct FileDigest {
  std::string sha256;  ///< 64 lower-case hexadecimal digits.
  std::int64_t size_bytes = 0;
};

/// Reads a file once and returns its digest. Throws `Error::kNotFound` or `kIo`.
FileDigest DigestFile(const std::filesystem::path& path);

/// Makes `path` appear complete or not at all: calls `write` with a temporary name in the same
/// folder (made if it is missing), fsyncs what it wrote, renames it to `path` and fsyncs the
/// folder. The temporary file is removed when `write` throws. Throws `Error::kDiskFull` or `kIo`,
/// and what `write` throws. Thread-safe for different paths.
FileDigest WriteDurably(const std::filesystem::path& path,
                        const std::function<void(const std::filesystem::path&)>& write);

/// The same for content in memory.
FileDigest WriteDurably(const std::filesystem::path& path, std::string_view content);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_DURABLE_FILE_H_
