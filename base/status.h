#ifndef PECG_BASE_STATUS_H_
#define PECG_BASE_STATUS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <string>
#include <utility>

/// Errors outside the worker rooms are absl::Status. The constructors below take a format string
/// and its arguments: static text first, the value that was wrong last. They also hide that
/// Debian's absl::string_view is not std::string_view.

namespace pecg {

template <typename... Args>
absl::Status MakeStatus(absl::StatusCode code, fmt::format_string<Args...> format, Args&&... args) {
  return absl::Status(code, fmt::format(format, std::forward<Args>(args)...));
}

#define PECG_STATUS_CONSTRUCTOR(Name, code)                                     \
  template <typename... Args>                                                   \
  absl::Status Name(fmt::format_string<Args...> format, Args&&... args) {       \
    return MakeStatus(absl::StatusCode::code, format, std::forward<Args>(args)...); \
  }
PECG_STATUS_CONSTRUCTOR(Aborted, kAborted)
PECG_STATUS_CONSTRUCTOR(AlreadyExists, kAlreadyExists)
PECG_STATUS_CONSTRUCTOR(DataLoss, kDataLoss)
PECG_STATUS_CONSTRUCTOR(FailedPrecondition, kFailedPrecondition)
PECG_STATUS_CONSTRUCTOR(Internal, kInternal)
PECG_STATUS_CONSTRUCTOR(InvalidArgument, kInvalidArgument)
PECG_STATUS_CONSTRUCTOR(NotFound, kNotFound)
PECG_STATUS_CONSTRUCTOR(PermissionDenied, kPermissionDenied)
PECG_STATUS_CONSTRUCTOR(ResourceExhausted, kResourceExhausted)
PECG_STATUS_CONSTRUCTOR(Unauthenticated, kUnauthenticated)
PECG_STATUS_CONSTRUCTOR(Unavailable, kUnavailable)
#undef PECG_STATUS_CONSTRUCTOR

/// Returns the error for a failed system call: the most exact code for `error_number`, with
/// `what` and the system's own words. ENOSPC and EDQUOT are RESOURCE_EXHAUSTED.
absl::Status ErrnoStatus(int error_number, const std::string& what);

}  // namespace pecg

#define PECG_STATUS_CONCAT_INNER(a, b) a##b
#define PECG_STATUS_CONCAT(a, b) PECG_STATUS_CONCAT_INNER(a, b)

/// Returns from the calling function if `expression` is not OK.
#define PECG_RETURN_IF_ERROR(expression)                       \
  do {                                                         \
    if (absl::Status pecg_status = (expression); !pecg_status.ok()) return pecg_status; \
  } while (false)

/// Declares or assigns `target` from a StatusOr, or returns its error from the calling function.
#define PECG_ASSIGN_OR_RETURN(target, expression) \
  PECG_ASSIGN_OR_RETURN_IMPL(PECG_STATUS_CONCAT(pecg_status_or_, __LINE__), target, expression)
#define PECG_ASSIGN_OR_RETURN_IMPL(status_or, target, expression) \
  auto status_or = (expression);                                  \
  if (!status_or.ok()) return std::move(status_or).status();      \
  target = *std::move(status_or)

#endif  // PECG_BASE_STATUS_H_
