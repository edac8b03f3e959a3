#include "worker/job/job_directory.h"

#include <fmt/format.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

v1::JobSpec ReadSpec(const fs::path& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) {
    throw Error(Error::Kind::kBadInput, "the job has no spec", file.string(),
                "the agent writes spec.binpb (pecg.v1.JobSpec) before it starts a job");
  }
  v1::JobSpec spec;
  if (!spec.ParseFromIstream(&input)) {
    throw Error(Error::Kind::kBadInput, "the spec is no pecg.v1.JobSpec", file.string());
  }
  if (spec.run_spec().job_case() == v1::RunSpec::JOB_NOT_SET) {
    throw Error(Error::Kind::kBadInput, "the spec names no job kind", file.string());
  }
  if (spec.threads() < 1) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("threads must be at least 1: {}", spec.threads()),
                file.string() + " threads");
  }
  return spec;
}

}  // namespace

fs::path PathBelow(const fs::path& root, std::string_view relative, std::string_view what) {
  const auto refuse = [&](std::string_view why) {
    throw Error(Error::Kind::kBadInput, fmt::format("{} {}: \"{}\"", what, why, relative));
  };
  if (relative.empty()) refuse("is empty");
  if (relative.front() == '/') refuse("is absolute");
  if (relative.find('\\') != std::string_view::npos) refuse("holds a backslash");
  if (relative.find('\0') != std::string_view::npos) refuse("holds a NUL");
  for (std::string_view rest = relative;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == "..") refuse("leaves its folder or is not plain");
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return root / relative;
}

void MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  const bool disk_full = error == std::errc::no_space_on_device;
  throw Error(disk_full ? Error::Kind::kDiskFull : Error::Kind::kIo,
              "cannot make the folder: " + error.message(), folder.string());
}

JobDirectory::JobDirectory(fs::path root, v1::JobSpec spec)
    : root_(std::move(root)), spec_(std::move(spec)) {}

JobDirectory JobDirectory::Open(const fs::path& root) {
  if (!fs::is_directory(root)) {
    throw Error(Error::Kind::kBadInput, "the job directory does not exist", root.string());
  }
  return {root, ReadSpec(root / "spec.binpb")};
}

void JobDirectory::ForEachManifestEntry(
    const std::function<void(const v1::ManifestEntry&)>& take) const {
  const fs::path file = root_ / "manifest.binpb";
  std::ifstream input(file, std::ios::binary);
  if (!input) throw Error(Error::Kind::kNotFound, "the job has no manifest", file.string());
  google::protobuf::io::IstreamInputStream stream(&input);
  v1::ManifestEntry entry;
  std::int64_t count = 0;
  int last_ordinal = -1;
  const auto corrupt = [&](const std::string& why) {
    throw Error(Error::Kind::kCorruptData, why,
                fmt::format("{} entry {}", file.string(), count + 1));
  };
  for (;; ++count) {
    bool clean_end = false;
    entry.Clear();
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&entry, &stream, &clean_end)) {
      if (clean_end) return;
      corrupt("the manifest is cut short or no list of pecg.v1.ManifestEntry");
    }
    if (entry.ordinal() <= last_ordinal) corrupt("the manifest's ordinals do not ascend");
    if (static_cast<int>(entry.targets().size()) != spec_.targets_size()) {
      corrupt(fmt::format("the entry has {} targets, the spec {}", entry.targets().size(),
                          spec_.targets_size()));
    }
    last_ordinal = entry.ordinal();
    take(entry);
  }
}

std::vector<std::string> JobDirectory::InputAliases() const {
  std::vector<std::string> aliases;
  if (!fs::is_directory(root_ / "input")) return aliases;
  for (const auto& entry : fs::directory_iterator(root_ / "input")) {
    if (entry.is_directory()) aliases.push_back(entry.path().filename().string());
  }
  std::sort(aliases.begin(), aliases.end());
  return aliases;
}

fs::path JobDirectory::InputFile(std::string_view alias, std::string_view path) const {
  const fs::path folder = PathBelow(root_ / "input", alias, "the input alias");
  fs::path file = PathBelow(folder, path, "the path of an input");
  if (!fs::is_regular_file(file)) {
    throw Error(Error::Kind::kNotFound, fmt::format("the input \"{}\" has no {}", alias, path),
                fmt::format("input/{}/{}", alias, path),
                "name a run in RunSpec.inputs that leaves this artifact behind");
  }
  return file;
}

bool JobDirectory::HasInputFile(std::string_view alias, std::string_view path) const {
  const fs::path folder = PathBelow(root_ / "input", alias, "the input alias");
  return fs::is_regular_file(PathBelow(folder, path, "the path of an input"));
}

fs::path JobDirectory::DatasetRoot() const {
  if (spec_.dataset_root().empty()) {
    throw Error(Error::Kind::kNotFound, "the spec names no dataset folder", "dataset_root",
                "map the dataset to a folder of this worker: pecg dataset add");
  }
  fs::path folder = spec_.dataset_root();
  if (!fs::is_directory(folder)) {
    throw Error(Error::Kind::kNotFound, "the dataset's folder does not exist", folder.string(),
                "is the disk mounted? the worker's worker.yaml maps the dataset to this folder");
  }
  return folder;
}

}  // namespace pecg
