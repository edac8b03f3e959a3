#ifndef PECG_SERVER_RPC_ONCE_H_
#define PECG_SERVER_RPC_ONCE_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <google/protobuf/message_lite.h>

#include <functional>
#include <string>
#include <string_view>

#include "server/access/access.h"
#include "storage/request_store.h"
#include "storage/transaction.h"
#include "storage/writer.h"

namespace pecg {

/// Returns the key of a request that is to be done once. `request` must have its request_id
/// cleared. Errors: `INVALID_ARGUMENT` for a request_id that is missing or longer than 128 bytes.
absl::StatusOr<RequestKey> MakeRequestKey(std::string_view method, const Caller& caller,
                                          const std::string& request_id,
                                          const google::protobuf::MessageLite& request);

/// Does what a request asks for and stores the answer, in one transaction; a repeat of the request
/// gets the first answer, and nothing is done. `body` fills `answer`, and may be called more than
/// once. Returns whether `body` was done. Errors: the body's and the database's,
/// `INVALID_ARGUMENT` when the id was used for another request.
absl::StatusOr<bool> DoOnce(Writer* writer, const RequestKey& key, absl::Time now,
                            google::protobuf::MessageLite* answer,
                            const std::function<absl::Status(Transaction&)>& body);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_ONCE_H_
