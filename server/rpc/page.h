#ifndef PECG_SERVER_RPC_PAGE_H_
#define PECG_SERVER_RPC_PAGE_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

/// Pages of lists (AIP-158). A token holds the key of the last item that was sent, so that items
/// which come or go meanwhile move nothing.

namespace pecg {

/// Returns how many items to send: 0 = 100, more than 1000 = 1000. Errors: `INVALID_ARGUMENT` for a
/// negative size.
absl::StatusOr<int64_t> PageSize(int32_t page_size);

/// Returns the token after an item with this key.
std::string PageTokenAfter(std::string_view key);
std::string PageTokenAfter(int64_t key);

/// Returns the key of a token; empty for an empty token. Errors: `INVALID_ARGUMENT`.
absl::StatusOr<std::string> KeyOf(const std::string& page_token);

/// Returns the key of a token; `first` for an empty token. Errors: `INVALID_ARGUMENT`.
absl::StatusOr<int64_t> NumberOf(const std::string& page_token, int64_t first);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_PAGE_H_
