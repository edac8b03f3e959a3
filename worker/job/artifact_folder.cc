#include "worker/job/artifact_folder.h"

#include <string>
#include <utility>

#include "worker/file/atomic_file.h"
#include "worker/job/digest_file.h"
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
  WriteWith(path, type,
            [&](const std::filesystem::path& file) { WriteFileAtomically(file, content); });
}

void ArtifactFolder::WriteWith(std::string_view path, std::string_view type,
                               const std::function<void(const std::filesystem::path&)>& write) {
  const std::filesystem::path file = PathBelow(output_, path, "the path of an artifact");
  MakeFolder(file.parent_path());
  write(file);
  events_->Artifact(ReadyMessage(path, type, DigestFile(file)));
}

}  // namespace pecg
