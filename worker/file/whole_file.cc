#include "worker/file/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>

#include "worker/ecg/error.h"
#include "worker/file/system_error.h"

namespace pecg {
namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_ < 0) ThrowSystemError(errno, "cannot open", path_);
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  std::size_t Size(std::int64_t byte_limit) const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) ThrowSystemError(errno, "cannot stat", path_);
    if (!S_ISREG(status.st_mode)) {
      throw Error(Error::Kind::kBadInput, "not a regular file", path_.string());
    }
    if (status.st_size > byte_limit) {
      throw Error(Error::Kind::kUnsupported,
                  fmt::format("larger than {} bytes: {}", byte_limit, status.st_size),
                  path_.string());
    }
    return static_cast<std::size_t>(status.st_size);
  }

  void Fill(std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) ThrowSystemError(errno, "cannot read", path_);
      if (count == 0) {
        throw Error(Error::Kind::kIo,
                    fmt::format("became {} bytes shorter while it was read", bytes.size()),
                    path_.string(), "let the copy finish and read again");
      }
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }

 private:
  const std::filesystem::path& path_;
  const int descriptor_;
};

}  // namespace

void ReadWholeFile(const std::filesystem::path& path, std::int64_t byte_limit,
                   std::vector<std::byte>* bytes) {
  const OpenFile file(path);
  bytes->resize(file.Size(byte_limit));
  file.Fill(*bytes);
}

std::string ReadTextFile(const std::filesystem::path& path, std::int64_t byte_limit) {
  const OpenFile file(path);
  std::string text(file.Size(byte_limit), '\0');
  file.Fill(std::as_writable_bytes(std::span(text)));
  return text;
}

std::filesystem::path ResolveBelow(const std::filesystem::path& root,
                                   const std::filesystem::path& relative) {
  const bool climbs = std::ranges::any_of(relative, [](const auto& part) { return part == ".."; });
  if (relative.empty() || relative.is_absolute() || climbs) {
    throw Error(Error::Kind::kBadInput, "not a path below the root: " + relative.string(),
                root.string(), "give it relative to the root and without ..");
  }
  std::error_code error;
  std::filesystem::path resolved = std::filesystem::canonical(root / relative, error);
  if (error) ThrowSystemError(error.value(), "cannot find the file", root / relative);
  if (std::ranges::mismatch(root, resolved).in1 != root.end()) {
    throw Error(Error::Kind::kBadInput, "a symbolic link leads out of the root",
                (root / relative).string(), "only files below the root are read");
  }
  return resolved;
}

}  // namespace pecg
