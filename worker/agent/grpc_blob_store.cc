#include "worker/agent/grpc_blob_store.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "base/status.h"
#include "worker/agent/channel.h"
#include "worker/agent/descriptor.h"

namespace pecg {
namespace {

constexpr int64_t kPieceByteCount = int64_t{256} << 10;

void SetDeadline(const Blob& blob, grpc::ClientContext* context) {
  const std::chrono::seconds patience(30 + blob.size_bytes / kPieceByteCount);
  context->set_deadline(std::chrono::system_clock::now() + patience);
}

/// What the call says, or CANCELLED when it was us who ended it.
absl::Status Outcome(const grpc::Status& status, const Cancellation& cancellation) {
  if (!status.ok() && cancellation.cancelled()) {
    return absl::CancelledError("the transfer was cancelled");
  }
  return ToAbslStatus(status);
}

}  // namespace

GrpcBlobStore::GrpcBlobStore(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(v1::ArtifactService::NewStub(channel)) {}

absl::Status GrpcBlobStore::Read(const Blob& blob, int64_t offset, Cancellation* cancellation,
                                 const std::function<absl::Status(std::string_view)>& take) {
  grpc::ClientContext context;
  SetDeadline(blob, &context);
  const Cancellation::Interrupt interrupt(cancellation, [&context] { context.TryCancel(); });
  v1::ReadArtifactRequest request;
  request.set_name(fmt::format("blobs/{}", blob.sha256));
  request.set_offset(offset);
  const auto reader = stub_->ReadArtifact(&context, request);
  absl::Status taken;
  v1::ReadArtifactResponse response;
  while (taken.ok() && reader->Read(&response)) taken = take(response.data());
  if (!taken.ok()) context.TryCancel();
  const grpc::Status status = reader->Finish();
  return taken.ok() ? Outcome(status, *cancellation) : taken;
}

absl::Status GrpcBlobStore::Write(const Blob& blob, int descriptor, Cancellation* cancellation) {
  grpc::ClientContext context;
  SetDeadline(blob, &context);
  const Cancellation::Interrupt interrupt(cancellation, [&context] { context.TryCancel(); });
  v1::WriteArtifactResponse response;
  const auto writer = stub_->WriteArtifact(&context, &response);
  v1::WriteArtifactRequest request;
  request.set_sha256(blob.sha256);
  request.set_size_bytes(blob.size_bytes);
  absl::Status local;
  // A refused piece means that the coordinator has answered: it has the content, or an error.
  bool more = writer->Write(request);
  for (int64_t offset = 0; more && offset < blob.size_bytes; offset += kPieceByteCount) {
    absl::StatusOr<std::string> piece =
        ReadAt(descriptor, offset, kPieceByteCount, "the file to upload");
    local = piece.status();
    if (!local.ok()) break;
    request.Clear();
    request.set_data(*std::move(piece));
    more = writer->Write(request);
  }
  if (!local.ok()) context.TryCancel();
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  return local.ok() ? Outcome(status, *cancellation) : local;
}

}  // namespace pecg
