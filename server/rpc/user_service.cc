#include "server/rpc/user_service.h"

#include <string>
#include <vector>

#include "base/error_detail.h"
#include "base/status.h"
#include "base/version.h"
#include "server/rpc/convert.h"
#include "server/rpc/page.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/run_spec_check.h"
#include "storage/user_store.h"

namespace pecg {

grpc::ServerUnaryReactor* UserServiceDoor::CreateUser(grpc::CallbackServerContext* context,
                                                      const v1::CreateUserRequest* request,
                                                      v1::CreateUserResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.UserService/CreateUser", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const std::string name,
                              ParseUserName(request->user().name(), "user.name"));
        if (!v1::Role_IsValid(request->user().role()) ||
            request->user().role() == v1::ROLE_UNSPECIFIED) {
          return BadField("user.role", "it is missing", "viewer, submitter, worker or admin");
        }
        PECG_ASSIGN_OR_RETURN(
            const Access::NewUser created,
            parts_.access->CreateUser(name, static_cast<UserRole>(request->user().role())));
        *response->mutable_user() = ToMessage(created.user);
        response->set_token(created.token);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* UserServiceDoor::ListUsers(grpc::CallbackServerContext* context,
                                                     const v1::ListUsersRequest* request,
                                                     v1::ListUsersResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.UserService/ListUsers", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const std::string after, KeyOf(request->page_token()));
        PECG_ASSIGN_OR_RETURN(const std::vector<User> users,
                              parts_.readers->Read([&](Snapshot& snapshot) {
                                return pecg::ListUsers(snapshot, after, limit);
                              }));
        for (const User& user : users) *response->add_users() = ToMessage(user);
        if (static_cast<int64_t>(users.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(users.back().name));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* UserServiceDoor::GetCaller(grpc::CallbackServerContext* context,
                                                     const v1::GetCallerRequest*,
                                                     v1::GetCallerResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.UserService/GetCaller", [=, this](const Caller& caller) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const User user, parts_.readers->Read([&](Snapshot& snapshot) {
          return GetUser(snapshot, caller.user);
        }));
        *response->mutable_user() = ToMessage(user);
        response->set_server_version(std::string(ReleaseVersion()));
        return absl::OkStatus();
      });
}

}  // namespace pecg
