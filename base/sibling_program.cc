#include "base/sibling_program.h"

#include <unistd.h>

#if defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "base/status.h"

namespace pecg {
namespace {

std::filesystem::path OwnPath(std::error_code* error) {
#if defined(__APPLE__)
  uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) path.clear();
  return std::filesystem::canonical(path.c_str(), *error);
#else
  return std::filesystem::canonical("/proc/self/exe", *error);
#endif
}

}  // namespace

absl::StatusOr<std::string> FindSiblingProgram(std::string_view name) {
  std::error_code error;
  const std::filesystem::path own = OwnPath(&error);
  if (error) return ErrnoStatus(error.value(), "cannot find the folder of this program");
  const std::string path = (own.parent_path() / std::string(name)).string();
  if (access(path.c_str(), X_OK) != 0) {
    return NotFound("no program {} beside {}", path, own.string());
  }
  return path;
}

}  // namespace pecg
