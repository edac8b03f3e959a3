#ifndef PECG_SERVER_RPC_RUN_SPEC_RESOLVER_H_
#define PECG_SERVER_RPC_RUN_SPEC_RESOLVER_H_

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "pecg/v1/run_spec.pb.h"
#include "storage/run_store.h"
#include "storage/transaction.h"

namespace pecg {

/// A spec that can be run.
struct ResolvedSpec {
  /// Dataset version and split are full hashes, max_retries is a number of retries, and kinds that
  /// cannot use more have the device cpu.
  v1::RunSpec spec;
  std::string kind;            ///< `index`, `audit`, `train`, `evaluate`, `report`.
  bool opens_records = false;  ///< The worker must map the dataset to a folder.
  std::vector<RunInputRow> inputs;
  std::string targets_sha256;  ///< Of the dataset version; empty for `index`.
  bool synthetic = false;
};

/// Checks a spec against its own rules and against what there is, and resolves what it leaves open.
/// Errors name the field as a train.yaml has it, and say what would be right: `INVALID_ARGUMENT`
/// for a value that cannot be, `NOT_FOUND` for a dataset, version, split or input that is not
/// there, `FAILED_PRECONDITION` for one that is there and does not fit.
absl::StatusOr<ResolvedSpec> ResolveRunSpec(Snapshot& snapshot, const v1::RunSpec& spec);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_RUN_SPEC_RESOLVER_H_
