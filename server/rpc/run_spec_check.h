#ifndef PECG_SERVER_RPC_RUN_SPEC_CHECK_H_
#define PECG_SERVER_RPC_RUN_SPEC_CHECK_H_

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "pecg/v1/run_spec.pb.h"

namespace pecg {

/// Returns an `INVALID_ARGUMENT` about `field`.
absl::Status BadField(std::string_view field, std::string what, std::string hint = {});

/// Returns a hint with the nearest of `names`, or all of them when none is near.
std::string SuggestName(std::string_view name, const std::vector<std::string>& names);

/// Returns the name of the job kind that is set, `train`; empty if none is.
std::string KindOf(const v1::RunSpec& spec);

/// Checks what a spec says without looking at anything else: one job kind, every number in its
/// range, no field that the kind does not use. Errors: `INVALID_ARGUMENT` naming the field.
absl::Status CheckRunSpec(const v1::RunSpec& spec);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_RUN_SPEC_CHECK_H_
