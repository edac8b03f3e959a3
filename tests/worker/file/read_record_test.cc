#include "worker/file/read_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "base/digest/sha256.h"
#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"

namespace pecg {
namespace {

using testing::ElementsAre;

std::string Format16(std::initializer_list<int> samples) {
  std::string bytes;
  for (const int sample : samples) {
    bytes += static_cast<char>(sample & 0xFF);
    bytes += static_cast<char>(sample >> 8 & 0xFF);
  }
  return bytes;
}

auto ReadError(const TestFolder& folder, const std::string& record) {
  return ErrorOf([&] { ReadWfdbRecord(folder.path(), record); });
}

TEST(ReadRecordTest, PutsLeadsInTheirOrderByNameWhateverTheirCase) {
  const TestFolder folder;
  folder.Write("r.hea",
               "r 3 500 2\nr.dat 16 1/mV 16 0 1 4 0 v2\nr.dat 16 1/mV 16 0 2 7 0 AVR\n"
               "r.dat 16 1/mV 16 0 9 17 0 i\n");
  folder.Write("r.dat", Format16({1, 2, 9, 3, 5, 8}));
  const EcgRecord record = ReadWfdbRecord(folder.path(), "r");
  EXPECT_EQ(record.record_id, "r");
  EXPECT_EQ(record.sample_count, 2);
  EXPECT_EQ(record.leads.Count(), 3);
  EXPECT_THAT(record.samples_mv, ElementsAre(9, 8, 2, 5, 1, 3));
  EXPECT_THAT(record.LeadSamples(Lead::kAVR), ElementsAre(2, 5));
}

TEST(ReadRecordTest, LeavesOutOtherChannelsAndNamesThem) {
  const TestFolder folder;
  folder.Write("r.hea", "r 2 500 2\nr.dat 16 1/NU 16 0 1 4 0 ABL12\nr.dat 16 1/mV 16 0 2 7 0 II\n");
  folder.Write("r.dat", Format16({1, 2, 3, 5}));
  WfdbReader reader(folder.path());
  WfdbRecord record;
  reader.Read("r.hea", /*hash=*/false, &record);
  EXPECT_THAT(record.other_channels, ElementsAre("ABL12"));
  EXPECT_THAT(record.ecg.samples_mv, ElementsAre(2, 5));
}

TEST(ReadRecordTest, VerifiesTheChecksumOfOtherChannelsToo) {
  const TestFolder folder;
  folder.Write("r.hea", "r 2 500 2\nr.dat 16 1/NU 16 0 1 5 0 ABL12\nr.dat 16 1/mV 16 0 2 7 0 II\n");
  folder.Write("r.dat", Format16({1, 2, 3, 5}));
  EXPECT_THAT(ReadError(folder, "r"), IsError(Error::Kind::kCorruptData, "lead ABL12"));
}

TEST(ReadRecordTest, ReadsSignalsFromSeveralFilesAndHashesAllInOrder) {
  const TestFolder folder;
  folder.Write("p/r.hea", "r 2 500\nb.dat 16 1/mV 16 0 1 4 0 II\na.dat 24 1/mV 16 0 2 7 0 I\n");
  folder.Write("p/b.dat", Format16({1, 3}));
  folder.Write("p/a.dat", std::string_view("\x02\0\0\x05\0\0", 6));
  WfdbReader reader(folder.path());
  WfdbRecord record;
  reader.Read("p/r", /*hash=*/true, &record);
  EXPECT_THAT(record.ecg.samples_mv, ElementsAre(2, 5, 1, 3));
  EXPECT_EQ(record.signal_sha256, Sha256Hex(Format16({1, 3}) + std::string("\x02\0\0\x05\0\0", 6)));
}

TEST(ReadRecordTest, ForgetsTheRecordBefore) {
  const TestFolder folder;
  folder.Write("a.hea", "a 1 500 3\na.dat 16 1/mV 16 0 1 6 0 V6\n# Male 30\n");
  folder.Write("a.dat", Format16({1, 2, 3}));
  folder.Write("b.hea", "b 1 250 1\nb.dat 16 1/mV 16 0 7 7 0 I\n");
  folder.Write("b.dat", Format16({7}));
  WfdbReader reader(folder.path());
  WfdbRecord record;
  reader.Read("a", /*hash=*/true, &record);
  reader.Read("b", /*hash=*/false, &record);
  EXPECT_EQ(record.ecg.age_days, std::nullopt);
  EXPECT_EQ(record.ecg.sex, Sex::kUnknown);
  EXPECT_EQ(record.ecg.leads.Count(), 1);
  EXPECT_THAT(record.ecg.samples_mv, ElementsAre(7));
  EXPECT_EQ(record.signal_sha256, "");
}

TEST(ReadRecordTest, RefusesAPathOutOfTheRoot) {
  const TestFolder folder;
  folder.Write("root/x", "");
  folder.Write("r.hea", "r 1 500 1\nr.dat 16\n");
  for (const std::string path : {"../r", "/etc/hostname", "x/../../r"}) {
    EXPECT_THAT(ErrorOf([&] { ReadWfdbRecord(folder.path() / "root", path); }),
                IsError(Error::Kind::kBadInput, "not a path below the root"))
        << path;
  }
}

TEST(ReadRecordTest, RefusesASignalFileThatIsALinkOutOfTheRoot) {
  const TestFolder folder;
  const auto outside = folder.Write("secret.dat", Format16({1}));
  folder.Write("root/r.hea", "r 1 500 1\nr.dat 16 1/mV 16 0 1 1 0 I\n");
  std::filesystem::create_symlink(outside, folder.path() / "root" / "r.dat");
  EXPECT_THAT(ErrorOf([&] { ReadWfdbRecord(folder.path() / "root", "r"); }),
              IsError(Error::Kind::kBadInput, "a symbolic link leads out of the root"));
}

TEST(ReadRecordTest, NamesAMissingHeaderAMissingSignalFileAndAMissingRoot) {
  const TestFolder folder;
  folder.Write("r.hea", "r 1 500 1\nr.dat 16 1/mV 16 0 1 1 0 I\n");
  EXPECT_THAT(ReadError(folder, "q"), IsError(Error::Kind::kNotFound, "q.hea"));
  EXPECT_THAT(ReadError(folder, "r"), IsError(Error::Kind::kNotFound, "r.dat"));
  EXPECT_THAT(ErrorOf([&] { WfdbReader(folder.path() / "no"); }),
              IsError(Error::Kind::kNotFound, "no such folder"));
}

TEST(ReadRecordTest, RefusesATruncatedSignalFile) {
  const TestFolder folder;
  folder.Write("r.hea", "r 1 500 3\nr.dat 16 1/mV 16 0 1 1 0 I\n");
  folder.Write("r.dat", Format16({1, 2}));
  EXPECT_THAT(ReadError(folder, "r"),
              IsError(Error::Kind::kCorruptData, "r.dat: the file has 4 bytes"));
}

TEST(ReadRecordTest, RefusesAHeaderOfAnotherRecord) {
  const TestFolder folder;
  folder.Write("P2.hea", "P1 1 500 1\nP1.dat 16 1/mV 16 0 1 1 0 I\n");
  EXPECT_THAT(ReadError(folder, "P2"),
              IsError(Error::Kind::kCorruptData, "P2.hea:1: the header names another record: P1"));
}

TEST(ReadRecordTest, RefusesWhatHoldsNoLead) {
  const TestFolder folder;
  folder.Write("r.hea", "r 1 500 1\nr.dat 16 1/mV 16 0 1 1 0 PLETH\n");
  folder.Write("s.hea", "s 1 500 1\ns.dat 16 1/mmHg 16 0 1 1 0 I\n");
  EXPECT_THAT(ReadError(folder, "r"), IsError(Error::Kind::kUnsupported, "no standard lead"));
  EXPECT_THAT(ReadError(folder, "s"),
              IsError(Error::Kind::kUnsupported, "s.hea:2: lead I is not in"));
}

TEST(ReadRecordTest, BringsLeadsOfDifferentRatesToTheRateOfTheFrames) {
  const TestFolder folder;
  folder.Write("r.hea", "r 2 500 1\nr.dat 16x2 1/mV 16 0 1 3 0 I\nr.dat 16 1/mV 16 0 3 3 0 II\n");
  folder.Write("r.dat", Format16({1, 2, 3}));
  const EcgRecord record = ReadWfdbRecord(folder.path(), "r");
  EXPECT_EQ(record.rate_hz, 500);
  EXPECT_THAT(record.samples_mv, ElementsAre(1.5F, 3));
}

TEST(PatientCommentTest, ReadsSexAndDaysOfZzu) {
  const PatientComment patient = FindPatientComment({"Female 360", "Ventricular septal defect"});
  EXPECT_EQ(patient.age_days, 360);
  EXPECT_EQ(patient.sex, Sex::kFemale);
}

TEST(PatientCommentTest, ReadsSexAndYearsOfLudbAndOfPtb) {
  const PatientComment ludb = FindPatientComment({"<age>: 51", "<sex>: F", "<diagnoses>:"});
  EXPECT_EQ(ludb.age_days, 51 * 365);
  EXPECT_EQ(ludb.sex, Sex::kFemale);
  const PatientComment ptb = FindPatientComment({"age: 81", "sex: male"});
  EXPECT_EQ(ptb.age_days, 81 * 365);
  EXPECT_EQ(ptb.sex, Sex::kMale);
}

TEST(PatientCommentTest, LeavesUnknownWhatCannotBeRead) {
  for (const std::string comment :
       {"<age>: >89", "Age: NaN", "age: 999", "Female", "Female 3.5", "Otherwise diseases", ""}) {
    EXPECT_EQ(FindPatientComment({comment}).age_days, std::nullopt) << comment;
  }
}

// The reference: no vector, no trick, straight from the definition in design.md.
std::vector<float> Reference(const std::string& dat, const WfdbHeader& header, std::size_t signal) {
  const std::size_t stride = header.signals.size();
  std::vector<float> values;
  for (std::size_t i = signal; i < dat.size() / 2; i += stride) {
    std::int16_t sample = 0;
    std::memcpy(&sample, dat.data() + 2 * i, 2);
    const double steps =
        static_cast<double>(std::int64_t{sample} - header.signals[signal].baseline);
    values.push_back(static_cast<float>(steps / header.signals[signal].gain));
  }
  return values;
}

TEST(RealRecordsTest, DecodesAllLeadsOfTheZzuSampleBitForBit) {
  const auto root = SharedData("zzu-pecg-mini");
  PECG_SKIP_WITHOUT(root);
  WfdbReader reader(root);
  WfdbRecord record;
  int leads = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".hea") continue;
    reader.Read(std::filesystem::relative(entry.path(), root).string(), /*hash=*/true, &record);
    const std::string dat = Slurp(std::filesystem::path(entry.path()).replace_extension(".dat"));
    EXPECT_EQ(record.signal_sha256, Sha256Hex(dat));
    ASSERT_EQ(record.ecg.leads, LeadMask::All()) << entry;
    EXPECT_TRUE(record.ecg.age_days.has_value()) << entry;
    EXPECT_NE(record.ecg.sex, Sex::kUnknown) << entry;
    for (std::size_t i = 0; i < kLeadCount; ++i) {
      const auto got = record.ecg.LeadSamples(static_cast<Lead>(i));
      const std::vector<float> want = Reference(dat, record.header, i);
      ASSERT_EQ(got.size(), want.size());
      EXPECT_EQ(std::memcmp(got.data(), want.data(), got.size_bytes()), 0)
          << entry << " lead " << i;
      ++leads;
    }
  }
  EXPECT_EQ(leads, 276);
}

