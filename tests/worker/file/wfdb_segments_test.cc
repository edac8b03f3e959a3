#include "worker/file/wfdb_segments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/digest/sha256.h"
#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "tests/worker/file/wfdb_encode.h"
#include "worker/file/read_record.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::IsNan;

std::string Format16(std::initializer_list<std::int32_t> samples) {
  return WfdbEncoder(16).Encode(std::vector<std::int32_t>(samples));
}

/// Two segments of leads I and II.
void WriteFixedLayout(const TestFolder& folder) {
  folder.Write("r.hea", "r/2 2 500 3\na 2\nb 1\n# Male 30\n");
  folder.Write("a.hea", "a 2 500 2\na.dat 16 1/mV 16 0 1 4 0 II\na.dat 16 1/mV 16 0 2 6 0 I\n");
  folder.Write("a.dat", Format16({1, 2, 3, 4}));
  folder.Write("b.hea", "b 2 500 1\nb.dat 16 2/mV 16 0 8 8 0 II\nb.dat 16 1/V 16 0 9 9 0 I\n");
  folder.Write("b.dat", Format16({8, 9}));
}

auto ReadError(const TestFolder& folder, const std::string& record = "r") {
  return ErrorOf([&] { ReadWfdbRecord(folder.path(), record); });
}

TEST(WfdbSegmentsTest, JoinsTheSegmentsOfAFixedLayoutEachWithItsOwnGain) {
  const TestFolder folder;
  WriteFixedLayout(folder);
  WfdbReader reader(folder.path());
  WfdbRecord record;
  reader.Read("r", /*hash=*/true, &record);
  EXPECT_EQ(record.ecg.sample_count, 3);
  EXPECT_EQ(record.ecg.age_days, 30);
  EXPECT_THAT(record.ecg.samples_mv, ElementsAre(2, 4, 9000, 1, 3, 4));
  EXPECT_EQ(record.signal_sha256, Sha256Hex(Format16({1, 2, 3, 4}) + Format16({8, 9})));
}

TEST(WfdbSegmentsTest, JoinsTheSegmentsOfAVariableLayoutByNameWithGapsBetween) {
  const TestFolder folder;
  folder.Write("p/r.hea", "r/5 3 250 6\nr_layout 0\na 2\n~ 1\nb 1\na 2\n");
  folder.Write("p/r_layout.hea",
               "r_layout 3 250 0\n~ 0 1/mV 0 0 0 0 0 V1\n~ 0 1/mV 0 0 0 0 0 I\n"
               "~ 0 1/NU 0 0 0 0 0 RESP\n");
  folder.Write("p/a.hea", "a 1 250 2\na.dat 16 1/mV 16 0 5 11 0 I\n");
  folder.Write("p/a.dat", Format16({5, 6}));
  folder.Write("p/b.hea",
               "b 2 250 1\nb.dat 16 1/NU 16 0 3 3 0 RESP\nb.dat 16 1/mV 16 0 9 9 0 V1\n");
  folder.Write("p/b.dat", Format16({3, 9}));
  WfdbReader reader(folder.path());
  WfdbRecord record;
  reader.Read("p/r", /*hash=*/false, &record);
  EXPECT_EQ(record.ecg.rate_hz, 250);
  EXPECT_THAT(record.other_channels, ElementsAre("RESP"));
  EXPECT_THAT(record.ecg.LeadSamples(Lead::kI), ElementsAre(5, 6, IsNan(), IsNan(), 5, 6));
  EXPECT_THAT(record.ecg.LeadSamples(Lead::kV1),
              ElementsAre(IsNan(), IsNan(), IsNan(), 9, IsNan(), IsNan()));
  const WfdbChannels channels = reader.ReadChannels("p/r");
  ASSERT_EQ(channels.channels.size(), 3);
  EXPECT_THAT(std::vector(channels.samples.end() - 6, channels.samples.end()),
              ElementsAre(IsNan(), IsNan(), IsNan(), 3, IsNan(), IsNan()));
}

TEST(WfdbSegmentsTest, LeavesOutALeadThatNoSegmentHas) {
  const TestFolder folder;
  folder.Write("r.hea", "r/2 2 250 1\nl 0\na 1\n");
  folder.Write("l.hea", "l 2 250 0\n~ 0 1/mV 0 0 0 0 0 V1\n~ 0 1/mV 0 0 0 0 0 I\n");
  folder.Write("a.hea", "a 1 250 1\na.dat 16 1/mV 16 0 5 5 0 I\n");
  folder.Write("a.dat", Format16({5}));
  const EcgRecord record = ReadWfdbRecord(folder.path(), "r");
  EXPECT_EQ(record.leads.Count(), 1);
  EXPECT_THAT(record.samples_mv, ElementsAre(5));
}

