#include "worker/job/stop_signal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

using testing::Pipe;

constexpr std::chrono::seconds kDeadline(10);

class StopSignalTest : public ::testing::Test {
 protected:
  Pipe lifeline_;
  StopSignal stop_{lifeline_.read_end()};
};

TEST_F(StopSignalTest, IsNotRequestedWhileTheAgentIsThere) {
  EXPECT_FALSE(stop_.WaitFor(std::chrono::milliseconds(20)));
  EXPECT_NO_THROW(stop_.ThrowIfRequested());
}

TEST_F(StopSignalTest, IsRequestedWhenTheLifelineEnds) {
  lifeline_.CloseWrite();

  EXPECT_TRUE(stop_.WaitFor(kDeadline));
  EXPECT_TRUE(stop_.flag());
  EXPECT_THROW(stop_.ThrowIfRequested(), JobStopped);
}

TEST_F(StopSignalTest, IsRequestedBySigterm) {
  ::kill(::getpid(), SIGTERM);

  EXPECT_TRUE(stop_.WaitFor(kDeadline));
}

TEST_F(StopSignalTest, IsRequestedByTheProgramItself) {
  stop_.Request();

  EXPECT_TRUE(stop_.WaitFor(kDeadline));
}

TEST_F(StopSignalTest, IgnoresWhatIsSaidOnTheLifeline) {
  ASSERT_EQ(::write(lifeline_.write_end(), "hello", 5), 5);

  EXPECT_FALSE(stop_.WaitFor(std::chrono::milliseconds(20)));
  lifeline_.CloseWrite();
  EXPECT_TRUE(stop_.WaitFor(kDeadline));
}

TEST_F(StopSignalTest, StaysRequested) {
  ::kill(::getpid(), SIGTERM);
  ASSERT_TRUE(stop_.WaitFor(kDeadline));
  ::kill(::getpid(), SIGTERM);
  lifeline_.CloseWrite();

  EXPECT_TRUE(stop_.WaitFor(kDeadline));
  EXPECT_TRUE(stop_.requested());
}

TEST(StopSignalLifetimeTest, GivesSigtermBack) {
  Pipe lifeline;
  { const StopSignal stop(lifeline.read_end()); }
  struct sigaction action = {};
  ASSERT_EQ(::sigaction(SIGTERM, nullptr, &action), 0);

  EXPECT_EQ(action.sa_handler, SIG_DFL);
}

}  // namespace
}  // namespace pecg
