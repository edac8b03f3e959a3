#include <fmt/format.h>

#include <string>

#include "base/status.h"
#include "base/yaml_words.h"
#include "client/cli/commands.h"
#include "client/cli/list_all.h"
#include "pecg/v1/user.grpc.pb.h"
#include "pecg/v1/worker.grpc.pb.h"

namespace pecg {
namespace {

v1::Role ParseRole(const std::string& word) {
  const auto* type = v1::Role_descriptor();
  for (int i = 0; i < type->value_count(); ++i) {
    if (EnumWord(*type->value(i)) == word) return static_cast<v1::Role>(type->value(i)->number());
  }
  return v1::ROLE_UNSPECIFIED;  // The coordinator refuses it; the command line knows the words.
}

}  // namespace

absl::StatusOr<ExitCode> WorkerList(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(
      const v1::ListWorkersResponse response,
      coordinator->Call(&v1::WorkerService::Stub::ListWorkers, v1::ListWorkersRequest()));
  Listing listing(v1::Worker::descriptor(), {{"name", "WORKER", CellKind::kName},
                                             {"state", "STATE", CellKind::kText},
                                             {"host", "HOST", CellKind::kText},
                                             {"devices.name", "DEVICES", CellKind::kText},
                                             {"datasets", "DATASETS", CellKind::kText},
                                             {"runs", "RUNS", CellKind::kName},
                                             {"heartbeat_time", "HEARD", CellKind::kAge}});
  for (const v1::Worker& worker : response.workers()) listing.Add(worker);
  PECG_RETURN_IF_ERROR(
      session->PrintListing(listing, "no workers; pecgd starts a local one by itself"));
  return kExitOk;
}

absl::StatusOr<ExitCode> UserAdd(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  v1::CreateUserRequest request;
  request.mutable_user()->set_name(ResourceName("users", session->line().name));
  request.mutable_user()->set_role(ParseRole(session->line().role));
  PECG_ASSIGN_OR_RETURN(const v1::CreateUserResponse response,
                        coordinator->Call(&v1::UserService::Stub::CreateUser, request));
  session->Print(response.token() + "\n");
  session->Say(
      "this token is shown once; store it in a file with mode 0600 and name that in "
      "PECG_TOKEN_FILE");
  return kExitOk;
}

absl::StatusOr<ExitCode> UserList(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  Listing listing(v1::User::descriptor(), {{"name", "USER", CellKind::kName},
                                           {"role", "ROLE", CellKind::kText},
                                           {"create_time", "ADDED", CellKind::kAge}});
  PECG_RETURN_IF_ERROR(ListAll(
      coordinator, &v1::UserService::Stub::ListUsers, v1::ListUsersRequest(),
      [](const v1::ListUsersResponse& response) { return response.users(); }, session->line().limit,
      [&](const v1::User& user) { listing.Add(user); }));
  PECG_RETURN_IF_ERROR(session->PrintListing(listing, "no users"));
  return kExitOk;
}

}  // namespace pecg
