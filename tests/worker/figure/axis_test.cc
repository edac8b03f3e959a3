#include "worker/figure/axis.h"

#include <gmock/gmock.h>

#include <limits>

namespace pecg {
namespace {

using ::testing::ElementsAre;

TEST(LinearAxis, MarksRoundValuesAroundTheData) {
  EXPECT_THAT(LinearAxis(3, 97, 0, 100).marks(), ElementsAre(0, 20, 40, 60, 80, 100));
}

TEST(LinearAxis, RunsBackwardsForAVerticalAxis) {
  const LinearAxis axis(0, 10, 200, 100);
  EXPECT_DOUBLE_EQ(axis.Position(0), 200);
  EXPECT_DOUBLE_EQ(axis.Position(10), 100);
}

TEST(LinearAxis, ClampsWhatLiesOutside) {
  EXPECT_DOUBLE_EQ(LinearAxis(0, 10, 0, 100).Position(50), 100);
}

TEST(LinearAxis, MakesRoomForASingleValue) {
  const LinearAxis axis(4, 4, 0, 100);
  EXPECT_NEAR(axis.Position(4), 50, 1e-9) << "sums of tenths";
}

TEST(LinearAxis, SurvivesValuesThatAreNotFinite) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_GE(LinearAxis(none, none, 0, 100).marks().size(), 2U);
  EXPECT_GE(LinearAxis(infinity, -infinity, 0, 100).marks().size(), 2U);
}

TEST(LinearAxis, WritesAsManyDecimalsAsMarksNeed) {
  const LinearAxis axis(0.4, 0.9, 0, 100);
  EXPECT_EQ(axis.MarkText(axis.marks()[1]), "0.5");
  EXPECT_EQ(LinearAxis(0, 14000, 0, 100).MarkText(10000), "10,000");
}

TEST(FormatFigure, GroupsThousandsAndKeepsThreeDigits) {
  EXPECT_EQ(FormatFigure(12334), "12,334");
  EXPECT_EQ(FormatFigure(999), "999");
  EXPECT_EQ(FormatFigure(-1234567), "-1,234,567");
  EXPECT_EQ(FormatFigure(0.41649), "0.416");
  EXPECT_EQ(FormatFigure(28.345), "28.3");
  EXPECT_EQ(FormatFigure(std::numeric_limits<double>::quiet_NaN()), "-");
}

}  // namespace
}  // namespace pecg
