#ifndef PECG_CLIENT_CLI_LIST_ALL_H_
#define PECG_CLIENT_CLI_LIST_ALL_H_

#include <absl/status/status.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <cstdint>

#include "client/cli/coordinator.h"

namespace pecg {

/// Calls a List method page by page and gives each item to `take`, `limit` of them at most (0 =
/// all). `items` returns the items of an answer.
/// Errors: the call's.
template <typename Stub, typename Request, typename Response, typename Items, typename Take>
absl::Status ListAll(Coordinator* coordinator,
                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     Request request, Items items, int64_t limit, Take take) {
  constexpr int64_t kPageSize = 1000;
  int64_t left = limit == 0 ? INT64_MAX : limit;
  while (left > 0) {
    request.set_page_size(static_cast<int32_t>(std::min(left, kPageSize)));
    auto response = coordinator->Call(method, request);
    if (!response.ok()) return response.status();
    for (const auto& item : items(*response)) {
      if (left == 0) return absl::OkStatus();
      take(item);
      --left;
    }
    if (response->next_page_token().empty()) return absl::OkStatus();
    request.set_page_token(response->next_page_token());
  }
  return absl::OkStatus();
}

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_LIST_ALL_H_
