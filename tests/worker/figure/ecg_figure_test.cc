#include "worker/figure/ecg_figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "tests/worker/figure/markup_check.h"

namespace pecg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kRateHz = 250;

/// Spikes of `height_mv` every 0.8 s in every lead.
EcgRecord SpikyRecord(LeadMask leads, double seconds, float height_mv) {
  EcgRecord record;
  record.rate_hz = kRateHz;
  record.leads = leads;
  record.sample_count = static_cast<std::int64_t>(seconds * kRateHz);
  const auto count = static_cast<std::size_t>(record.sample_count);
  record.samples_mv.assign(count * static_cast<std::size_t>(leads.Count()), 0);
  for (std::size_t i = 0; i < record.samples_mv.size(); ++i) {
    if (i % count % 200 < 5) record.samples_mv[i] = height_mv;
  }
  return record;
}

TEST(EcgFigureTest, IsWellFormedWhateverTheTextsAre) {
  EcgFigure figure;
  figure.title = "<title> & \"more\"";
  figure.facts = {"a < b"};
  figure.findings = {std::string(300, 'x') + " & y"};
  figure.waves = {{EcgFigure::WaveKind::kP, 1, 1.1}};
  figure.notes = {{2, "V<"}};
  EXPECT_EQ(MarkupCheck::Complaint(DrawEcg(SpikyRecord(LeadMask::All(), 10, 1), figure)), "");
}

TEST(EcgFigureTest, SaysWhichLeadsWereNotRecorded) {
  const std::string svg = DrawEcg(SpikyRecord(LeadMask::NineLead(), 10, 1), {});
  EXPECT_THAT(svg, HasSubstr("V2 not recorded"));
  EXPECT_THAT(svg, HasSubstr("V6 not recorded"));
  EXPECT_THAT(svg, Not(HasSubstr("V1 not recorded")));
}

TEST(EcgFigureTest, HalvesTheGainWhereATraceWouldLeaveItsRow) {
  EXPECT_THAT(DrawEcg(SpikyRecord(LeadMask::All(), 10, 2), {}), HasSubstr("chest leads 10 mm/mV"));
  EXPECT_THAT(DrawEcg(SpikyRecord(LeadMask::All(), 10, 4), {}), HasSubstr("chest leads 5 mm/mV"));
}

TEST(EcgFigureTest, SaysWhereATraceIsCutOff) {
  EXPECT_THAT(DrawEcg(SpikyRecord(LeadMask::All(), 10, 7), {}), HasSubstr("V5 (cut off)"));
}

TEST(EcgFigureTest, DrawsNoLineWhereThereIsNoSignal) {
  EXPECT_THAT(DrawEcg(SpikyRecord(LeadMask::All(), 10, 0), {}), HasSubstr("no signal here"));
}

TEST(EcgFigureTest, DrawsRecordsWithoutSamplesOrWithNothingButInvalidOnes) {
  EXPECT_EQ(MarkupCheck::Complaint(DrawEcg(EcgRecord(), {})), "");
  EcgRecord invalid = SpikyRecord(LeadMask::All(), 3, 1);
  for (float& sample : invalid.samples_mv) sample = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(MarkupCheck::Complaint(DrawEcg(invalid, {})), "");
}

TEST(FindClearStartTest, BeginsBehindRailsAtTheStart) {
  EcgRecord record = SpikyRecord(LeadMask::All(), 20, 1);
  for (std::size_t i = 0; i < 3 * 250; ++i) record.samples_mv[i] = 25;
  EXPECT_NEAR(FindClearStart(record), 3, 0.5);
}

TEST(FindClearStartTest, BeginsAtTheStartOfAClearOrShortRecord) {
  EXPECT_EQ(FindClearStart(SpikyRecord(LeadMask::All(), 20, 1)), 0);
  EXPECT_EQ(FindClearStart(SpikyRecord(LeadMask::All(), 4, 1)), 0);
  EXPECT_EQ(FindClearStart(EcgRecord()), 0);
}

}  // namespace
}  // namespace pecg
