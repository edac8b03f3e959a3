#include "server/rpc/status.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/error_detail.h"

namespace pecg {
namespace {

std::string Line(std::string_view key, const std::string& value) {
  return value.empty() ? std::string() : fmt::format("{}: {}\n", key, value);
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const ErrorDetail detail = DetailOf(status);
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
          Line("what", detail.what) + Line("where", detail.where) + Line("hint", detail.hint)};
}

}  // namespace pecg
