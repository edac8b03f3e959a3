#ifndef PECG_WORKER_FILE_SYSTEM_ERROR_H_
#define PECG_WORKER_FILE_SYSTEM_ERROR_H_

#include <filesystem>
#include <string>

namespace pecg {

/// Throws the Error for a failed system call: kNotFound, kDiskFull (ENOSPC, EDQUOT) or kIo, with
/// `what`, the system's own words, the file as its place and a hint.
[[noreturn]] void ThrowSystemError(int error_number, const std::string& what,
                                   const std::filesystem::path& path);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_SYSTEM_ERROR_H_
