#include "server/rpc/message_codec.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/status.h"
#include "pecg/v1/run.pb.h"
#include "server/rpc/convert.h"
#include "server/rpc/evaluation_result.h"
#include "server/rpc/index_result.h"

namespace pecg {
namespace {

/// Adds `reported` to a text that lists what was involved, unless it is there.
std::string Joined(const std::string& known, const std::string& reported) {
  if (known.empty() || reported.empty()) return known + reported;
  return known.find(reported) == std::string::npos ? known + "; " + reported : known;
}

absl::StatusOr<Artifact> FindTyped(const std::vector<Artifact>& artifacts, std::string_view type) {
  const auto found =
      std::find_if(artifacts.begin(), artifacts.end(),
                   [type](const Artifact& artifact) { return artifact.type == type; });
  if (found != artifacts.end()) return *found;
  return NotFound("the job delivered no artifact of type {}", type);
}

}  // namespace

LogPiece DecodeLogPiece(std::string_view payload) {
  LogPiece piece;
  const char* const end = payload.data() + payload.size();
  const auto offset = std::from_chars(payload.data(), end, piece.offset);
  if (offset.ec != std::errc() || offset.ptr == end) return {};
  const auto size = std::from_chars(offset.ptr + 1, end, piece.size_bytes);
  return size.ec == std::errc() ? piece : LogPiece();
}

std::string MessageCodec::EncodeRun(const Run& run) const {
  v1::RunEvent event;
  *event.mutable_run_changed() = ToMessage(run);
  return event.SerializeAsString();
}

std::string MessageCodec::EncodeAttempt(const Attempt& attempt) const {
  v1::RunEvent event;
  *event.mutable_attempt_changed() = ToMessage(attempt);
  return event.SerializeAsString();
}

std::string MessageCodec::EncodeArtifact(const Artifact& artifact) const {
  v1::RunEvent event;
  *event.mutable_artifact() = ToMessage(artifact);
  return event.SerializeAsString();
}

std::string MessageCodec::EncodePoints(std::span<const NewPoint> points) const {
  v1::RunEvent event;
  for (const NewPoint& point : points) {
    v1::MetricPoint* added = event.mutable_metrics()->add_points();
    added->set_key(std::string(point.key));
    added->set_step(point.step);
    added->set_value(point.value);
    *added->mutable_time() = ToTimestamp(point.time);
  }
  return event.SerializeAsString();
}

std::string MessageCodec::EncodeProgress(std::string_view progress) const {
  v1::RunEvent event;
  event.mutable_progress()->ParseFromString(std::string(progress));
  return event.SerializeAsString();
}

std::string MessageCodec::EncodeLogPiece(int64_t offset, int64_t size_bytes) const {
  return fmt::format("{} {}", offset, size_bytes);
}

std::string MessageCodec::MergeLineage(std::string_view known, std::string_view reported) const {
  v1::Lineage lineage;
  v1::Lineage added;
  lineage.ParseFromString(std::string(known));
  added.ParseFromString(std::string(reported));
  const std::string code = Joined(lineage.code_version(), added.code_version());
  lineage.MergeFrom(added);
  lineage.set_code_version(code);
  return lineage.SerializeAsString();
}

absl::StatusOr<PayloadCodec::ApplyResult> MessageCodec::ReadResult(
    const Run& run, const AttemptKey& key, const std::vector<Artifact>& artifacts) const {
  if (run.kind == "index") {
    PECG_ASSIGN_OR_RETURN(const Artifact artifact, FindTyped(artifacts, "index"));
    return ReadIndexResult(*blobs_, run, artifact);
  }
  if (run.kind == "evaluate") {
    PECG_ASSIGN_OR_RETURN(const Artifact artifact, FindTyped(artifacts, "evaluation"));
    return ReadEvaluationResult(*blobs_, *this, key, artifact);
  }
  return ApplyResult();
}

}  // namespace pecg
