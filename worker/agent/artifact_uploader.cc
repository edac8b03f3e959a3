#include "worker/agent/artifact_uploader.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "base/digest/sha256.h"
#include "base/status.h"
#include "worker/agent/backoff.h"
#include "worker/agent/descriptor.h"
#include "worker/agent/folder_path.h"

namespace pecg {
namespace {

constexpr int64_t kPieceByteCount = int64_t{1} << 20;
constexpr int64_t kMaxListByteCount = int64_t{1} << 20;
constexpr char kListName[] = "list.json";
constexpr char kCheckpointType[] = "checkpoint";

absl::StatusOr<int64_t> SizeOf(const Descriptor& file, const std::string& path) {
  struct stat info {};
  if (fstat(file.number(), &info) != 0) {
    return ErrnoStatus(errno, fmt::format("cannot examine {}", path));
  }
  return static_cast<int64_t>(info.st_size);
}

absl::StatusOr<std::string> HashOf(const Descriptor& file, const std::string& path) {
  Sha256 hash;
  for (int64_t offset = 0;; offset += kPieceByteCount) {
    PECG_ASSIGN_OR_RETURN(const std::string piece,
                          ReadAt(file.number(), offset, kPieceByteCount, path));
    if (piece.empty()) return hash.FinishHex();
    hash.Update(piece);
  }
}

/// The list itself, which is stored like the files it names.
v1::ArtifactReady DescribeList(const std::string& json) {
  v1::ArtifactReady list;
  list.set_path(kListName);
  list.set_sha256(Sha256Hex(json));
  list.set_size_bytes(static_cast<int64_t>(json.size()));
  list.set_type(kCheckpointType);
  return list;
}

/// What the job did wrong is its error; what the coordinator or the disk did keeps its reason.
Fault FaultOfUpload(const absl::Status& error) {
  Fault fault = FaultOf(error);
  if (fault.reason != v1::END_REASON_DISK_FULL) fault.reason = v1::END_REASON_JOB_ERROR;
  return fault;
}

}  // namespace

absl::StatusOr<std::vector<v1::ArtifactReady>> ParseCheckpointList(std::string_view json) {
  const nlohmann::json list = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!list.is_object() || !list.contains("files") || !list["files"].is_array()) {
    return DataLoss("list.json of a checkpoint is no object with an array \"files\"");
  }
  std::vector<v1::ArtifactReady> files;
  for (const nlohmann::json& row : list["files"]) {
    const bool is_row = row.is_object() && row.contains("path") && row["path"].is_string() &&
                        row.contains("sha256") && row["sha256"].is_string() &&
                        row.contains("size_bytes") && row["size_bytes"].is_number_integer();
    if (!is_row) {
      return DataLoss("list.json of a checkpoint has a row without path, sha256, size_bytes: {}",
                      files.size());
    }
    v1::ArtifactReady file;
    file.set_path(row["path"].get<std::string>());
    file.set_sha256(row["sha256"].get<std::string>());
    file.set_size_bytes(row["size_bytes"].get<int64_t>());
    file.set_type(kCheckpointType);
    files.push_back(std::move(file));
  }
  return files;
}

ArtifactUploader::ArtifactUploader(const AttemptFolder* folder, BlobStore* blobs,
                                   Cancellation* cancellation, UploadListener listener)
    : folder_(folder),
      blobs_(blobs),
      cancellation_(cancellation),
      listener_(std::move(listener)),
      thread_([this] { UploadUntilClosed(); }) {}

ArtifactUploader::~ArtifactUploader() {
  MutexLock lock(&mutex_);
  stopped_ = true;
  changed_.NotifyAll();
}

void ArtifactUploader::AddArtifact(v1::ArtifactReady artifact) {
  MutexLock lock(&mutex_);
  queue_.emplace_back(std::move(artifact));
  changed_.NotifyAll();
}

void ArtifactUploader::AddCheckpoint(int64_t step) {
  MutexLock lock(&mutex_);
  queue_.emplace_back(step);
  changed_.NotifyAll();
}

void ArtifactUploader::Finish() {
  MutexLock lock(&mutex_);
  while (!queue_.empty() && !stopped_) changed_.Wait(&mutex_);
}

void ArtifactUploader::UploadUntilClosed() {
  while (true) {
    Upload upload;
    {
      MutexLock lock(&mutex_);
      while (queue_.empty() && !stopped_) changed_.Wait(&mutex_);
      if (stopped_) return;
      upload = queue_.front();
    }
    const absl::Status status = UploadOne(upload);
    if (!status.ok()) listener_.on_fault(FaultOfUpload(status));
    MutexLock lock(&mutex_);
    stopped_ = stopped_ || !status.ok();
    queue_.pop_front();
    changed_.NotifyAll();
  }
}

absl::Status ArtifactUploader::UploadOne(const Upload& upload) {
  if (const auto* step = std::get_if<int64_t>(&upload)) return UploadCheckpoint(*step);
  const auto& artifact = std::get<v1::ArtifactReady>(upload);
  PECG_RETURN_IF_ERROR(Store(folder_->OutputDir(), artifact));
  listener_.on_artifact(artifact);
  return absl::OkStatus();
}

absl::Status ArtifactUploader::UploadCheckpoint(int64_t step) {
  const std::string dir = fmt::format("{}/{}", folder_->CheckpointDir(), step);
  PECG_ASSIGN_OR_RETURN(const Descriptor list, OpenPlainFile(dir, kListName));
  PECG_ASSIGN_OR_RETURN(const std::string json,
                        ReadAt(list.number(), 0, kMaxListByteCount, kListName));
  PECG_ASSIGN_OR_RETURN(std::vector<v1::ArtifactReady> files, ParseCheckpointList(json));
  files.push_back(DescribeList(json));
  for (const v1::ArtifactReady& file : files) PECG_RETURN_IF_ERROR(Store(dir, file));
  listener_.on_checkpoint(step, files);
  folder_->KeepTwoCheckpoints(step);
  return absl::OkStatus();
}

absl::Status ArtifactUploader::Store(const std::string& dir, const v1::ArtifactReady& file) {
  PECG_ASSIGN_OR_RETURN(const Descriptor content, OpenPlainFile(dir, file.path()));
  PECG_ASSIGN_OR_RETURN(const int64_t size_bytes, SizeOf(content, file.path()));
  PECG_ASSIGN_OR_RETURN(const std::string sha256, HashOf(content, file.path()));
  if (size_bytes != file.size_bytes() || sha256 != file.sha256()) {
    return DataLoss("the job's file differs in size or SHA-256 from what it announced: {}",
                    file.path());
  }
  Backoff backoff(std::random_device{}());
  while (true) {
    const absl::Status status =
        blobs_->Write({sha256, size_bytes}, content.number(), cancellation_);
    if (status.ok() || !IsTransient(status)) return status;
    if (!cancellation_->SleepFor(backoff.Next())) {
      return absl::CancelledError("the upload was cancelled");
    }
  }
}

}  // namespace pecg
