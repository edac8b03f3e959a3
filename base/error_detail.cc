#include "base/error_detail.h"

#include <absl/strings/cord.h>
#include <fmt/format.h>

#include <optional>

namespace pecg {
namespace {

constexpr const char* kWhat = "pecg/what";
constexpr const char* kWhere = "pecg/where";
constexpr const char* kHint = "pecg/hint";

std::string PayloadOf(const absl::Status& status, const char* key) {
  const auto payload = status.GetPayload(key);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status DetailedError(absl::StatusCode code, const ErrorDetail& detail) {
  std::string message =
      detail.where.empty() ? detail.what : fmt::format("{}: {}", detail.where, detail.what);
  if (!detail.hint.empty()) message += fmt::format(" ({})", detail.hint);
  absl::Status status(code, message);
  status.SetPayload(kWhat, absl::Cord(detail.what));
  if (!detail.where.empty()) status.SetPayload(kWhere, absl::Cord(detail.where));
  if (!detail.hint.empty()) status.SetPayload(kHint, absl::Cord(detail.hint));
  return status;
}

ErrorDetail DetailOf(const absl::Status& status) {
  ErrorDetail detail{PayloadOf(status, kWhat), PayloadOf(status, kWhere), PayloadOf(status, kHint)};
  if (detail.what.empty()) detail.what = std::string(status.message());
  return detail;
}

}  // namespace pecg
