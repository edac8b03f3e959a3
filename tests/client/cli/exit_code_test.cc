#include "client/cli/exit_code.h"

#include <gtest/gtest.h>

#include <map>

namespace pecg {
namespace {

TEST(ExitCodeOf, IsWhatTheHelpPageSaysForEveryCode) {
  const std::map<grpc::StatusCode, int> expected = {{grpc::StatusCode::OK, 0},
                                                    {grpc::StatusCode::CANCELLED, 1},
                                                    {grpc::StatusCode::UNKNOWN, 1},
                                                    {grpc::StatusCode::INVALID_ARGUMENT, 2},
                                                    {grpc::StatusCode::DEADLINE_EXCEEDED, 6},
                                                    {grpc::StatusCode::NOT_FOUND, 3},
                                                    {grpc::StatusCode::ALREADY_EXISTS, 5},
                                                    {grpc::StatusCode::PERMISSION_DENIED, 4},
                                                    {grpc::StatusCode::RESOURCE_EXHAUSTED, 6},
                                                    {grpc::StatusCode::FAILED_PRECONDITION, 5},
                                                    {grpc::StatusCode::ABORTED, 5},
                                                    {grpc::StatusCode::OUT_OF_RANGE, 2},
                                                    {grpc::StatusCode::UNIMPLEMENTED, 1},
                                                    {grpc::StatusCode::INTERNAL, 1},
                                                    {grpc::StatusCode::UNAVAILABLE, 6},
                                                    {grpc::StatusCode::DATA_LOSS, 1},
                                                    {grpc::StatusCode::UNAUTHENTICATED, 4}};
  ASSERT_EQ(expected.size(), 17U);
  for (const auto& [code, exit_code] : expected) EXPECT_EQ(ExitCodeOf(code), exit_code) << code;
}

TEST(ExitCodeOf, KnowsOurOwnErrorsByTheSameNumbers) {
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), kExitNotFound);
  EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("")), kExitDenied);
}

TEST(ExitCodeOf, TellsHowARunEnded) {
  EXPECT_EQ(ExitCodeOf(v1::RUN_STATE_SUCCEEDED), 0);
  EXPECT_EQ(ExitCodeOf(v1::RUN_STATE_FAILED), 7);
  EXPECT_EQ(ExitCodeOf(v1::RUN_STATE_CANCELLED), 8);
}

}  // namespace
}  // namespace pecg
