#include "worker/file/wfdb_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"

namespace pecg {
namespace {

using testing::ElementsAre;

WfdbHeader Parse(std::string_view text) { return ParseWfdbHeader(text, "r.hea"); }

auto ParseError(std::string_view text) {
  return ErrorOf([&] { Parse(text); });
}

TEST(WfdbHeaderTest, ReadsEveryFieldOfASignalLine) {
  const WfdbHeader header =
      Parse("r 1 500 100\nr.dat 24x4:7+512 2963.77(-161790)/uV 16 3 -67 -11266 9 lead one\n");
  ASSERT_EQ(header.signals.size(), 1U);
  const WfdbSignal& signal = header.signals.front();
  EXPECT_EQ(signal.file_name, "r.dat");
  EXPECT_EQ(signal.format, 24);
  EXPECT_EQ(signal.samples_per_frame, 4);
  EXPECT_EQ(signal.skew_frames, 7);
  EXPECT_EQ(signal.byte_offset, 512);
  EXPECT_EQ(signal.gain, 2963.77);
  EXPECT_TRUE(signal.has_gain);
  EXPECT_EQ(signal.baseline, -161790);
  EXPECT_EQ(signal.units, "uV");
  EXPECT_EQ(signal.adc_resolution_bits, 16);
  EXPECT_EQ(signal.adc_zero, 3);
  EXPECT_EQ(signal.initial_value, -67);
  EXPECT_EQ(signal.checksum, -11266);
  EXPECT_EQ(signal.block_size, 9);
  EXPECT_EQ(signal.name, "lead one");
  EXPECT_EQ(signal.line, 2);
}

TEST(WfdbHeaderTest, ReadsEveryFieldOfTheRecordLine) {
  const WfdbHeader header = Parse("r 0 360/1000.5(-2.5) 650000 17:27:45 15/08/1994\n");
  EXPECT_EQ(header.record_name, "r");
  EXPECT_EQ(header.rate_hz, 360);
  EXPECT_EQ(header.counter_rate_hz, 1000.5);
  EXPECT_EQ(header.base_counter, -2.5);
  EXPECT_EQ(header.sample_count, 650000);
  EXPECT_EQ(header.base_time, "17:27:45");
  EXPECT_EQ(header.base_date, "15/08/1994");
}

TEST(WfdbHeaderTest, FillsInTheDefaultsOfTheFormat) {
  const WfdbHeader header = Parse("r 1\nr.dat 212\n");
  EXPECT_EQ(header.rate_hz, 250);
  EXPECT_EQ(header.sample_count, std::nullopt);
  const WfdbSignal& signal = header.signals.front();
  EXPECT_EQ(signal.gain, 200);
  EXPECT_FALSE(signal.has_gain);
  EXPECT_EQ(signal.units, "mV");
  EXPECT_EQ(signal.samples_per_frame, 1);
  EXPECT_EQ(signal.initial_value, std::nullopt);
  EXPECT_EQ(signal.checksum, std::nullopt);
}

TEST(WfdbHeaderTest, TakesTheAdcZeroForABaselineThatIsNotThere) {
  EXPECT_EQ(Parse("r 1 360 10\nr.dat 212 200 11 1024\n").signals.front().baseline, 1024);
}

TEST(WfdbHeaderTest, TakesAZeroCountOfSamplesForNone) {
  EXPECT_EQ(Parse("r 0 500 0\n").sample_count, std::nullopt);
}

TEST(WfdbHeaderTest, ReadsCommentsWithAndWithoutABlankAndBetweenTheLines) {
  const WfdbHeader header =
      Parse("# first\n\nr 1 500 10\n#<age>: 51\nr.dat 16\n#  Female 360 \n#\n");
  EXPECT_THAT(header.comments, ElementsAre("first", "<age>: 51", "Female 360", ""));
}

TEST(WfdbHeaderTest, ReadsCrlfAndBlanksAtTheEndAsLf) {
  const WfdbHeader crlf = Parse("r 1 500 10\r\nr.dat 16 200/mV 16 0 0 0 0 II \r\n# F 3\r\n");
  EXPECT_EQ(FormatWfdbHeader(crlf),
            FormatWfdbHeader(Parse("r 1 500 10\nr.dat 16 200/mV 16 0 0 0 0 II\n# F 3")));
  EXPECT_EQ(crlf.signals.front().name, "II");
}

TEST(WfdbHeaderTest, ReadsTheSegmentsOfAMultiSegmentHeader) {
  const WfdbHeader header = Parse("m/2 3 500 30\na 10\n~ 20\n");
  ASSERT_EQ(header.segments.size(), 2U);
  EXPECT_EQ(header.segments[1].record_name, "~");
  EXPECT_EQ(header.segments[1].sample_count, 20);
}

TEST(WfdbHeaderTest, WritesWhatItReads) {
  const std::string text =
      "r 2 500/1000(3) 15000 10:00:00 1/1/2020\n"
      "r.dat 24x2:3+16 9243.34438305709(-3358)/mV 16 0 -3358 7845 0 I\n"
      "s.dat 16 1000.0(0)/uV 16 0 -5 65000 0 a name with blanks\n"
      "# Female 360\n#\n";
  EXPECT_EQ(FormatWfdbHeader(Parse(text)), text);
}

TEST(WfdbHeaderTest, RefusesAGainThatIsNoFiniteNumberAboveZero) {
  for (const std::string gain :
       {"NaN", "nan(0)", "0", "0.0", "-200", "inf", "1e999", "0x10", "e"}) {
    EXPECT_THAT(ParseError("r 1 500 10\nr.dat 16 " + gain + "/mV\n"),
                IsError(Error::Kind::kCorruptData, "r.hea:2: the gain"))
        << gain;
  }
}

TEST(WfdbHeaderTest, RefusesFewerSignalLinesThanAnnounced) {
  EXPECT_THAT(
      ParseError("r 2 500 10\nr.dat 16\n"),
      IsError(Error::Kind::kCorruptData,
              "r.hea:1: the record line announces 2 signals, but there are 1 signal lines"));
}

TEST(WfdbHeaderTest, RefusesMoreSignalLinesThanAnnounced) {
  EXPECT_THAT(ParseError("r 1 500 10\nr.dat 16\nr.dat 16\n"),
              IsError(Error::Kind::kCorruptData, "r.hea:3: one more signal line"));
}

TEST(WfdbHeaderTest, RefusesALeadThatStandsTwiceWhateverItsCase) {
  EXPECT_THAT(
      ParseError("r 2 500 10\nr.dat 16 1/mV 16 0 0 0 0 aVR\nr.dat 16 1/mV 16 0 0 0 0 AVR\n"),
      IsError(Error::Kind::kDuplicate, "r.hea:3: lead aVR stands twice"));
}

TEST(WfdbHeaderTest, RefusesCountsOutOfRange) {
  for (const std::string line :
       {"r -1", "r 99999999999999999999", "r 5000", "r 1 0", "r 1 -500", "r 1 nan", "r 1 500 -5",
        "r 1 500 9999999999999999", "r/0 1 500 10", "r/x 1"}) {
    EXPECT_THAT(ParseError(line + "\n"), IsError(Error::Kind::kCorruptData, "r.hea:1: ")) << line;
  }
}

TEST(WfdbHeaderTest, RefusesSignalFieldsOutOfRange) {
  for (const std::string fields :
       {"16x0", "16x9999", "16:-1", "16+-1", "16y", "16 1(99999999999)/mV", "16 1(5", "16 1/mV x",
        "16 1/mV 16 0 3.5", "16 1/mV 16 0 0 abc", "16 1/mV 16 0 0 0 -1"}) {
    EXPECT_THAT(ParseError("r 1 500 10\nr.dat " + fields + "\n"),
                IsError(Error::Kind::kCorruptData, "r.hea:2: "))
        << fields;
  }
}

TEST(WfdbHeaderTest, RefusesASignalFileThatIsAPath) {
  for (const std::string name : {"../r.dat", "/etc/passwd", "a/b.dat", "..", "a\\b.dat"}) {
    EXPECT_THAT(ParseError("r 1 500 10\n" + name + " 16\n"),
                IsError(Error::Kind::kBadInput, "r.hea:2: not a plain file name"))
        << name;
  }
}

TEST(WfdbHeaderTest, RefusesAnEmptyFileAndABinaryOne) {
  EXPECT_THAT(ParseError(""), IsError(Error::Kind::kCorruptData, "no record line"));
  EXPECT_THAT(ParseError(std::string_view("r\0x 1\n", 6)),
              IsError(Error::Kind::kCorruptData, "r.hea:1: a control character"));
}

TEST(WfdbHeaderTest, RefusesToWriteWhatItCouldNotReadBack) {
  WfdbHeader header = Parse("r 1 500 10\nr.dat 16 1/mV 16 0 0 0 0 I\n");
  header.comments = {"two\nlines"};
  EXPECT_THAT(ErrorOf([&] { FormatWfdbHeader(header); }),
              IsError(Error::Kind::kBadInput, "line break"));
  header.comments.clear();
  header.signals.front().file_name = "a b";
  EXPECT_THAT(ErrorOf([&] { FormatWfdbHeader(header); }), IsError(Error::Kind::kBadInput, "a b"));
}

TEST(WfdbHeaderTest, PrintsRealsAsPythonDoes) {
  EXPECT_EQ(ShortestReal(1000), "1000.0");
  EXPECT_EQ(ShortestReal(9243.34438305709), "9243.34438305709");
  EXPECT_EQ(ShortestReal(2510.6969292389854), "2510.6969292389854");
  EXPECT_EQ(ShortestReal(1e16), "1e+16");
}

TEST(WfdbHeaderTest, ReadsAndRewritesTheReleasesOwnHeadersByteForByte) {
  const auto folder = SharedData("zzu-release-csv") / "header_samples";
  PECG_SKIP_WITHOUT(folder);
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string text = Slurp(entry.path());
    EXPECT_EQ(FormatWfdbHeader(ParseWfdbHeader(text, entry.path().string())), text) << entry;
    ++count;
  }
  EXPECT_EQ(count, 3);
}

TEST(WfdbHeaderTest, ReadsTheNineLeadLayout) {
  const auto file = SharedData("zzu-release-csv") / "header_samples" / "P01000_E01.hea";
  PECG_SKIP_WITHOUT(file);
  const WfdbHeader header = ReadWfdbHeader(file);
  std::vector<std::string> names;
  for (const WfdbSignal& signal : header.signals) names.push_back(signal.name);
  EXPECT_THAT(names, ElementsAre("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V3", "V5"));
  EXPECT_EQ(header.signals.back().baseline, 707);
  EXPECT_EQ(header.signals.back().initial_value, 702);
}

TEST(WfdbHeaderTest, ReadsEveryHeaderOfLudbAndOfTheFormatSamples) {
  PECG_SKIP_WITHOUT(SharedData("ludb-dev"));
  int count = 0;
  for (const auto& folder : {SharedData("ludb-dev") / "data", SharedData("wfdb-formats")}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".hea") continue;
      EXPECT_NO_THROW(ReadWfdbHeader(entry.path())) << entry;
      ++count;
    }
  }
  EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace pecg