TEST(WfdbSegmentsTest, LeavesOutANullSignalOfARecordOfOnePart) {
  const TestFolder folder;
  folder.Write("r.hea", "r 2 250 1\n~ 0 1/mV 0 0 0 0 0 V1\nr.dat 16 1/mV 16 0 5 5 0 I\n");
  folder.Write("r.dat", Format16({5}));
  EXPECT_EQ(ReadWfdbRecord(folder.path(), "r").leads.Count(), 1);
  EXPECT_THAT(WfdbReader(folder.path()).ReadChannels("r").samples, ElementsAre(IsNan(), 5));
}

TEST(WfdbSegmentsTest, NamesASegmentThatIsNotThere) {
  const TestFolder folder;
  WriteFixedLayout(folder);
  std::filesystem::remove(folder.path() / "b.hea");
  EXPECT_THAT(ReadError(folder), IsError(Error::Kind::kNotFound, "b.hea"));
  WriteFixedLayout(folder);
  std::filesystem::remove(folder.path() / "b.dat");
  EXPECT_THAT(ReadError(folder),
              IsError(Error::Kind::kNotFound, "b.hea:2: the signal file is not there: b.dat"));
}

TEST(WfdbSegmentsTest, RefusesSegmentsThatContradictTheirRecord) {
  const auto refuses = [](const std::string& name, const std::string& text,
                          const std::string& part) {
    const TestFolder folder;
    WriteFixedLayout(folder);
    folder.Write(name, text);
    EXPECT_THAT(ReadError(folder), IsError(Error::Kind::kCorruptData, part)) << text;
  };
  refuses("r.hea", "r/2 2 500 4\na 2\nb 1\n", "3 samples together, the record line says 4");
  refuses("r.hea", "r/2 2 500 3\na 3\nb 1\n", "segment a has 2 samples, its record says 3");
  refuses("r.hea", "r/2 2 250 3\na 2\nb 1\n", "segment a has 500 Hz, its record 250");
  refuses("r.hea", "r/2 2 500 2\na 2\nb 0\n", "segment b has no samples");
  refuses("b.hea", "c 2 500 1\nb.dat 16\nb.dat 16\n", "names another record: c");
  refuses("b.hea", "b 1 500 1\nb.dat 16 1/mV 16 0 8 8 0 II\n", "1 signals, those before it 2");
  refuses("b.hea", "b 2 500 1\nb.dat 16 1/mV 16 0 8 8 0 II\nb.dat 16 1/mV 16 0 9 9 0 V1\n",
          "a signal that the segments before it have not: V1");
  refuses("b.hea", "b 2 500 1\nb.dat 16 1/mV 16 0 8 8 0 II\nb.dat 16 1/mmHg 16 0 9 9 0 I\n",
          "is in mmHg here and in mV elsewhere");
  refuses("b.hea", "b/1 2 500 1\na 1\n", "has segments itself");
}

TEST(WfdbSegmentsTest, RefusesPathsOutOfTheFolderInSegmentAndSignalNames) {
  const TestFolder folder;
  folder.Write("secret.hea", "secret 1 500 1\nsecret.dat 16 1/mV 16 0 1 1 0 I\n");
  const auto outside = folder.Write("secret.dat", Format16({1}));
  folder.Write("root/r.hea", "r/1 1 500 1\n../secret 1\n");
  folder.Write("root/s.hea", "s 1 500 1\n../secret.dat 16 1/mV 16 0 1 1 0 I\n");
  folder.Write("root/t.hea", "t/1 1 500 1\nlink 1\n");
  folder.Write("root/u.hea", "u/1 1 500 1\n/etc/passwd 1\n");
  std::filesystem::create_symlink(folder.path() / "secret.hea",
                                  folder.path() / "root" / "link.hea");
  const auto error_of = [&](const std::string& record) {
    return ErrorOf([&] { ReadWfdbRecord(folder.path() / "root", record); });
  };
  EXPECT_THAT(error_of("r"), IsError(Error::Kind::kCorruptData, "not a record name: ../secret"));
  EXPECT_THAT(error_of("s"), IsError(Error::Kind::kBadInput, "not a plain file name"));
  EXPECT_THAT(error_of("t"), IsError(Error::Kind::kBadInput, "link leads out of the root"));
  EXPECT_THAT(error_of("u"), IsError(Error::Kind::kCorruptData, "not a record name"));
}

TEST(WfdbSegmentsTest, RefusesAGapThatNoMemoryHolds) {
  const TestFolder folder;
  folder.Write("r.hea", "r/2 1 500\na 1\n~ 1000000000000\n");
  folder.Write("a.hea", "a 1 500 1\na.dat 16 1/mV 16 0 5 5 0 I\n");
  folder.Write("a.dat", Format16({5}));
  EXPECT_THAT(ReadError(folder), IsError(Error::Kind::kUnsupported, "more than are read"));
}

}  // namespace
}  // namespace pecg
