#include "server/rpc/artifact_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "server/rpc/blob_store.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/status.h"
#include "server/rpc/strand.h"
#include "server/rpc/tsan.h"
#include "storage/artifact_store.h"

namespace pecg {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr std::string_view kBlobs = "blobs/";

/// One download. Everything but gRPC's callbacks runs on the strand.
class ArtifactRead final : public grpc::ServerWriteReactor<v1::ReadArtifactResponse>,
                           public std::enable_shared_from_this<ArtifactRead> {
 public:
  ArtifactRead(const ServiceParts& parts, const v1::ReadArtifactRequest& request)
      : parts_(parts), request_(request), strand_(parts.answerer->executor()) {}

  void Start(absl::StatusOr<Caller> caller) {
    self_ = shared_from_this();
    Post([this, caller = std::move(caller)] {
      if (!caller.ok()) return End(caller.status());
      const absl::Status status =
          RunGuarded("/pecg.v1.ArtifactService/ReadArtifact", [&] { return Open(caller->role); });
      status.ok() ? WriteNext() : End(status);
    });
  }

  void OnWriteDone(bool ok) override {
    PECG_TSAN_ACQUIRE(this);
    Post([this, ok] { ok ? WriteNext() : End(absl::CancelledError("the reader is gone")); });
  }
  void OnCancel() override {
    Post([this] { End(absl::CancelledError("the reader is gone")); });
  }
  void OnDone() override {
    PECG_TSAN_ACQUIRE(this);
    self_.reset();
  }

 private:
  template <typename Task>
  void Post(Task task) {
    strand_.Post([self = shared_from_this(), task = std::move(task)]() mutable { task(); });
  }

  absl::Status Open(UserRole role) {
    std::string sha256;
    if (request_.name().rfind(kBlobs, 0) == 0) {
      if (role != UserRole::kWorker && role != UserRole::kAdmin) {
        return PermissionDenied("contents are read by hash by workers only");
      }
      sha256 = request_.name().substr(kBlobs.size());
    } else {
      PECG_ASSIGN_OR_RETURN(const ArtifactId id, ParseArtifactName(request_.name(), "name"));
      PECG_ASSIGN_OR_RETURN(const Artifact artifact, parts_.readers->Read([&](Snapshot& snapshot) {
        return GetArtifact(snapshot, id.run, id.path);
      }));
      sha256 = artifact.sha256;
    }
    PECG_ASSIGN_OR_RETURN(download_, parts_.blobs->Open(sha256, request_.offset()));
    return absl::OkStatus();
  }

  void WriteNext() {
    if (has_ended_) return;
    absl::StatusOr<std::string> bytes = download_->Next(kPieceBytes);
    if (!bytes.ok()) return End(bytes.status());
    if (bytes->empty()) return End(absl::OkStatus());
    response_.set_data(*std::move(bytes));
    PECG_TSAN_RELEASE(this);
    StartWrite(&response_);
  }

  void End(const absl::Status& status) {
    if (std::exchange(has_ended_, true)) return;
    PECG_TSAN_RELEASE(this);
    Finish(ToGrpcStatus(status));
  }

  const ServiceParts parts_;
  const v1::ReadArtifactRequest request_;
  Strand strand_;
  std::shared_ptr<ArtifactRead> self_;  ///< Until gRPC is done.

  // Of the strand.
  std::unique_ptr<BlobStore::Download> download_;
  v1::ReadArtifactResponse response_;
  bool has_ended_ = false;
};

/// One upload. Everything but gRPC's callbacks runs on the strand.
class ArtifactWrite final : public grpc::ServerReadReactor<v1::WriteArtifactRequest>,
                            public std::enable_shared_from_this<ArtifactWrite> {
 public:
  explicit ArtifactWrite(const ServiceParts& parts)
      : parts_(parts), strand_(parts.answerer->executor()) {}

  void Start(const absl::Status& admission) {
    self_ = shared_from_this();
    Post([this, admission] { admission.ok() ? ReadNext() : End(admission); });
  }

  void OnReadDone(bool ok) override {
    PECG_TSAN_ACQUIRE(this);
    Post([this, ok] {
      if (has_ended_) return;
      const absl::Status status = RunGuarded("/pecg.v1.ArtifactService/WriteArtifact",
                                             [&] { return ok ? Take(request_) : FinishUpload(); });
      if (!status.ok() || !ok || is_here_already_) return End(status);
      ReadNext();
    });
  }
  void OnCancel() override {
    Post([this] { End(absl::CancelledError("the writer is gone")); });
  }
  void OnDone() override {
    PECG_TSAN_ACQUIRE(this);
    self_.reset();
  }

 private:
  template <typename Task>
  void Post(Task task) {
    strand_.Post([self = shared_from_this(), task = std::move(task)]() mutable { task(); });
  }

  absl::Status Take(const v1::WriteArtifactRequest& request) {
    if (!upload_.has_value()) {
      const absl::StatusOr<int64_t> size = parts_.blobs->Size(request.sha256());
      is_here_already_ = size.ok();
      if (is_here_already_) return absl::OkStatus();
      if (!absl::IsNotFound(size.status())) return size.status();
      PECG_ASSIGN_OR_RETURN(BlobStore::Upload upload,
                            parts_.blobs->Begin({request.sha256(), request.size_bytes()}));
      upload_.emplace(std::move(upload));
    }
    return upload_->Append(request.data());
  }

  absl::Status FinishUpload() {
    if (!upload_.has_value()) return InvalidArgument("nothing was sent");
    return upload_->Finish();
  }

  void ReadNext() {
    if (has_ended_) return;
    PECG_TSAN_RELEASE(this);
    StartRead(&request_);
  }

  void End(const absl::Status& status) {
    if (std::exchange(has_ended_, true)) return;
    PECG_TSAN_RELEASE(this);
    Finish(ToGrpcStatus(status));
  }

  const ServiceParts parts_;
  Strand strand_;
  std::shared_ptr<ArtifactWrite> self_;  ///< Until gRPC is done.
  v1::WriteArtifactRequest request_;     ///< Of gRPC while it reads, else of the strand.

  // Of the strand.
  std::optional<BlobStore::Upload> upload_;
  bool is_here_already_ = false;
  bool has_ended_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ReadArtifactResponse>* StartArtifactRead(
    const ServiceParts& parts, absl::StatusOr<Caller> caller,
    const v1::ReadArtifactRequest& request) {
  const auto read = std::make_shared<ArtifactRead>(parts, request);
  read->Start(std::move(caller));
  return read.get();
}

grpc::ServerReadReactor<v1::WriteArtifactRequest>* StartArtifactWrite(
    const ServiceParts& parts, const absl::Status& admission) {
  const auto write = std::make_shared<ArtifactWrite>(parts);
  write->Start(admission);
  return write.get();
}

}  // namespace pecg
