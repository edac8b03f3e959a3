#include "worker/file/system_error.h"

#include <cerrno>
#include <system_error>

#include "worker/ecg/error.h"

namespace pecg {

void ThrowSystemError(int error_number, const std::string& what,
                      const std::filesystem::path& path) {
  const std::string text = what + ": " + std::generic_category().message(error_number);
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      throw Error(Error::Kind::kNotFound, text, path.string());
    case ENOSPC:
    case EDQUOT:
      throw Error(Error::Kind::kDiskFull, text, path.string(), "free some space and run again");
    case EACCES:
    case EPERM:
    case EROFS:
      throw Error(Error::Kind::kIo, text, path.string(), "check the owner and the permissions");
    default:
      throw Error(Error::Kind::kIo, text, path.string());
  }
}

}  // namespace pecg
