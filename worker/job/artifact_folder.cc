#include "worker/job/artifact_folder.h"

#include <string>
#include <utility>

#include "worker/job/durable_file.h"
#include "worker/job/job_directory.h"

namespace pecg {
namespace {

v1::ArtifactReady ReadyMessage(std::string_view path, std::string_view type, FileDigest digest) {
  v1::ArtifactReady ready;
  ready.set_path(std::string(path));
  ready.set_type(std::string(type));
  ready.set_sha256(std::move(digest.sha256));
  ready.set_size_bytes(digest.size_bytes);
  return ready;
}

}  // namespace

ArtifactFolder::ArtifactFolder(std::filesystem::path output, EventWriter* events)
    : output_(std::move(output)), events_(events) {}

void ArtifactFolder::Write(std::string_view path, std::string_view type, std::string_view content) {
  FileDigest digest = WriteDurably(PathBelow(output_, path, "the path of an artifact"), content);
  events_->Artifact(ReadyMessage(path, type, std::move(digest)));
}

void ArtifactFolder::WriteWith(std::string_view path, std::string_view type,
                               const std::function<void(const std::filesystem::path&)>& write) {
  FileDigest digest = WriteDurably(PathBelow(output_, path, "the path of an artifact"), write);
  events_->Artifact(ReadyMessage(path, type, std::move(digest)));
}

}  // namespace pecg
