#include "base/log.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "tests/base/status_matchers.h"
#include "tests/base/temporary_folder.h"

namespace pecg {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(StartLog({.path = path_, .to_stderr = false}), IsOk()); }
  void TearDown() override { ASSERT_THAT(StartLog({}), IsOk()); }

  std::vector<nlohmann::json> Lines() {
    FlushLog();
    const absl::StatusOr<std::string> text = ReadFile(path_);
    EXPECT_THAT(text, IsOk());
    std::istringstream stream(text.value_or(""));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(stream, line);) {
      lines.push_back(nlohmann::json::parse(line));
    }
    return lines;
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.Path("log");
};

TEST_F(LogTest, WritesOneObjectPerLineWithTypedFields) {
  Log(Level::kWarning, "lease expired",
      {{"run", 17},
       {"worker", "mac-1"},
       {"age", absl::Milliseconds(31200)},
       {"final", true},
       {"share", 0.5},
       {"at", absl::FromUnixMicros(1)}});
  const std::vector<nlohmann::json> lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["level"], "warning");
  EXPECT_EQ(lines[0]["message"], "lease expired");
  EXPECT_EQ(lines[0]["run"], 17);
  EXPECT_EQ(lines[0]["worker"], "mac-1");
  EXPECT_EQ(lines[0]["age"], "31.2s");
  EXPECT_EQ(lines[0]["final"], true);
  EXPECT_EQ(lines[0]["share"], 0.5);
  EXPECT_EQ(lines[0]["at"], "1970-01-01T00:00:00.000001Z");
  EXPECT_TRUE(lines[0].contains("time"));
}

TEST_F(LogTest, KeepsALineALineWhateverIsInIt) {
  Log(Level::kInfo, "two\nlines {} \"quoted\"", {{"bytes", std::string("\xff\x00", 2)}});
  const std::vector<nlohmann::json> lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["message"], "two\nlines {} \"quoted\"");
}

TEST_F(LogTest, DropsLevelsBelowTheOneAskedFor) {
  Log(Level::kDebug, "detail");
  Log(Level::kInfo, "event");
  ASSERT_EQ(Lines().size(), 1U);
}

TEST_F(LogTest, TakesAStatusAsAField) {
  Log(Level::kError, "gone", {{"error", absl::NotFoundError("no such run")}});
  EXPECT_EQ(Lines().at(0)["error"], "NOT_FOUND: no such run");
}

TEST_F(LogTest, KeepsLinesOfManyThreadsApart) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int k = 0; k < 100; ++k) Log(Level::kInfo, "line", {{"thread", i}, {"k", k}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Lines().size(), 400U);
}

TEST(LogFileTest, IsRefusedWithoutItsFolder) {
  EXPECT_THAT(StartLog({.path = "/proc/no/log"}), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace pecg
