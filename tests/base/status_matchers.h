#ifndef PECG_TESTS_BASE_STATUS_MATCHERS_H_
#define PECG_TESTS_BASE_STATUS_MATCHERS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>

namespace pecg {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename Value>
const absl::Status& StatusOf(const absl::StatusOr<Value>& value) {
  return value.status();
}

/// Matches an OK Status or StatusOr.
MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return arg.ok();
}

/// Matches a Status or StatusOr with that code.
MATCHER_P(HasCode, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

/// Matches a Status or StatusOr with that code, whose message contains `text`.
MATCHER_P2(IsError, code, text, "is " + absl::StatusCodeToString(code) + " about " + text) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         std::string(StatusOf(arg).message()).find(text) != std::string::npos;
}

/// Matches an OK StatusOr whose value matches.
MATCHER_P(HoldsValue, value_matcher, "holds a value that matches") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace pecg

#endif  // PECG_TESTS_BASE_STATUS_MATCHERS_H_
