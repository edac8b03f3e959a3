#include "worker/train/objective.h"

#include <gtest/gtest.h>

#include <vector>

#include "worker/train/adamw.h"
#include "worker/train/cross_entropy.h"

namespace pecg {
namespace {

struct Example {
  torch::Tensor logits = torch::tensor({{0.0F, 2.0F}, {-1.0F, 3.0F}}, torch::requires_grad());
  torch::Tensor labels = torch::tensor({{1, 255}, {0, 1}}, torch::kUInt8);
  torch::Tensor weights = torch::tensor({1.0F, 2.0F});
  torch::Tensor positive_weights = torch::tensor({1.5F, 1.0F});
};

TEST(MaskedCrossEntropyTest, EqualsTheFigureReckonedByHand) {
  const Example example;
  const MaskedLoss objective =
      MaskedCrossEntropy(example.logits, example.labels, example.weights, example.positive_weights);
  // 1.5 ln 2 (positive at 0) + 2 ln(1 + e^-1) (negative at -1) + 2 ln(1 + e^-3) (positive at 3),
  // over the weights 1 + 2 + 2.
  EXPECT_NEAR(objective.loss.item<float>(), (1.0397208 + 0.6265234 + 0.0971747) / 5, 1e-6);
  EXPECT_DOUBLE_EQ(objective.weight, 5);
}

TEST(MaskedCrossEntropyTest, AMissingLabelGivesNoGradient) {
  const Example example;
  MaskedCrossEntropy(example.logits, example.labels, example.weights, example.positive_weights)
      .loss.backward();
  EXPECT_EQ(example.logits.grad()[0][1].item<float>(), 0);
  EXPECT_NE(example.logits.grad()[0][0].item<float>(), 0);
}

TEST(MaskedCrossEntropyTest, IsZeroWhereNoLabelIsDefined) {
  Example example;
  example.labels.fill_(255);
  const MaskedLoss objective =
      MaskedCrossEntropy(example.logits, example.labels, example.weights, example.positive_weights);
  EXPECT_EQ(objective.loss.item<float>(), 0);
  EXPECT_EQ(objective.weight, 0);
}

TEST(MaskedCrossEntropyTest, StaysFiniteForExtremeLogits) {
  Example example;
  example.logits = torch::tensor({{-500.0F, 500.0F}, {500.0F, -500.0F}});
  const MaskedLoss objective =
      MaskedCrossEntropy(example.logits, example.labels, example.weights, example.positive_weights);
  EXPECT_NEAR(objective.loss.item<float>(), (1.5 * 500 + 2 * 500 + 2 * 500) / 5, 1e-3);
}

TEST(CrossEntropySumTest, AgreesWithTheTensors) {
  CrossEntropySum sum;
  const std::vector<float> first = {0.0F, 2.0F};
  const std::vector<float> second = {-1.0F, 3.0F};
  sum.Add(first, std::vector<std::uint8_t>{1, kMissingLabel}, 1);
  sum.Add(second, std::vector<std::uint8_t>{0, 1}, 2);
  EXPECT_NEAR(sum.Mean(), (0.6931472 + 0.6265234 + 0.0971747) / 5, 1e-6);
}

TEST(PositiveWeightsTest, AreTheRootOfTheRatioUpToTheCap) {
  RecordSet records;
  for (int i = 0; i < 20; ++i) {
    RecordRow row;
    row.labels = {static_cast<std::uint8_t>(i < 2 ? 1 : 0), static_cast<std::uint8_t>(i < 15),
                  kMissingLabel};
    records.rows.push_back(row);
  }
  const auto positions = records.PositionsOf(RecordPart::kTrain);
  EXPECT_EQ(PositiveWeights(records, positions, 3, /*cap=*/10), (std::vector<float>{3, 1, 1}));
  EXPECT_EQ(PositiveWeights(records, positions, 3, /*cap=*/2), (std::vector<float>{2, 1, 1}));
}

TEST(AdamWTest, TheFirstStepMovesEveryWeightByTheLearningRate) {
  // With m = 0.1 g and v = 0.001 g^2 the corrected ratio is the gradient's sign.
  const torch::Tensor value = torch::tensor({{2.0F, -3.0F}}, torch::requires_grad());
  value.mutable_grad() = torch::tensor({{0.5F, -4.0F}});
  AdamW optimiser({{"w", value}}, /*weight_decay=*/0.1);
  optimiser.Step(0.01);
  EXPECT_NEAR(value[0][0].item<float>(), 2 * (1 - 0.001) - 0.01, 1e-6);
  EXPECT_NEAR(value[0][1].item<float>(), -3 * (1 - 0.001) + 0.01, 1e-6);
}

TEST(AdamWTest, FollowsLibTorchsOwn) {
  torch::manual_seed(3);
  const torch::Tensor ours = torch::randn({4, 3}).requires_grad_();
  const torch::Tensor theirs = ours.detach().clone().requires_grad_();
  AdamW optimiser({{"w", ours}}, 0.05);
  torch::optim::AdamW reference({theirs}, torch::optim::AdamWOptions(0.02).weight_decay(0.05));
  for (int step = 0; step < 20; ++step) {
    for (const torch::Tensor& value : {ours, theirs}) {
      value.mutable_grad() = torch::Tensor();
      (value - 1).pow(4).sum().backward();
    }
    optimiser.Step(0.02);
    reference.step();
  }
  EXPECT_TRUE(torch::allclose(ours, theirs, 1e-5, 1e-6));
}

TEST(AdamWTest, BiasesDoNotDecay) {
  const torch::Tensor bias = torch::tensor({2.0F}, torch::requires_grad());
  bias.mutable_grad() = torch::tensor({0.0F});
  AdamW optimiser({{"b", bias}}, 0.5);
  optimiser.Step(0.1);
  EXPECT_EQ(bias.item<float>(), 2);
}

TEST(ClipGradientsTest, ScalesTheJointNormDown) {
  const torch::Tensor a = torch::zeros({1}, torch::requires_grad());
  const torch::Tensor b = torch::zeros({1}, torch::requires_grad());
  a.mutable_grad() = torch::tensor({3.0F});
  b.mutable_grad() = torch::tensor({4.0F});
  EXPECT_FLOAT_EQ(static_cast<float>(ClipGradients({{"a", a}, {"b", b}}, 1)), 5);
  EXPECT_FLOAT_EQ(a.grad().item<float>(), 0.6F);
  EXPECT_FLOAT_EQ(b.grad().item<float>(), 0.8F);
}

TEST(ClipGradientsTest, LeavesSmallGradientsAlone) {
  const torch::Tensor a = torch::zeros({1}, torch::requires_grad());
  a.mutable_grad() = torch::tensor({0.5F});
  ClipGradients({{"a", a}}, 1);
  EXPECT_EQ(a.grad().item<float>(), 0.5F);
}

}  // namespace
}  // namespace pecg
