#ifndef PECG_TESTS_WORKER_FILE_ERROR_MATCHER_H_
#define PECG_TESTS_WORKER_FILE_ERROR_MATCHER_H_

#include <gmock/gmock.h>

#include <optional>
#include <utility>

#include "worker/ecg/error.h"

namespace pecg {

/// The Error that `action` throws; nothing if it throws none.
template <typename Action>
std::optional<Error> ErrorOf(Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// Matches ErrorOf() by kind and by a part of the line that what() is.
MATCHER_P2(IsError, kind, part, "") {
  if (!arg) {
    *result_listener << "which threw nothing";
    return false;
  }
  *result_listener << "which is " << NameOf(arg->kind()) << ": " << arg->what();
  return arg->kind() == kind && std::string(arg->what()).find(part) != std::string::npos;
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_FILE_ERROR_MATCHER_H_
