#ifndef PECG_STORAGE_STORED_NAME_H_
#define PECG_STORAGE_STORED_NAME_H_

#include <absl/status/statusor.h>

#include <string_view>

#include "base/status.h"
#include "storage/run_state.h"

namespace pecg {

/// Returns the enum value whose name a column holds. Errors: `DATA_LOSS` for an unknown name.
template <typename Enum>
absl::StatusOr<Enum> FromStoredName(std::string_view name) {
  if (const std::optional<Enum> value = FromName<Enum>(name); value.has_value()) return *value;
  return DataLoss("the database holds a name this program does not know: {}", name);
}

}  // namespace pecg

#endif  // PECG_STORAGE_STORED_NAME_H_
