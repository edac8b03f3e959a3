#include "client/cli/interrupt.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <future>

namespace pecg {
namespace {

TEST(Interrupt, CallsBackOnCtrlC) {
  std::promise<void> called;
  const Interrupt interrupt([&] { called.set_value(); });
  std::raise(SIGINT);
  EXPECT_EQ(called.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST(Interrupt, EndsQuietlyWithoutASignal) {
  bool called = false;
  {
    const Interrupt interrupt([&] { called = true; });
  }
  EXPECT_FALSE(called);
}

TEST(InterruptDeathTest, EndsTheProcessOnTheSecondCtrlC) {
  EXPECT_EXIT(
      {
        const Interrupt interrupt([] {});
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace pecg
