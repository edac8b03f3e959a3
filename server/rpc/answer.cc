#include "server/rpc/answer.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "server/rpc/status.h"
#include "server/rpc/tsan.h"

namespace pecg {
namespace {

/// One unary call. Deletes itself when gRPC is done with it.
class UnaryAnswer final : public grpc::ServerUnaryReactor {
 public:
  void End(const absl::Status& status) {
    PECG_TSAN_RELEASE(this);
    Finish(ToGrpcStatus(status));
  }
  bool is_cancelled() const { return cancelled_; }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override {
    PECG_TSAN_ACQUIRE(this);
    delete this;
  }

 private:
  std::atomic<bool> cancelled_ = false;
};

bool IsOurFault(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kUnknown ||
         status.code() == absl::StatusCode::kDataLoss ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

std::string_view AuthorizationOf(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return {};
  return {found->second.data(), found->second.size()};
}

}  // namespace

absl::Status RunGuarded(std::string_view method, const std::function<absl::Status()>& body) {
  absl::Status status;
  try {
    status = body();
  } catch (const std::exception& error) {
    Log(Level::kError, "exception", {{"method", method}, {"what", error.what()}});
    return Internal("{} failed unexpectedly; the coordinator's log says more", method);
  }
  if (IsOurFault(status))
    Log(Level::kError, "call failed", {{"method", method}, {"error", status}});
  return status;
}

grpc::ServerUnaryReactor* Answerer::Answer(grpc::CallbackServerContext* context,
                                           std::string_view method,
                                           std::function<absl::Status(const Caller&)> body) const {
  auto* answer = new UnaryAnswer();
  absl::StatusOr<Caller> caller = Admit(*context, method);
  if (!caller.ok()) {
    answer->End(caller.status());
    return answer;
  }
  const std::chrono::system_clock::time_point deadline = context->deadline();
  executor_->Post([answer, deadline, method, caller = *std::move(caller), body = std::move(body)] {
    if (answer->is_cancelled()) {
      answer->End(absl::CancelledError("the caller cancelled"));
    } else if (std::chrono::system_clock::now() >= deadline) {
      answer->End(absl::DeadlineExceededError("the coordinator is busy"));
    } else {
      answer->End(RunGuarded(method, [&] { return body(caller); }));
    }
  });
  return answer;
}

absl::StatusOr<Caller> Answerer::Admit(const grpc::CallbackServerContext& context,
                                       std::string_view method) const {
  PECG_ASSIGN_OR_RETURN(Caller caller, access_->Authenticate(AuthorizationOf(context)));
  PECG_RETURN_IF_ERROR(Access::Authorize(caller, method));
  return caller;
}

}  // namespace pecg
