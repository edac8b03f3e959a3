#include "server/rpc/index_result.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/digest/sha256.h"
#include "base/status.h"
#include "storage/dataset_store.h"

namespace pecg {
namespace {

constexpr char kMissing = '\xff';
constexpr int kBitsPerByte = 8;

/// What is to be stored; shared by the calls of a transaction that is repeated.
struct StoredIndex {
  DatasetVersion version;
  std::vector<IndexEntryRow> entries;
  std::vector<IndexFailureRow> failures;
};

std::string_view SexLetter(v1::Sex sex) {
  if (sex == v1::SEX_FEMALE) return "F";
  return sex == v1::SEX_MALE ? "M" : "";
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ";"));
}

absl::Status CheckIndex(const v1::Index& index) {
  const size_t target_count = static_cast<size_t>(index.targets_size());
  const size_t statement_bytes =
      static_cast<size_t>((index.statement_names_size() + kBitsPerByte - 1) / kBitsPerByte);
  const std::string* last = nullptr;
  for (const v1::IndexEntry& entry : index.entries()) {
    if (entry.record_id().empty() || entry.patient_id().empty()) {
      return DataLoss("the index has an entry without a record or a patient");
    }
    if (last != nullptr && *last >= entry.record_id()) {
      return DataLoss("the index is not sorted by record_id, or names a record twice");
    }
    last = &entry.record_id();
    if (entry.targets().size() != target_count) {
      return DataLoss("an entry of the index has {} target values for {} targets",
                      entry.targets().size(), target_count);
    }
    if (entry.statement_bits().size() != statement_bytes) {
      return DataLoss("an entry of the index has {} bytes of statement bits instead of {}",
                      entry.statement_bits().size(), statement_bytes);
    }
  }
  if (const std::string found = VersionSha256(index); found != index.version_sha256()) {
    return DataLoss("the index says it is version {}, but its records make it {}",
                    index.version_sha256(), found);
  }
  return absl::OkStatus();
}

std::vector<TargetCountRow> CountTargets(const v1::Index& index) {
  std::vector<TargetCountRow> counts;
  for (const std::string& target : index.targets()) counts.push_back({target, 0, 0, 0});
  for (const v1::IndexEntry& entry : index.entries()) {
    for (size_t i = 0; i < counts.size(); ++i) {
      const char value = entry.targets()[i];
      if (value == kMissing) {
        ++counts[i].missing_count;
      } else if (value == 0) {
        ++counts[i].negative_count;
      } else {
        ++counts[i].positive_count;
      }
    }
  }
  return counts;
}

StoredIndex ToRows(const v1::Index& index, const Run& run, const Artifact& artifact) {
  StoredIndex stored;
  stored.version.dataset = run.dataset;
  stored.version.sha256 = index.version_sha256();
  stored.version.create_time = artifact.create_time;
  stored.version.run = run.number;
  stored.version.targets_sha256 = index.targets_sha256();
  stored.version.index_sha256 = artifact.sha256;
  stored.version.synthetic = index.synthetic();
  stored.version.target_counts = CountTargets(index);
  stored.version.statement_names.assign(index.statement_names().begin(),
                                        index.statement_names().end());
  for (const v1::IndexEntry& entry : index.entries()) {
    stored.entries.push_back({static_cast<int64_t>(stored.entries.size()), entry.record_id(),
                              entry.patient_id(), entry.SerializeAsString()});
  }
  for (const v1::IndexFailure& failure : index.failures()) {
    stored.failures.push_back({static_cast<int64_t>(stored.failures.size()), failure.path(),
                               failure.line(), failure.kind(), failure.what(), failure.hint()});
  }
  return stored;
}

}  // namespace

std::string VersionSha256(const v1::Index& index) {
  Sha256 hash;
  for (const v1::IndexEntry& entry : index.entries()) {
    const std::string age = entry.has_age_days() ? std::to_string(entry.age_days()) : "";
    hash.Update(fmt::format("{}|{}|{}|{}|{}|{}|{}\n", entry.record_id(), entry.patient_id(),
                            entry.signal_sha256(), age, SexLetter(entry.sex()),
                            Joined(entry.icd_codes()), Joined(entry.statements())));
  }
  return hash.FinishHex();
}

absl::StatusOr<PayloadCodec::ApplyResult> ReadIndexResult(const BlobStore& blobs, const Run& run,
                                                          const Artifact& artifact) {
  PECG_ASSIGN_OR_RETURN(const std::string content, blobs.Read(artifact.sha256));
  v1::Index index;
  if (!index.ParseFromString(content)) {
    return DataLoss("{} is not an index", artifact.path);
  }
  PECG_RETURN_IF_ERROR(CheckIndex(index));
  auto stored = std::make_shared<StoredIndex>(ToRows(index, run, artifact));
  return PayloadCodec::ApplyResult([stored](Transaction& transaction) -> absl::Status {
    return InsertDatasetVersion(transaction, stored->version, stored->entries, stored->failures)
        .status();
  });
}

}  // namespace pecg
