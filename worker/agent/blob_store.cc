#include "worker/agent/blob_store.h"

namespace pecg {

bool IsTransient(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kUnauthenticated:  // A token that is just being replaced.
      return true;
    default:
      return false;
  }
}

}  // namespace pecg
