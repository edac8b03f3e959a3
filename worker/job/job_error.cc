#include "worker/job/job_error.h"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include "base/error_detail.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

/// How one kind of Error looks from outside.
struct Appearance {
  const char* failed_kind;
  int exit_code;
};

Appearance AppearanceOf(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::kBadInput:
      return {"invalid_spec", kExitBadSpec};
    case Error::Kind::kNotFound:
      return {"data_missing", kExitBadData};
    case Error::Kind::kCorruptData:
    case Error::Kind::kDuplicate:
    case Error::Kind::kUnsupported:
      return {"corrupt_data", kExitBadData};
    case Error::Kind::kDiskFull:
      return {"disk_full", kExitInternal};
    case Error::Kind::kIo:
      return {"internal", kExitInternal};
    case Error::Kind::kOutOfMemory:
      return {"out_of_memory", kExitInternal};
    case Error::Kind::kDiverged:
      return {"diverged", kExitInternal};
    case Error::Kind::kDevice:
      return {"device_error", kExitInternal};
  }
  return {"internal", kExitInternal};
}

Error::Kind KindOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
      return Error::Kind::kBadInput;
    case absl::StatusCode::kNotFound:
      return Error::Kind::kNotFound;
    case absl::StatusCode::kDataLoss:
      return Error::Kind::kCorruptData;
    case absl::StatusCode::kAlreadyExists:
      return Error::Kind::kDuplicate;
    case absl::StatusCode::kUnimplemented:
      return Error::Kind::kUnsupported;
    case absl::StatusCode::kResourceExhausted:
      return Error::Kind::kDiskFull;
    default:
      return Error::Kind::kIo;
  }
}

JobFailure Failure(const Appearance& appearance, std::string what, std::string where,
                   std::string hint) {
  JobFailure failure;
  failure.failed.set_kind(appearance.failed_kind);
  failure.failed.set_what(std::move(what));
  failure.failed.set_where(std::move(where));
  failure.failed.set_hint(std::move(hint));
  failure.exit_code = appearance.exit_code;
  return failure;
}

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

absl::StatusCode StatusCodeOf(const std::string& failed_kind) {
  if (failed_kind == "invalid_spec") return absl::StatusCode::kInvalidArgument;
  if (failed_kind == "data_missing") return absl::StatusCode::kNotFound;
  if (failed_kind == "corrupt_data") return absl::StatusCode::kDataLoss;
  if (failed_kind == "out_of_memory" || failed_kind == "disk_full") {
    return absl::StatusCode::kResourceExhausted;
  }
  if (failed_kind == "diverged") return absl::StatusCode::kAborted;
  if (failed_kind == "device_error") return absl::StatusCode::kUnavailable;
  return absl::StatusCode::kInternal;
}

}  // namespace

JobFailure FailureOfCurrentException() {
  try {
    throw;
  } catch (const Error& error) {
    return Failure(AppearanceOf(error.kind()), error.message(), error.where(), error.hint());
  } catch (const std::bad_alloc&) {
    return Failure(AppearanceOf(Error::Kind::kOutOfMemory), "the machine has no memory left", "",
                   "use fewer threads or smaller batches");
  } catch (const std::exception& error) {
    return Failure(AppearanceOf(Error::Kind::kIo), FirstLine(error.what()), "", "");
  } catch (...) {
    return Failure(AppearanceOf(Error::Kind::kIo), "something unknown was thrown", "", "");
  }
}

absl::Status StatusOf(const JobFailure& failure) {
  return DetailedError(StatusCodeOf(failure.failed.kind()), {.what = failure.failed.what(),
                                                             .where = failure.failed.where(),
                                                             .hint = failure.failed.hint()});
}

void ThrowIfError(const absl::Status& status, const std::string& where) {
  if (status.ok()) return;
  const ErrorDetail detail = DetailOf(status);
  throw Error(KindOf(status.code()), detail.what, detail.where.empty() ? where : detail.where,
              detail.hint);
}

std::string ErrorText(const v1::JobFailed& failed) {
  std::string text = fmt::format("error: {}\n", failed.what());
  if (!failed.where().empty()) text += fmt::format("  where: {}\n", failed.where());
  if (!failed.hint().empty()) text += fmt::format("  hint: {}\n", failed.hint());
  return text;
}

}  // namespace pecg
