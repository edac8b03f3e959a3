#ifndef PECG_SERVER_ACCESS_POLICY_H_
#define PECG_SERVER_ACCESS_POLICY_H_

#include <string_view>
#include <vector>

#include "storage/user_store.h"

namespace pecg {

/// Returns whether callers of `role` may call `method`, `/pecg.v1.RunService/CreateRun`. A method
/// that the policy does not name may be called by nobody. Thread-safe.
bool MayCall(std::string_view method, UserRole role);

/// Returns whether `role` may act on what another user owns.
bool MayActForOthers(UserRole role);

/// Returns every method the policy names.
std::vector<std::string_view> PolicyMethods();

}  // namespace pecg

#endif  // PECG_SERVER_ACCESS_POLICY_H_
