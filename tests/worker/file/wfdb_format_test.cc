#include "worker/file/wfdb_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "tests/worker/file/wfdb_encode.h"
#include "worker/file/read_record.h"
#include "worker/file/wfdb_signal.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::IsNan;

/// Lowest and highest code of every format.
const std::map<int, std::pair<std::int32_t, std::int32_t>>& Ranges() {
  static const std::map<int, std::pair<std::int32_t, std::int32_t>> ranges = {
      {8, {-128, 127}},
      {16, {-32768, 32767}},
      {24, {-8388608, 8388607}},
      {32, {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()}},
      {61, {-32768, 32767}},
      {80, {-128, 127}},
      {160, {-32768, 32767}},
      {212, {-2048, 2047}},
      {310, {-512, 511}},
      {311, {-512, 511}}};
  return ranges;
}

std::vector<std::int32_t> Codes(int format, std::size_t count) {
  const auto [low, high] = Ranges().at(format);
  std::mt19937 generator(static_cast<unsigned>(format));
  std::uniform_int_distribution<std::int32_t> code(low, high);
  std::vector<std::int32_t> codes(count);
  for (std::int32_t& value : codes) value = code(generator);
  if (count > 1) codes[0] = high;
  if (count > 2) codes[2] = low;
  return codes;
}

class EveryFormatTest : public testing::TestWithParam<int> {};

TEST_P(EveryFormatTest, UnpacksWhatTheDefinitionPacksWhateverTheCount) {
  const WfdbFormat& format = *FindWfdbFormat(GetParam());
  for (std::size_t count = 1; count < 40; ++count) {
    const std::vector<std::int32_t> codes = Codes(GetParam(), count);
    const std::string text = WfdbEncoder(GetParam()).Encode(codes);
    ASSERT_EQ(format.ByteCount(static_cast<std::int64_t>(count)), std::ssize(text));
    // Two samples of format 310 take the bytes of three.
    const std::int64_t room = GetParam() == 310 && count % 3 == 2 ? 1 : 0;
    ASSERT_EQ(format.SampleCount(std::ssize(text)), static_cast<std::int64_t>(count) + room);
    // Of its own, so that a read behind the last byte is seen by the address sanitizer.
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    std::vector<std::int32_t> unpacked(count);
    format.unpack(bytes.data(), count, unpacked.data());
    ASSERT_EQ(unpacked, codes) << count;
  }
}

TEST_P(EveryFormatTest, ReadsLongRecordsOfSeveralChannelsBlockByBlock) {
  constexpr std::size_t kSignals = 3;
  constexpr std::size_t kFrames = 5000;  // More than three blocks, and no multiple of a group.
  const int format = GetParam();
  const std::vector<std::int32_t> stored = Codes(format, kSignals * kFrames);
  std::vector<std::int32_t> codes = stored;
  if (format == 8) {
    for (std::size_t i = kSignals; i < codes.size(); ++i) codes[i] += codes[i - kSignals];
  }
  const TestFolder folder;
  folder.Write("r.dat", WfdbEncoder(format).Encode(stored));
  WfdbHeader header;
  header.record_name = "r";
  header.sample_count = kFrames;
  std::vector<float> want;
  for (std::size_t i = 0; i < kSignals; ++i) {
    std::vector<std::int32_t> signal;
    for (std::size_t frame = 0; frame < kFrames; ++frame) {
      const std::int32_t code = codes[frame * kSignals + i];
      signal.push_back(code);
      const bool invalid = format != 8 && code == Ranges().at(format).first;
      want.push_back(invalid ? std::numeric_limits<float>::quiet_NaN()
                             : static_cast<float>((static_cast<double>(code) - 7) / 3.7));
    }
    WfdbSignal line;
    line.file_name = "r.dat";
    line.format = format;
    line.gain = 3.7;
    line.baseline = 7;
    line.initial_value = format == 8 ? 0 : signal.front();
    line.checksum = WfdbChecksum(signal);
    line.name = kLeadNames[i];
    header.signals.push_back(line);
  }
  WriteWfdbHeader(folder.path() / "r.hea", header);
  const EcgRecord record = ReadWfdbRecord(folder.path(), "r");
  ASSERT_EQ(record.samples_mv.size(), want.size());
  EXPECT_THAT(record.samples_mv, testing::Pointwise(testing::NanSensitiveFloatEq(), want));
}

