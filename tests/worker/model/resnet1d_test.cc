#include "worker/model/resnet1d.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/model/model_card.h"
#include "worker/model/tensor_file.h"

namespace pecg {
namespace {

NetworkConfig SmallConfig() {
  NetworkConfig config;
  config.target_count = 3;
  config.base_channels = 4;
  config.blocks_per_stage = 2;
  config.kernel_size = 5;
  return config;
}

NetworkInput RandomInput(std::int64_t count, std::int64_t samples) {
  NetworkInput input;
  input.signal = torch::randn({count, 12, samples});
  input.lead_mask = torch::ones({count, 12});
  return input;
}

std::filesystem::path FreshFolder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

class ResNet1dTest : public testing::Test {
 protected:
  void SetUp() override { torch::manual_seed(7); }
};

TEST_F(ResNet1dTest, GivesOneLogitPerTargetWhateverTheCropLength) {
  const auto network = MakeNetwork(SmallConfig());
  for (const std::int64_t samples : {1, 17, 250, 501}) {
    EXPECT_EQ(network->Forward(RandomInput(2, samples)).sizes(), (std::vector<std::int64_t>{2, 3}))
        << samples;
  }
}

TEST_F(ResNet1dTest, EveryParameterGetsAGradient) {
  NetworkConfig config = SmallConfig();
  config.demographic_count = 2;
  const auto network = MakeNetwork(config);
  // Blocks start as the identity; one step off that, so that gradients reach their insides.
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : network->named_parameters()) {
      if (item.key().ends_with("second_norm.weight")) item.value().fill_(0.5);
    }
  }
  NetworkInput input = RandomInput(4, 64);
  input.lead_mask.index_put_({0, 3}, 0);
  input.demographics = torch::randn({4, 2});
  network->Forward(input).square().sum().backward();
  for (const auto& item : network->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<float>(), 0) << item.key();
  }
}

TEST_F(ResNet1dTest, TheOutputDoesNotDependOnWhatAMissingLeadHolds) {
  const auto network = MakeNetwork(SmallConfig());
  network->eval();
  NetworkInput input = RandomInput(2, 100);
  input.lead_mask.index_put_({torch::indexing::Slice(), 7}, 0);
  const torch::Tensor before = network->Forward(input);
  input.signal.index_put_({torch::indexing::Slice(), 7}, 1e6);
  EXPECT_TRUE(torch::equal(before, network->Forward(input)));
  input.signal.index_put_({torch::indexing::Slice(), 7}, std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(torch::equal(before, network->Forward(input)));
}

TEST_F(ResNet1dTest, AMissingLeadDiffersFromAFlatOne) {
  const auto network = MakeNetwork(SmallConfig());
  network->eval();
  NetworkInput input = RandomInput(1, 100);
  input.signal.index_put_({torch::indexing::Slice(), 7}, 0);
  const torch::Tensor flat = network->Forward(input);
  input.lead_mask.index_put_({torch::indexing::Slice(), 7}, 0);
  EXPECT_FALSE(torch::allclose(flat, network->Forward(input)));
}

TEST_F(ResNet1dTest, RefusesAnEvenKernel) {
  NetworkConfig config = SmallConfig();
  config.kernel_size = 6;
  try {
    MakeNetwork(config);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_EQ(error.where(), "kernel_size");
  }
}

TEST_F(ResNet1dTest, RefusesAVariantNobodyRegistered) {
  NetworkConfig config = SmallConfig();
  config.variant = "resnet2d";
  EXPECT_THROW(MakeNetwork(config), Error);
  EXPECT_THAT(NetworkVariants(), testing::ElementsAre("resnet1d"));
}

TEST_F(ResNet1dTest, AModelFolderGivesBackTheSameNetwork) {
  const std::filesystem::path folder = FreshFolder("model_folder");
  const auto network = MakeNetwork(SmallConfig());
  network->Forward(RandomInput(8, 64));  // Moves the running means of batch norm.
  network->eval();
  ModelCard card;
  card.network = SmallConfig();
  card.targets = {"a", "b", "c"};
  WriteFileAtomically(folder / kModelCardFile, FormatModelCard(card));
  WriteTensors(folder / kWeightsFile, StateOf(*network));

  const auto loaded = LoadNetwork(folder);
  const NetworkInput input = RandomInput(2, 100);
  EXPECT_TRUE(torch::equal(network->Forward(input), loaded->Forward(input)));
}

TEST_F(ResNet1dTest, WeightsOfAnotherShapeAreRefusedByName) {
  const std::filesystem::path file = FreshFolder("other_shape") / "weights.safetensors";
  NetworkConfig wider = SmallConfig();
  wider.base_channels = 8;
  WriteTensors(file, StateOf(*MakeNetwork(wider)));
  const auto network = MakeNetwork(SmallConfig());
  try {
    AssignTensors(ReadTensors(SafetensorsFile::Read(file), ""), file.string(), StateOf(*network));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kCorruptData);
    EXPECT_THAT(error.message(), testing::HasSubstr("stem.weight"));
    EXPECT_EQ(error.where(), file.string());
  }
}

TEST_F(ResNet1dTest, WeightsOfADeeperNetworkAreRefused) {
  const std::filesystem::path file = FreshFolder("deeper") / "weights.safetensors";
  NetworkConfig deeper = SmallConfig();
  deeper.blocks_per_stage = 3;
  WriteTensors(file, StateOf(*MakeNetwork(deeper)));
  const auto network = MakeNetwork(SmallConfig());
  EXPECT_THROW(
      AssignTensors(ReadTensors(SafetensorsFile::Read(file), ""), file.string(), StateOf(*network)),
      Error);
}

}  // namespace
}  // namespace pecg
