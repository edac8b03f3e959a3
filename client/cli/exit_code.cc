#include "client/cli/exit_code.h"

namespace pecg {

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return kExitOk;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return kExitUsage;
    case grpc::StatusCode::NOT_FOUND:
      return kExitNotFound;
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return kExitDenied;
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:
      return kExitConflict;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::UNAVAILABLE:
      return kExitUnavailable;
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::UNIMPLEMENTED:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::DO_NOT_USE:
      return kExitInternal;
  }
  return kExitInternal;  // A number of a newer gRPC.
}

ExitCode ExitCodeOf(const absl::Status& status) {
  return ExitCodeOf(static_cast<grpc::StatusCode>(status.code()));
}

ExitCode ExitCodeOf(v1::RunState state) {
  if (state == v1::RUN_STATE_SUCCEEDED) return kExitOk;
  if (state == v1::RUN_STATE_FAILED) return kExitRunFailed;
  if (state == v1::RUN_STATE_CANCELLED) return kExitRunCancelled;
  return kExitInternal;
}

}  // namespace pecg
