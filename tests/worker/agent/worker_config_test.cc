#include "worker/agent/worker_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/worker/agent/agent_testing.h"

namespace pecg {
namespace {

class WorkerConfigTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::string path_ = folder_ / "worker.yaml";
};

TEST_F(WorkerConfigTest, NamesTheWorkerAfterTheHostWhereThereIsNoFile) {
  const auto config = LoadWorkerConfig(path_);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->worker(), HostName() + "-1");
  EXPECT_EQ(config->datasets_size(), 0);
}

TEST_F(WorkerConfigTest, ReadsWorkerDatasetsAndThreads) {
  Spill(path_, "worker: mac-1\ndatasets:\n  zzu: /data/zzu\nthreads: 4\n");
  const auto config = LoadWorkerConfig(path_);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->worker(), "mac-1");
  EXPECT_EQ(config->datasets().at("zzu"), "/data/zzu");
  EXPECT_EQ(config->threads(), 4);
}

TEST_F(WorkerConfigTest, RefusesWhatMakesNoSense) {
  for (const char* text : {"wroker: mac-1\n", "worker: a b\n", "threads: -1\n",
                           "datasets: {zzu: relative/path}\n", "datasets: {\"z/u\": /data}\n"}) {
    Spill(path_, text);
    const auto config = LoadWorkerConfig(path_);
    EXPECT_TRUE(absl::IsInvalidArgument(config.status())) << text;
    EXPECT_THAT(std::string(config.status().message()), ::testing::HasSubstr("worker.yaml"));
  }
}

TEST_F(WorkerConfigTest, MapsADatasetAndKeepsTheRest) {
  Spill(path_, "worker: mac-1\ndatasets: {demo: /data/demo}\n");
  ASSERT_TRUE(MapDataset(path_, "zzu", folder_.path()).ok());
  const auto config = LoadWorkerConfig(path_);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->worker(), "mac-1");
  EXPECT_EQ(config->datasets().at("demo"), "/data/demo");
  EXPECT_EQ(config->datasets().at("zzu"), folder_.path());
}

TEST_F(WorkerConfigTest, MakesARelativeFolderAbsolute) {
  ASSERT_TRUE(MapDataset(path_, "here", ".").ok());
  EXPECT_TRUE(LoadWorkerConfig(path_)->datasets().at("here").starts_with("/"));
}

TEST_F(WorkerConfigTest, RefusesToMapAFolderThatIsNotThere) {
  EXPECT_TRUE(absl::IsNotFound(MapDataset(path_, "zzu", folder_ / "missing")));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(WorkerConfigTest, RefusesADatasetNameThatIsNone) {
  EXPECT_TRUE(absl::IsInvalidArgument(MapDataset(path_, "a/b", folder_.path())));
}

TEST_F(WorkerConfigTest, LosesNoMappingWhenManyMapAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&, i] { EXPECT_TRUE(MapDataset(path_, "set" + std::to_string(i), folder_.path()).ok()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(LoadWorkerConfig(path_)->datasets_size(), 8);
}

}  // namespace
}  // namespace pecg
