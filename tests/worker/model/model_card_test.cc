#include "worker/model/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

ModelCard ExampleCard() {
  ModelCard card;
  card.network.base_channels = 16;
  card.network.dropout = 0.1;
  card.network.target_count = 2;
  card.targets = {"chd", "kawasaki"};
  card.input.rate_hz = 250;
  card.pretraining_sets = {"ptb_xl 1.0.3"};
  card.provenance = {{"run", "runs/7"}, {"synthetic", "true"}};
  return card;
}

TEST(ModelCardTest, ReadsBackWhatItWrote) {
  const ModelCard card = ExampleCard();
  const ModelCard read = ParseModelCard(FormatModelCard(card), "model.json");
  EXPECT_EQ(read.network, card.network);
  EXPECT_EQ(read.targets, card.targets);
  EXPECT_EQ(read.input, card.input);
  EXPECT_EQ(read.pretraining_sets, card.pretraining_sets);
  EXPECT_EQ(read.provenance, card.provenance);
}

TEST(ModelCardTest, KeepsCalibratorsAsTheyAreAndNoneWhereThereIsNone) {
  ModelCard card = ExampleCard();
  EXPECT_EQ(ParseModelCard(FormatModelCard(card), "model.json").calibrators, "");
  card.calibrators = R"({"chd":{"platt":{"intercept":-0.1,"slope":0.30000000000000004}}})";
  EXPECT_EQ(ParseModelCard(FormatModelCard(card), "model.json").calibrators, card.calibrators);
}

TEST(ModelCardTest, NamesTheFileThatIsNoModelCard) {
  try {
    ParseModelCard(R"({"format": 1, "variant": "resnet1d"})", "m/model.json");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kCorruptData);
    EXPECT_EQ(error.where(), "m/model.json");
    EXPECT_THAT(error.message(), testing::HasSubstr("targets"));
  }
}

TEST(ModelCardTest, RefusesALaterFormat) {
  try {
    ParseModelCard(R"({"format": 2})", "model.json");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUnsupported);
  }
}

}  // namespace
}  // namespace pecg
