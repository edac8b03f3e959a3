#include "worker/agent/worker_config.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/status.h"
#include "base/yaml.h"
#include "worker/agent/descriptor.h"

namespace pecg {
namespace {

constexpr size_t kMaxIdByteCount = 63;

bool IsIdCharacter(char c, std::string_view also) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || also.find(c) != std::string_view::npos;
}

bool IsId(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= kMaxIdByteCount &&
         std::all_of(text.begin(), text.end(), [&](char c) { return IsIdCharacter(c, also); });
}

absl::Status Check(const v1::WorkerConfig& config, const std::string& path) {
  if (!IsId(config.worker(), "-_.")) {
    return InvalidArgument(
        "{}: `worker` has 1 to 63 letters, digits, \"-\", \"_\" or \".\": \"{}\"", path,
        config.worker());
  }
  if (config.threads() < 0) {
    return InvalidArgument("{}: `threads` is 0 (all) or more: {}", path, config.threads());
  }
  for (const auto& [name, dir] : config.datasets()) {
    if (!IsId(name, "-_")) {
      return InvalidArgument("{}: a dataset's name has 1 to 63 letters, digits, \"-\" or \"_\": {}",
                             path, name);
    }
    if (!std::filesystem::path(dir).is_absolute()) {
      return InvalidArgument("{}: the folder of dataset {} is not an absolute path: \"{}\"", path,
                             name, dir);
    }
  }
  return absl::OkStatus();
}

/// The file as it is written, without what is filled in.
absl::StatusOr<v1::WorkerConfig> ReadConfig(const std::string& path) {
  v1::WorkerConfig config;
  const absl::Status status = ReadYamlFile(path, &config);
  if (!status.ok() && !absl::IsNotFound(status)) return status;
  return config;
}

void FillIn(v1::WorkerConfig* config) {
  if (config->worker().empty()) config->set_worker(HostName() + "-1");
}

}  // namespace

std::string HostName() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  std::string host(name.data());
  host = host.substr(0, std::min(host.find('.'), kMaxIdByteCount - 2));
  std::replace_if(
      host.begin(), host.end(), [](char c) { return !IsIdCharacter(c, "-_"); }, '-');
  return host.empty() ? "worker" : host;
}

absl::StatusOr<v1::WorkerConfig> LoadWorkerConfig(const std::string& path) {
  PECG_ASSIGN_OR_RETURN(v1::WorkerConfig config, ReadConfig(path));
  FillIn(&config);
  PECG_RETURN_IF_ERROR(Check(config, path));
  return config;
}

absl::Status MapDataset(const std::string& path, const std::string& name, const std::string& dir) {
  std::error_code error;
  if (!std::filesystem::is_directory(dir, error)) {
    return NotFound("there is no folder {}", dir);
  }
  const std::filesystem::path absolute = std::filesystem::absolute(dir, error).lexically_normal();
  if (error) return ErrnoStatus(error.value(), fmt::format("cannot resolve {}", dir));
  PECG_ASSIGN_OR_RETURN(const Descriptor lock, OpenDescriptor(path + ".lock", O_RDWR | O_CREAT));
  while (flock(lock.number(), LOCK_EX) != 0) {
    if (errno != EINTR) return ErrnoStatus(errno, fmt::format("cannot lock {}", path));
  }
  PECG_ASSIGN_OR_RETURN(v1::WorkerConfig config, ReadConfig(path));
  (*config.mutable_datasets())[name] = absolute.string();
  v1::WorkerConfig complete = config;
  FillIn(&complete);
  PECG_RETURN_IF_ERROR(Check(complete, path));
  return WriteFileAtomically(path, MessageToYaml(config), 0600);
}

}  // namespace pecg
