#include "server/rpc/once.h"

#include <optional>

#include "base/digest/sha256.h"
#include "base/error_detail.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr size_t kMaxIdSize = 128;

}  // namespace

absl::StatusOr<RequestKey> MakeRequestKey(std::string_view method, const Caller& caller,
                                          const std::string& request_id,
                                          const google::protobuf::MessageLite& request) {
  if (request_id.empty() || request_id.size() > kMaxIdSize) {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {request_id.empty() ? "it is missing" : "it is too long", "request_id",
                          "a UUID, the same one when the request is sent again"});
  }
  return RequestKey{request_id, caller.user, std::string(method),
                    Sha256Hex(request.SerializeAsString())};
}

absl::StatusOr<bool> DoOnce(Writer* writer, const RequestKey& key, absl::Time now,
                            google::protobuf::MessageLite* answer,
                            const std::function<absl::Status(Transaction&)>& body) {
  bool done = false;
  const absl::Status stored = writer->Write([&](Transaction& transaction) -> absl::Status {
    answer->Clear();
    done = false;
    PECG_ASSIGN_OR_RETURN(const std::optional<std::string> first, FindAnswer(transaction, key));
    if (first.has_value()) {
      if (answer->ParseFromString(*first)) return absl::OkStatus();
      return DataLoss("the stored answer to request {} is damaged", key.request_id);
    }
    PECG_RETURN_IF_ERROR(body(transaction));
    done = true;
    return SaveAnswer(transaction, key, answer->SerializeAsString(), now);
  });
  if (!stored.ok()) return stored;
  return done;
}

}  // namespace pecg
