#ifndef PECG_SERVER_RPC_INDEX_RESULT_H_
#define PECG_SERVER_RPC_INDEX_RESULT_H_

#include <absl/status/statusor.h>

#include <string>

#include "pecg/v1/dataset.pb.h"
#include "server/queue/payload_codec.h"
#include "server/rpc/blob_store.h"
#include "storage/artifact_store.h"
#include "storage/run_store.h"

namespace pecg {

/// SHA-256, 64 lower-case hexadecimal digits, over one line per entry in the index's order,
///
///     record_id|patient_id|signal_sha256|age|sex|icd;icd;...|statement;statement;...\n
///
/// age in days in decimal, empty when unknown; sex `F`, `M` or empty; codes and statements as
/// written. The same text as worker/dataset/index.h states for the job that makes the index.
std::string VersionSha256(const v1::Index& index);

/// Reads an index run's `index.binpb` and checks it: entries sorted by record_id, each once, with a
/// value per target, and the version's hash. Returns what stores it as a dataset version. Errors:
/// `DATA_LOSS` with what is wrong.
absl::StatusOr<PayloadCodec::ApplyResult> ReadIndexResult(const BlobStore& blobs, const Run& run,
                                                          const Artifact& artifact);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_INDEX_RESULT_H_
