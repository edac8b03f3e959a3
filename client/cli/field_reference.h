#ifndef PECG_CLIENT_CLI_FIELD_REFERENCE_H_
#define PECG_CLIENT_CLI_FIELD_REFERENCE_H_

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace pecg {

/// The serialized google.protobuf.FileDescriptorSet of proto/pecg/v1 with its comments; embedded at
/// build time.
std::string_view DescriptorSetBytes();

/// Explains a field by its path, from the comments of the protos: `train.lr` (a key of a spec),
/// `run.state` (a field of an answer, by the message's name in snake_case), `end_reason` (an enum),
/// or, for an empty path, the spec itself. Lines are at most `width` columns; 0 = 100. Errors:
/// NOT_FOUND with the nearest name.
absl::StatusOr<std::string> ExplainField(std::string_view path, size_t width);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_FIELD_REFERENCE_H_
