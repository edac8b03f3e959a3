#include "worker/job/checkpoint_folder.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/job/digest_file.h"
#include "worker/job/job_directory.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr char kListName[] = "list.json";

nlohmann::json ReadList(const fs::path& file) {
  std::ifstream input(file);
  nlohmann::json list = nlohmann::json::parse(input, nullptr, /*allow_exceptions=*/false);
  const bool is_list = list.is_object() && list.contains("step") &&
                       list["step"].is_number_integer() && list.contains("files") &&
                       list["files"].is_array();
  if (!is_list) {
    throw Error(Error::Kind::kCorruptData, "the checkpoint's list cannot be read", file.string());
  }
  return list;
}

void CheckFile(const fs::path& folder, const nlohmann::json& row) {
  const bool is_row = row.is_object() && row.contains("path") && row["path"].is_string() &&
                      row.contains("sha256") && row["sha256"].is_string();
  if (!is_row) {
    throw Error(Error::Kind::kCorruptData, "the checkpoint's list has a bad row",
                (folder / kListName).string());
  }
  const fs::path file =
      PathBelow(folder, row["path"].get<std::string>(), "the path of a checkpoint's file");
  if (!fs::is_regular_file(file)) {
    throw Error(Error::Kind::kCorruptData, "the checkpoint lacks a file of its list",
                file.string());
  }
  if (DigestFile(file).sha256 != row["sha256"].get<std::string>()) {
    throw Error(Error::Kind::kCorruptData, "the checkpoint's file differs from its SHA-256",
                file.string());
  }
}

}  // namespace

CheckpointFolder::CheckpointFolder(fs::path root, EventWriter* events)
    : root_(std::move(root)), events_(events) {}

void CheckpointFolder::Write(std::int64_t step, std::span<const CheckpointFile> files) {
  const fs::path folder = root_ / fmt::format("{}", step);
  // Without its list a checkpoint is none: what is replaced stops counting before it changes.
  fs::remove(folder / kListName);
  nlohmann::json rows = nlohmann::json::array();
  std::set<std::string> paths = {kListName};
  for (const CheckpointFile& file : files) {
    if (!paths.insert(file.path).second) {
      throw Error(Error::Kind::kBadInput, "a checkpoint holds a name twice: " + file.path);
    }
    const fs::path path = PathBelow(folder, file.path, "the path of a checkpoint's file");
    MakeFolder(path.parent_path());
    file.write(path);
    const FileDigest digest = DigestFile(path);
    rows.push_back(
        {{"path", file.path}, {"sha256", digest.sha256}, {"size_bytes", digest.size_bytes}});
  }
  const nlohmann::json list = {{"step", step}, {"files", std::move(rows)}};
  MakeFolder(folder);
  WriteFileAtomically(folder / kListName, list.dump(2) + "\n");
  events_->Checkpoint(step);
}

std::optional<Checkpoint> FindCheckpoint(const fs::path& folder) {
  if (!fs::is_regular_file(folder / kListName)) return std::nullopt;
  const nlohmann::json list = ReadList(folder / kListName);
  for (const nlohmann::json& row : list["files"]) CheckFile(folder, row);
  return Checkpoint{.step = list["step"].get<std::int64_t>(), .folder = folder};
}

}  // namespace pecg
