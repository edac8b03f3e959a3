#ifndef PECG_WORKER_JOB_DIGEST_FILE_H_
#define PECG_WORKER_JOB_DIGEST_FILE_H_

#include <cstdint>
#include <filesystem>
#include <string>

namespace pecg {

/// What a file holds, in two words.
struct FileDigest {
  std::string sha256;  ///< 64 lower-case hexadecimal digits.
  std::int64_t size_bytes = 0;
};

/// Reads a file once, piece by piece. Throws `Error::kNotFound` when it is not there, `kIo`.
FileDigest DigestFile(const std::filesystem::path& path);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_DIGEST_FILE_H_
