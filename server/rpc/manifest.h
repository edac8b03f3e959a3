#ifndef PECG_SERVER_RPC_MANIFEST_H_
#define PECG_SERVER_RPC_MANIFEST_H_

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <vector>

#include "base/split.h"
#include "pecg/v1/dataset.pb.h"
#include "pecg/v1/job.pb.h"
#include "pecg/v1/run_spec.pb.h"

namespace pecg {

/// Returns `manifest.binpb` of a train, evaluate or rules run: the records it may use, by ordinal,
/// length-delimited ManifestEntries. Train: every record with the role that its patient's place has
/// in the spec's scheme. Evaluate and rules: every record of the four folds, role unspecified. The
/// locked test's records only under `unlock_test`. The same arguments give the same bytes. Errors:
/// `FAILED_PRECONDITION` for a patient who is not in the split.
absl::StatusOr<std::string> MakeManifest(const v1::RunSpec& spec,
                                         const std::vector<v1::IndexEntry>& entries,
                                         const std::map<std::string, SplitAssignment>& assignments);

/// Says whether a run of this kind gets a manifest.
bool NeedsManifest(const v1::RunSpec& spec);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_MANIFEST_H_