INSTANTIATE_TEST_SUITE_P(AllFormats, EveryFormatTest,
                         testing::Values(8, 16, 24, 32, 61, 80, 160, 212, 310, 311),
                         testing::PrintToStringParamName());

TEST(WfdbFormatTest, NamesTheFormatsThatAreRead) {
  EXPECT_EQ(WfdbFormatNumbers(), "8, 16, 24, 32, 61, 80, 160, 212, 310 and 311");
  EXPECT_EQ(FindWfdbFormat(516), nullptr);
}

// Records in every storage format, of PhysioNet and of the tests of wfdb-python: each header states
// the first value and the sum of every signal, which are verified.

TEST(WfdbSampleTest, ReadsOneSignalInEveryFormat) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  const WfdbChannels record = WfdbReader(root).ReadChannels("binformats");
  EXPECT_EQ(record.channels.size(), 10);
  EXPECT_EQ(record.channels[8].name, "sig 8, fmt 24");
  EXPECT_EQ(record.sample_count, 499);
  // All ten hold one ramp, as far as their bits go: from the lowest valid code upwards.
  const auto at = [&](std::size_t channel, std::size_t frame) {
    return record.samples[channel * 499 + frame];
  };
  EXPECT_EQ(at(1, 0), static_cast<float>(-32766.0 / 200));
  EXPECT_EQ(at(8, 0), static_cast<float>(-8388599.0 / 200));
  EXPECT_EQ(at(9, 0), static_cast<float>(-2147483638.0 / 200));
}

TEST(WfdbSampleTest, ReadsEveryRecordWhoseSignalsAreThere) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  WfdbReader reader(root);
  const std::map<std::string, std::int64_t> frames = {
      {"03700181", 75000},   {"100", 650000},     {"310derive", 1026},   {"310derive_2", 1020},
      {"310derive_3", 1018}, {"311derive", 1026}, {"311derive_2", 1020}, {"311derive_3", 1019},
      {"311derive_4", 1018}, {"binformats", 499}, {"s0010_re", 38400},   {"v102s", 75000}};
  std::map<std::string, std::int64_t> read;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() != ".hea") continue;
    read[entry.path().stem()] = reader.ReadChannels(entry.path().stem().string()).sample_count;
  }
  EXPECT_EQ(read, frames);
}

// The two formats pack the same samples differently; column 1 of 310derive is the ramp of
// 311derive.
TEST(WfdbSampleTest, ReadsTheSameSamplesFromFormats310And311) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  WfdbReader reader(root);
  const WfdbChannels both = reader.ReadChannels("310derive");
  const WfdbChannels one = reader.ReadChannels("311derive");
  EXPECT_TRUE(std::equal(one.samples.begin(), one.samples.end(), both.samples.begin() + 1026));
  EXPECT_EQ(reader.ReadChannels("310derive_2").samples, reader.ReadChannels("311derive_2").samples);
}

TEST(WfdbSampleTest, AveragesTheFourSamplesPerFrameOfMcl1AndMovesTheSkewedRespiration) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  const WfdbChannels record = WfdbReader(root).ReadChannels("03700181");
  ASSERT_EQ(record.channels.size(), 3);
  EXPECT_EQ(record.rate_hz, 125);
  EXPECT_EQ(record.channels[1].units, "mmHg");
  // By hand from the first frames of the file: six samples of 12 bits each.
  const std::string dat = Slurp(root / "03700181.dat");
  const auto sample = [&](std::size_t index) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(dat[i]); };
    const std::size_t at = index / 2 * 3;
    const int code = index % 2 == 0 ? byte(at) + (byte(at + 1) & 15) * 256
                                    : byte(at + 2) + (byte(at + 1) >> 4) * 256;
    return code < 2048 ? code : code - 4096;
  };
  const double mean =
      (sample(6) / 2963.77 + sample(7) / 2963.77 + sample(8) / 2963.77 + sample(9) / 2963.77) / 4;
  EXPECT_EQ(record.samples[1], static_cast<float>(mean));
  EXPECT_EQ(record.samples[75000], static_cast<float>((sample(4) + 1605) / 12.84));
  EXPECT_EQ(record.samples[150000], static_cast<float>(sample(5 + 4 * 6) / 2000.0));
  EXPECT_THAT(record.samples[2 * 75000 + 75000 - 4], IsNan());
  EXPECT_EQ(record.samples[2 * 75000 + 75000 - 5],
            static_cast<float>(sample(5 + 74999 * 6) / 2000.0));
}

}  // namespace
}  // namespace pecg
