#include "storage/run_state.h"

#include <gmock/gmock.h>

#include <vector>

namespace pecg {
namespace {

using testing::Eq;
using testing::Optional;

TEST(RunStateTest, NamesAreReadBack) {
  for (int i = 1; i <= 7; ++i) {
    const auto state = static_cast<RunState>(i);
    EXPECT_THAT(FromName<RunState>(NameOf(state)), Optional(state));
  }
  for (int i = 1; i <= 9; ++i) {
    const auto state = static_cast<AttemptState>(i);
    EXPECT_THAT(FromName<AttemptState>(NameOf(state)), Optional(state));
  }
  for (int i = 0; i <= 9; ++i) {
    const auto reason = static_cast<PendingReason>(i);
    EXPECT_THAT(FromName<PendingReason>(NameOf(reason)), Optional(reason));
  }
  for (int i = 0; i <= 18; ++i) {
    const auto reason = static_cast<EndReason>(i);
    EXPECT_THAT(FromName<EndReason>(NameOf(reason)), Optional(reason));
  }
}

TEST(RunStateTest, UnknownNamesAreNothing) {
  EXPECT_THAT(FromName<RunState>(""), Eq(std::nullopt));
  EXPECT_THAT(FromName<RunState>("pending"), Eq(std::nullopt));
  EXPECT_THAT(FromName<AttemptState>("PENDING"), Eq(std::nullopt));
  EXPECT_THAT(FromName<DeviceKind>("tpu"), Eq(std::nullopt));
}

TEST(RunStateTest, NothingLeavesATerminalStateButLost) {
  for (int from = 5; from <= 7; ++from) {
    for (int to = 1; to <= 7; ++to) {
      EXPECT_FALSE(IsLegal(static_cast<RunState>(from), static_cast<RunState>(to)));
    }
  }
  for (int from = 5; from <= 9; ++from) {
    for (int to = 1; to <= 9; ++to) {
      const bool adoption = from == static_cast<int>(AttemptState::kLost) &&
                            to == static_cast<int>(AttemptState::kRunning);
      EXPECT_EQ(IsLegal(static_cast<AttemptState>(from), static_cast<AttemptState>(to)), adoption);
    }
  }
}

TEST(RunStateTest, ACancelledRunningRunCanOnlyEndCancelled) {
  for (int to = 1; to <= 7; ++to) {
    const auto state = static_cast<RunState>(to);
    EXPECT_EQ(IsLegal(RunState::kCancelling, state), state == RunState::kCancelled);
  }
}

}  // namespace
}  // namespace pecg
