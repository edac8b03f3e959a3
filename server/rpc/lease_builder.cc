#include "server/rpc/lease_builder.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/split.h"
#include "base/status.h"
#include "server/rpc/convert.h"
#include "server/rpc/index_entries.h"
#include "server/rpc/manifest.h"
#include "server/rpc/resource_name.h"
#include "storage/artifact_store.h"
#include "storage/dataset_store.h"
#include "storage/run_store.h"
#include "storage/split_store.h"

namespace pecg {
namespace {

/// All that a lease is made of, of one moment.
struct LeaseParts {
  Run run;
  Attempt attempt;
  v1::RunSpec spec;
  Dataset dataset;
  std::optional<DatasetVersion> version;
  std::optional<Split> split;
  std::map<std::string, std::vector<Artifact>> inputs;  ///< By alias.
  std::optional<Checkpoint> checkpoint;
  std::vector<v1::IndexEntry> entries;                 ///< For a manifest.
  std::map<std::string, SplitAssignment> assignments;  ///< For a manifest.
};

absl::Status ReadData(Snapshot& snapshot, LeaseParts* parts) {
  const v1::RunSpec& spec = parts->spec;
  PECG_ASSIGN_OR_RETURN(parts->dataset, GetDataset(snapshot, spec.dataset()));
  if (!spec.dataset_version().empty()) {
    PECG_ASSIGN_OR_RETURN(parts->version,
                          GetDatasetVersion(snapshot, spec.dataset(), spec.dataset_version()));
  }
  if (!spec.split().empty()) {
    PECG_ASSIGN_OR_RETURN(parts->split, GetSplit(snapshot, spec.split()));
  }
  if (!NeedsManifest(spec)) return absl::OkStatus();
  if (!parts->version.has_value() || !parts->split.has_value()) {
    return FailedPrecondition("run {} has no dataset version or no split", parts->run.number);
  }
  PECG_ASSIGN_OR_RETURN(parts->entries, ReadIndexEntries(snapshot, parts->version->id));
  PECG_ASSIGN_OR_RETURN(parts->assignments, ReadAssignments(snapshot, parts->split->id));
  return absl::OkStatus();
}

absl::StatusOr<LeaseParts> ReadParts(Snapshot& snapshot, const AttemptKey& key) {
  LeaseParts parts;
  PECG_ASSIGN_OR_RETURN(const Transition owner, CheckOwner(snapshot, key));
  if (owner != Transition::kApplied)
    return Aborted("attempt {} of run {} has ended", key.attempt, key.run);
  PECG_ASSIGN_OR_RETURN(parts.run, GetRun(snapshot, key.run));
  PECG_ASSIGN_OR_RETURN(parts.attempt, GetAttempt(snapshot, key.run, key.attempt));
  if (!parts.spec.ParseFromString(parts.run.spec)) {
    return DataLoss("the spec of run {} is damaged", key.run);
  }
  PECG_RETURN_IF_ERROR(ReadData(snapshot, &parts));
  PECG_ASSIGN_OR_RETURN(const std::vector<RunInputRow> inputs, ListRunInputs(snapshot, key.run));
  for (const RunInputRow& input : inputs) {
    PECG_ASSIGN_OR_RETURN(parts.inputs[input.alias], ListArtifacts(snapshot, input.run));
  }
  if (parts.attempt.resume_step.has_value()) {
    PECG_ASSIGN_OR_RETURN(parts.checkpoint, FindLastCheckpoint(snapshot, key.run));
  }
  return parts;
}

v1::JobSpec MakeJobSpec(const LeaseParts& parts, int64_t test_look_count) {
  v1::JobSpec job;
  *job.mutable_run_spec() = parts.spec;
  job.set_run(RunName(parts.run.number));
  job.set_run_uid(parts.run.uid);
  job.set_attempt(parts.attempt.key.attempt);
  job.set_fence(parts.attempt.key.fence);
  job.set_dataset_kind(parts.dataset.kind);
  job.set_device(parts.attempt.device);
  job.set_test_look_count(test_look_count);
  if (parts.version.has_value()) {
    for (const TargetCountRow& count : parts.version->target_counts) {
      job.add_targets(count.target);
    }
    job.mutable_statement_names()->Assign(parts.version->statement_names.begin(),
                                          parts.version->statement_names.end());
    job.set_targets_sha256(parts.version->targets_sha256);
    job.set_synthetic(parts.version->synthetic);
  }
  return job;
}

void AddBlob(const std::string& path, const std::string& sha256, int64_t size_bytes,
             google::protobuf::RepeatedPtrField<v1::BlobRef>* blobs) {
  v1::BlobRef* blob = blobs->Add();
  blob->set_path(path);
  blob->set_sha256(sha256);
  blob->set_size_bytes(size_bytes);
}

}  // namespace

absl::StatusOr<v1::Lease> LeaseBuilder::Build(const AttemptKey& key) const {
  PECG_ASSIGN_OR_RETURN(const LeaseParts parts, readers_->Read([&](Snapshot& snapshot) {
    return ReadParts(snapshot, key);
  }));
  int64_t look_count = parts.split.has_value() ? parts.split->test_look_count : 0;
  if (parts.spec.unlock_test() && parts.split.has_value()) {
    const TestLookRow look{key.run, parts.run.user, clock_->Now()};
    PECG_RETURN_IF_ERROR(writer_->Write([&](Transaction& transaction) -> absl::Status {
      auto count = RecordTestLook(transaction, parts.split->id, look);
      if (count.ok()) look_count = *count;
      return count.status();
    }));
  }
  v1::Lease lease;
  *lease.mutable_attempt() = ToMessage(key);
  *lease.mutable_job_spec() = MakeJobSpec(parts, look_count);
  if (NeedsManifest(parts.spec)) {
    PECG_ASSIGN_OR_RETURN(const std::string manifest,
                          MakeManifest(parts.spec, parts.entries, parts.assignments));
    PECG_ASSIGN_OR_RETURN(const BlobId blob, blobs_->Put(manifest));
    lease.mutable_manifest()->set_path("manifest.binpb");
    lease.mutable_manifest()->set_sha256(blob.sha256);
    lease.mutable_manifest()->set_size_bytes(blob.size_bytes);
  }
  for (const auto& [alias, artifacts] : parts.inputs) {
    for (const Artifact& artifact : artifacts) {
      AddBlob(fmt::format("{}/{}", alias, artifact.path), artifact.sha256, artifact.size_bytes,
              lease.mutable_inputs());
    }
  }
  if ((parts.spec.has_audit() || parts.spec.has_rules()) && parts.version.has_value()) {
    PECG_ASSIGN_OR_RETURN(const int64_t size, blobs_->Size(parts.version->index_sha256));
    AddBlob("index/index.binpb", parts.version->index_sha256, size, lease.mutable_inputs());
  }
  if (parts.checkpoint.has_value()) {
    for (const CheckpointFile& file : parts.checkpoint->files) {
      AddBlob(file.path, file.sha256, file.size_bytes, lease.mutable_resume());
    }
    lease.set_resume_step(parts.checkpoint->step);
  }
  return lease;
}

}  // namespace pecg
