#include "client/cli/error_report.h"

#include <absl/strings/cord.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error_detail.h"
#include "client/cli/exit_code.h"

namespace pecg {
namespace {

constexpr const char* kRequest = "pecg/request";

std::string RequestOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kRequest);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status WithRequest(absl::Status status, std::string_view request_id) {
  if (!status.ok() && !request_id.empty()) {
    status.SetPayload(kRequest, absl::Cord(std::string(request_id)));
  }
  return status;
}

absl::Status WithHint(const absl::Status& status, std::string hint) {
  ErrorDetail detail = DetailOf(status);
  detail.hint = std::move(hint);
  return WithRequest(DetailedError(status.code(), detail), RequestOf(status));
}

std::string FormatError(const absl::Status& status, bool as_json, const Style& style) {
  const ErrorDetail detail = DetailOf(status);
  const std::string request = RequestOf(status);
  if (as_json) {
    const nlohmann::ordered_json error = {{"code", absl::StatusCodeToString(status.code())},
                                          {"exit_code", static_cast<int>(ExitCodeOf(status))},
                                          {"message", detail.what},
                                          {"where", detail.where},
                                          {"hint", detail.hint},
                                          {"request", request}};
    return nlohmann::ordered_json{{"error", error}}.dump(
               -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
           "\n";
  }
  std::string text =
      fmt::format("{} {}\n", Paint(style, Color::kRed, "error:"), Printable(detail.what));
  const auto add = [&](const char* label, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {} {}\n", label, Printable(value));
  };
  add("where:", detail.where);
  add("hint:", detail.hint);
  add("request:", request);
  return text;
}

}  // namespace pecg
