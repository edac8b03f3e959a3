#ifndef PECG_SERVER_RPC_USER_SERVICE_H_
#define PECG_SERVER_RPC_USER_SERVICE_H_

#include "pecg/v1/user.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to users; what each call does stands in user.proto. Thread-safe.
class UserServiceDoor final : public v1::UserService::CallbackService {
 public:
  explicit UserServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CreateUser(grpc::CallbackServerContext* context,
                                       const v1::CreateUserRequest* request,
                                       v1::CreateUserResponse* response) override;
  grpc::ServerUnaryReactor* ListUsers(grpc::CallbackServerContext* context,
                                      const v1::ListUsersRequest* request,
                                      v1::ListUsersResponse* response) override;
  grpc::ServerUnaryReactor* GetCaller(grpc::CallbackServerContext* context,
                                      const v1::GetCallerRequest* request,
                                      v1::GetCallerResponse* response) override;

 private:
  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_USER_SERVICE_H_
