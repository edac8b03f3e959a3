#include "server/access/policy.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "pecg/v1/artifact.pb.h"
#include "pecg/v1/dataset.pb.h"
#include "pecg/v1/metric.pb.h"
#include "pecg/v1/run.pb.h"
#include "pecg/v1/split.pb.h"
#include "pecg/v1/user.pb.h"
#include "pecg/v1/worker.pb.h"

namespace pecg {
namespace {

/// Every method of every service of the package, from the descriptors.
std::set<std::string> AllMethods() {
  std::set<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {v1::Artifact::descriptor()->file(), v1::ListArtifactsRequest::descriptor()->file(),
        v1::Dataset::descriptor()->file(), v1::MetricPoint::descriptor()->file(),
        v1::Run::descriptor()->file(), v1::Split::descriptor()->file(),
        v1::User::descriptor()->file(), v1::Worker::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      const google::protobuf::ServiceDescriptor* service = file->service(i);
      for (int j = 0; j < service->method_count(); ++j) {
        methods.insert("/" + std::string(service->full_name()) + "/" +
                       std::string(service->method(j)->name()));
      }
    }
  }
  return methods;
}

constexpr UserRole kAllRoles[] = {UserRole::kViewer, UserRole::kSubmitter, UserRole::kWorker,
                                  UserRole::kAdmin};

TEST(PolicyTest, NamesEveryMethodThereIsAndNoOther) {
  std::set<std::string> named;
  for (const std::string_view method : PolicyMethods()) named.emplace(method);
  EXPECT_EQ(named, AllMethods());
}

TEST(PolicyTest, RefusesAMethodItDoesNotName) {
  for (const UserRole role : kAllRoles) {
    EXPECT_FALSE(MayCall("/pecg.v1.RunService/DeleteRun", role));
  }
}

TEST(PolicyTest, EveryRoleMayRead) {
  for (const std::string& method : AllMethods()) {
    const std::string name = method.substr(method.rfind('/') + 1);
    const bool reads = name.rfind("Get", 0) == 0 || name.rfind("List", 0) == 0 ||
                       name.rfind("Read", 0) == 0 || name.rfind("Watch", 0) == 0;
    if (!reads) continue;
    for (const UserRole role : kAllRoles) EXPECT_TRUE(MayCall(method, role)) << method;
  }
}

TEST(PolicyTest, AViewerChangesNothing) {
  for (const std::string& method : AllMethods()) {
    const std::string name = method.substr(method.rfind('/') + 1);
    const bool changes = name.rfind("Create", 0) == 0 || name.rfind("Cancel", 0) == 0 ||
                         name.rfind("Write", 0) == 0 || name == "Session";
    if (!changes) continue;
    EXPECT_FALSE(MayCall(method, UserRole::kViewer)) << method;
  }
}

TEST(PolicyTest, AWorkerMaySubmitNothing) {
  EXPECT_FALSE(MayCall("/pecg.v1.RunService/CreateRun", UserRole::kWorker));
  EXPECT_FALSE(MayCall("/pecg.v1.RunService/CancelRun", UserRole::kWorker));
  EXPECT_FALSE(MayCall("/pecg.v1.DatasetService/CreateDataset", UserRole::kWorker));
  EXPECT_TRUE(MayCall("/pecg.v1.WorkerService/Session", UserRole::kWorker));
}

TEST(PolicyTest, ASubmitterIsNoWorkerAndMakesNoUsers) {
  EXPECT_TRUE(MayCall("/pecg.v1.RunService/CreateRun", UserRole::kSubmitter));
  EXPECT_FALSE(MayCall("/pecg.v1.WorkerService/Session", UserRole::kSubmitter));
  EXPECT_FALSE(MayCall("/pecg.v1.ArtifactService/WriteArtifact", UserRole::kSubmitter));
  EXPECT_FALSE(MayCall("/pecg.v1.UserService/CreateUser", UserRole::kSubmitter));
}

TEST(PolicyTest, OnlyAnAdminActsForOthers) {
  for (const UserRole role : kAllRoles) {
    EXPECT_EQ(MayActForOthers(role), role == UserRole::kAdmin);
  }
}

}  // namespace
}  // namespace pecg
