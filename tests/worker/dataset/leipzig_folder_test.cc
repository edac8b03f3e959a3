#include "tests/worker/dataset/leipzig_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "worker/file/read_record.h"

namespace pecg {
namespace {

class EveryLayoutTest : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryLayoutTest, KeepsTheTwelveLeadsApartFromTheChannelsWithin) {
  LeipzigFolder folder;
  folder.Add({.layout = GetParam()});
  WfdbReader reader(folder.root());
  WfdbRecord record;
  reader.Read("x001", /*hash=*/false, &record);
  EXPECT_EQ(record.ecg.leads, LeadMask::All());
  EXPECT_EQ(record.ecg.rate_hz, 977);
  EXPECT_EQ(record.ecg.sample_count, 9770);
  EXPECT_EQ(record.other_channels, kLeipzigChannels.at(GetParam()));
  const auto [low, high] = std::ranges::minmax(record.ecg.LeadSamples(Lead::kV6));
  EXPECT_EQ(low, -10.24F);
  EXPECT_EQ(high, 10.24F);
}

INSTANTIATE_TEST_SUITE_P(Leipzig, EveryLayoutTest, testing::Range(std::size_t{0}, std::size_t{6}));

TEST(LeipzigFolderTest, HasSymbolsOfItsOwnAndRhythmsAsText) {
  LeipzigFolder folder;
  folder.Add({.name = "x0010"});
  const WfdbAnnotations read = ReadWfdbAnnotations(folder.root(), "x0010", "atr");
  std::map<std::string, int> symbols;
  for (const WfdbAnnotation& annotation : read.annotations) ++symbols[annotation.symbol];
  EXPECT_EQ(symbols,
            (std::map<std::string, int>{{"+", 2}, {"/", 1}, {"N", 5}, {"X", 5}, {"b", 1}}));
  EXPECT_EQ(read.annotations.front().aux, "(N");
  EXPECT_EQ(read.annotations[1].aux, "N-Prex");
  EXPECT_EQ(read.types.front().description, "Tachycardia");
}

TEST(LeipzigFolderTest, ListsChildrenAndAdultsApart) {
  LeipzigFolder folder;
  folder.Add({.name = "x007", .age = ".14.3"});
  folder.Add({.name = "x100", .layout = 3, .diagnosis = "TOF with VT"});
  folder.WriteTables();
  EXPECT_EQ(Slurp(folder.root() / "RECORDS"), "x007\nx100\n");
  EXPECT_THAT(Slurp(folder.root() / "children-subject-info.csv"),
              testing::HasSubstr("x007,007,f,.14.3,AVNRT,"));
  EXPECT_THAT(Slurp(folder.root() / "adults-subject-info.csv"),
              testing::HasSubstr("x100,100,f,12,TOF with VT,"));
}

}  // namespace
}  // namespace pecg
