#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/yaml.h"
#include "pecg/v1/run_spec.pb.h"

namespace pecg {
namespace {

TEST(DeployedSpecs, AreAllUnderstood) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PECG_SOURCE_DIR "/deploy")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    v1::RunSpec spec;
    const absl::Status status = ReadYamlFile(entry.path().string(), &spec);
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_GT(count, 0U);
}

TEST(TrainYaml, ShowsEveryHyperparameter) {
  std::ifstream file(PECG_SOURCE_DIR "/deploy/train.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  for (int i = 0; i < v1::TrainSpec::descriptor()->field_count(); ++i) {
    const std::string name(v1::TrainSpec::descriptor()->field(i)->name());
    EXPECT_THAT(text.str(), testing::HasSubstr("\n  " + name + ": "));
  }
}

}  // namespace
}  // namespace pecg
