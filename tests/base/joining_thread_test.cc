#include "base/joining_thread.h"

#include <gtest/gtest.h>

#include <atomic>

namespace pecg {
namespace {

TEST(JoiningThreadTest, IsJoinedAtTheEndOfItsScope) {
  std::atomic<bool> done = false;
  {
    const JoiningThread thread([&] { done = true; });
  }
  EXPECT_TRUE(done);
}

TEST(JoiningThreadTest, JoinsTheOldThreadWhenAssignedANewOne) {
  std::atomic<int> count = 0;
  JoiningThread thread([&] { ++count; });
  thread = JoiningThread([&] { count += 10; });
  EXPECT_GE(count, 1);
  thread.Join();
  EXPECT_EQ(count, 11);
  EXPECT_FALSE(thread.joinable());
}

}  // namespace
}  // namespace pecg
