#include "worker/job/parallel_tasks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace pecg {
namespace {

TEST(RunTasksTest, CallsEachTaskOnce) {
  for (const int threads : {0, 1, 3, 100}) {
    std::vector<std::atomic<int>> calls(50);
    RunTasks(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1) << threads << " threads";
  }
}

TEST(RunTasksTest, DoesNothingWithoutTasks) {
  RunTasks(0, 4, [](std::size_t) { FAIL(); });
}

TEST(RunTasksTest, ThrowsWhatATaskThrewAndBeginsNoNewOne) {
  std::atomic<int> call_count = 0;
  EXPECT_THROW(RunTasks(1000, 1,
                        [&](std::size_t i) {
                          ++call_count;
                          if (i == 3) throw std::runtime_error("task 3");
                        }),
               std::runtime_error);
  EXPECT_EQ(call_count, 4);
}

}  // namespace
}  // namespace pecg