TEST(RealRecordsTest, ReadsLudbWithItsLowerCaseLeadsAndSignedChecksums) {
  const auto root = SharedData("ludb-dev");
  PECG_SKIP_WITHOUT(root);
  WfdbReader reader(root / "data");
  WfdbRecord record;
  for (int i = 1; i <= 100; ++i) {
    reader.Read(std::to_string(i), /*hash=*/false, &record);
    EXPECT_EQ(record.ecg.leads, LeadMask::All());
    EXPECT_EQ(record.ecg.sample_count, 5000);
  }
  reader.Read("1", /*hash=*/false, &record);
  EXPECT_EQ(record.ecg.age_days, 51 * 365);
  EXPECT_EQ(record.ecg.sex, Sex::kFemale);
}

TEST(RealRecordsTest, ReadsFormat212OfMitBih100) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  WfdbReader reader(root);
  WfdbRecord record;
  reader.Read("100", /*hash=*/false, &record);  // Its checksums cover all 1.3 million samples.
  EXPECT_EQ(record.ecg.sample_count, 650000);
  EXPECT_THAT(record.other_channels, ElementsAre("MLII"));
  EXPECT_EQ(record.ecg.LeadSamples(Lead::kV5).front(), static_cast<float>((1011.0 - 1024.0) / 200));
}

TEST(RealRecordsTest, ReadsTheFifteenChannelsOfPtbFromTwoFiles) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  WfdbReader reader(root);
  WfdbRecord record;
  reader.Read("s0010_re", /*hash=*/false, &record);
  EXPECT_EQ(record.ecg.leads, LeadMask::All());
  EXPECT_EQ(record.ecg.sample_count, 38400);
  EXPECT_THAT(record.other_channels, ElementsAre("vx", "vy", "vz"));
  EXPECT_EQ(record.ecg.age_days, 81 * 365);
}

}  // namespace
}  // namespace pecg
