#include "worker/file/write_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "worker/file/read_record.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::IsNan;

EcgRecord OneLead(std::vector<float> samples) {
  EcgRecord record;
  record.record_id = "P00001_E01";
  record.rate_hz = 500;
  record.leads.Add(Lead::kII);
  record.sample_count = static_cast<std::int64_t>(samples.size());
  record.samples_mv = std::move(samples);
  return record;
}

WfdbRecord WriteAndRead(const EcgRecord& record, const std::vector<std::string>& comments = {}) {
  const TestFolder folder;
  WriteWfdbRecord(folder.path() / "a" / "b", record, comments);
  WfdbReader reader(folder.path());
  WfdbRecord result;
  reader.Read("a/b/" + record.record_id, /*hash=*/false, &result);
  return result;
}

TEST(WriteRecordTest, ScalesTheSmallestSampleToMinus32767) {
  const WfdbRecord record = WriteAndRead(OneLead({-1, 0, 1}));
  const WfdbSignal& signal = record.header.signals.front();
  EXPECT_EQ(signal.gain, 32767);
  EXPECT_EQ(signal.baseline, 0);
  EXPECT_EQ(signal.initial_value, -32767);
  EXPECT_THAT(record.ecg.samples_mv, ElementsAre(-1, 0, 1));
}

TEST(WriteRecordTest, GivesBackEachSampleWithinHalfAStep) {
  std::vector<float> samples;
  for (int i = 0; i < 5000; ++i)
    samples.push_back(std::sin(static_cast<float>(i) * 0.37F) * 2.5F + 0.3F);
  const WfdbRecord record = WriteAndRead(OneLead(samples));
  const double half_step = 0.5 / record.header.signals.front().gain;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    // Float32 of the result adds its own rounding.
    ASSERT_NEAR(record.ecg.samples_mv[i], samples[i], half_step * 1.001 + 3e-7) << i;
  }
}

TEST(WriteRecordTest, KeepsConstantSignalsNaNAndSignalsFarFromZero) {
  EXPECT_THAT(WriteAndRead(OneLead({0, 0})).ecg.samples_mv, ElementsAre(0, 0));
  EXPECT_THAT(WriteAndRead(OneLead({-0.25F, -0.25F})).ecg.samples_mv, ElementsAre(-0.25F, -0.25F));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(WriteAndRead(OneLead({nan, 1, 2})).ecg.samples_mv, ElementsAre(IsNan(), 1, 2));
  EXPECT_THAT(WriteAndRead(OneLead({nan, nan})).ecg.samples_mv, ElementsAre(IsNan(), IsNan()));
  const WfdbRecord high = WriteAndRead(OneLead({1e6F, 1e6F + 1}));
  EXPECT_NEAR(high.ecg.samples_mv.back(), 1e6 + 1, 1e6 / 2147483648.0 * 65536);
}

TEST(WriteRecordTest, WritesTheReleasesHeaderLayout) {
  EcgRecord record = OneLead({-1, 1, 2, 0});
  record.leads = LeadMask();
  record.leads.Add(Lead::kAVR);
  record.leads.Add(Lead::kV1);
  record.sample_count = 2;
  const TestFolder folder;
  WriteWfdbRecord(folder.path(), record, {"Female 360", "Otherwise diseases"});
  EXPECT_EQ(Slurp(folder.path() / "P00001_E01.hea"),
            "P00001_E01 2 500 2\n"
            "P00001_E01.dat 16 32767.0(0)/mV 16 0 -32767 0 0 AVR\n"
            "P00001_E01.dat 16 32767.0(-32767)/mV 16 0 32767 0 0 V1\n"
            "# Female 360\n# Otherwise diseases\n");
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "P00001_E01.dat"), 8U);
}

TEST(WriteRecordTest, RefusesWhatItCannotWriteAndLeavesNothing) {
  const TestFolder folder;
  const auto error = [&](const EcgRecord& record) {
    return ErrorOf([&] { WriteWfdbRecord(folder.path(), record, {}); });
  };
  EXPECT_THAT(error(OneLead({std::numeric_limits<float>::infinity()})),
              IsError(Error::Kind::kBadInput, "P00001_E01 II: an infinite sample"));
  EcgRecord bad_name = OneLead({1});
  bad_name.record_id = "../x";
  EXPECT_THAT(error(bad_name), IsError(Error::Kind::kBadInput, "../x"));
  EcgRecord bad_size = OneLead({1});
  bad_size.sample_count = 2;
  EXPECT_THAT(error(bad_size), IsError(Error::Kind::kBadInput, "1 samples are no 1 leads of 2"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// The release was scaled from doubles and these are floats, so the last digits differ.
TEST(WriteRecordTest, ScalesRealRecordsAsTheReleaseDid) {
  const auto root = SharedData("zzu-pecg-mini") / "Child_ecg";
  PECG_SKIP_WITHOUT(root);
  const TestFolder folder;
  WfdbReader reader(root);
  WfdbRecord record;
  int leads = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".hea") continue;
    reader.Read(std::filesystem::relative(entry.path(), root).string(), /*hash=*/false, &record);
    WriteWfdbRecord(folder.path(), record.ecg, record.header.comments);
    const WfdbHeader written = ReadWfdbHeader(folder.path() / entry.path().filename());
    for (std::size_t i = 0; i < written.signals.size(); ++i) {
      const WfdbSignal& want = record.header.signals[i];
      const WfdbSignal& got = written.signals[i];
      EXPECT_EQ(got.name, want.name);
      EXPECT_NEAR(got.gain, want.gain, want.gain * 1e-4) << entry << got.name;
      EXPECT_NEAR(got.baseline, want.baseline, 2) << entry << got.name;
      ++leads;
    }
  }
  EXPECT_EQ(leads, 276);
}

}  // namespace
}  // namespace pecg
