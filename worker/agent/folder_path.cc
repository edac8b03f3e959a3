#include "worker/agent/folder_path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status.h"

namespace pecg {
namespace {

constexpr size_t kMaxPathByteCount = 1024;

bool IsPlainName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return c == '\\' || c == '\x7f' || static_cast<unsigned char>(c) < 0x20;
         });
}

absl::StatusOr<Descriptor> OpenIn(const Descriptor& folder, const std::string& name, int flags,
                                  std::string_view path) {
  // Non-blocking, so that a named pipe cannot hold the agent up; it has no effect on a file.
  Descriptor opened(openat(folder.number(), name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags));
  if (opened.is_open()) return opened;
  if (errno == ELOOP || errno == ENOTDIR) {
    return InvalidArgument("no symbolic link or file may stand in a path: {}", path);
  }
  return ErrnoStatus(errno, fmt::format("cannot open {}", path));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SplitPlainPath(std::string_view path) {
  std::vector<std::string> names;
  std::string_view rest = path;
  while (path.size() <= kMaxPathByteCount) {
    const size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (!IsPlainName(name)) break;
    names.emplace_back(name);
    if (slash == std::string_view::npos) return names;
    rest.remove_prefix(slash + 1);
  }
  return InvalidArgument("not a plain path below its folder: \"{}\"", path.substr(0, 256));
}

absl::StatusOr<Descriptor> OpenPlainFile(const std::string& folder, std::string_view path) {
  PECG_ASSIGN_OR_RETURN(const std::vector<std::string> names, SplitPlainPath(path));
  PECG_ASSIGN_OR_RETURN(Descriptor at, OpenDescriptor(folder, O_RDONLY | O_DIRECTORY));
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    PECG_ASSIGN_OR_RETURN(at, OpenIn(at, names[i], O_DIRECTORY, path));
  }
  PECG_ASSIGN_OR_RETURN(Descriptor file, OpenIn(at, names.back(), 0, path));
  struct stat info {};
  if (fstat(file.number(), &info) != 0) {
    return ErrnoStatus(errno, fmt::format("cannot examine {}", path));
  }
  if (!S_ISREG(info.st_mode)) return InvalidArgument("not a regular file: {}", path);
  return file;
}

}  // namespace pecg
