#ifndef PECG_SERVER_RPC_EVALUATION_RESULT_H_
#define PECG_SERVER_RPC_EVALUATION_RESULT_H_

#include <absl/status/statusor.h>

#include "server/queue/payload_codec.h"
#include "server/rpc/blob_store.h"
#include "storage/artifact_store.h"

namespace pecg {

/// Reads an evaluation run's `evaluation.binpb`. Returns what stores its figures as metric points
/// at step 0 of the run: `<role>.<target>.auroc`, `.auroc_lower`, `.auroc_upper`, and so on for
/// every estimate, and `.patient_count` and `.positive_count`. `codec` is not owned and outlives
/// the answer. Errors: `DATA_LOSS`.
absl::StatusOr<PayloadCodec::ApplyResult> ReadEvaluationResult(const BlobStore& blobs,
                                                               const PayloadCodec& codec,
                                                               const AttemptKey& key,
                                                               const Artifact& artifact);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_EVALUATION_RESULT_H_
