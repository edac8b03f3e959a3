#include "server/rpc/page.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <charconv>

#include "base/error_detail.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr int64_t kDefaultPageSize = 100;
constexpr int64_t kMaxPageSize = 1000;

absl::Status BadToken() {
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {"not a page token", "page_token",
                        "leave it empty for the first page; else take that of the last answer"});
}

}  // namespace

absl::StatusOr<int64_t> PageSize(int32_t page_size) {
  if (page_size < 0) {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {fmt::format("{} is negative", page_size), "page_size", ""});
  }
  if (page_size == 0) return kDefaultPageSize;
  return std::min<int64_t>(page_size, kMaxPageSize);
}

std::string PageTokenAfter(std::string_view key) {
  return absl::WebSafeBase64Escape(std::string(key));
}

std::string PageTokenAfter(int64_t key) { return PageTokenAfter(std::to_string(key)); }

absl::StatusOr<std::string> KeyOf(const std::string& page_token) {
  std::string key;
  if (!absl::WebSafeBase64Unescape(page_token, &key)) return BadToken();
  return key;
}

absl::StatusOr<int64_t> NumberOf(const std::string& page_token, int64_t first) {
  if (page_token.empty()) return first;
  PECG_ASSIGN_OR_RETURN(const std::string key, KeyOf(page_token));
  int64_t number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  if (error != std::errc() || end != key.data() + key.size()) return BadToken();
  return number;
}

}  // namespace pecg
