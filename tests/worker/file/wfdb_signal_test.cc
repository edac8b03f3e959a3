#include "worker/file/wfdb_signal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::IsNan;

std::vector<std::byte> Bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::vector<std::byte> Format16(std::initializer_list<int> samples) {
  std::vector<std::byte> bytes;
  for (const int sample : samples) {
    bytes.push_back(static_cast<std::byte>(sample & 0xFF));
    bytes.push_back(static_cast<std::byte>(sample >> 8 & 0xFF));
  }
  return bytes;
}

/// Decodes all signals of `header`, one row each.
std::vector<std::vector<float>> Decode(const std::string& header_text,
                                       const std::vector<std::byte>& bytes) {
  const WfdbHeader header = ParseWfdbHeader(header_text, "r.hea");
  const auto groups = GroupSignalsByFile(header, "r.hea");
  const std::int64_t frames = CountFrames(groups.front(), static_cast<std::int64_t>(bytes.size()),
                                          header.sample_count, "r.dat");
  std::vector<std::vector<float>> rows;
  for (std::size_t i = 0; i < groups.front().size(); ++i) {
    rows.emplace_back(static_cast<std::size_t>(frames));
  }
  std::vector<std::span<float>> outputs(rows.begin(), rows.end());
  DecodeSignalFile(bytes, groups.front(), frames, outputs, "r.dat");
  return rows;
}

auto DecodeError(const std::string& header_text, const std::vector<std::byte>& bytes) {
  return ErrorOf([&] { Decode(header_text, bytes); });
}

TEST(WfdbSignalTest, DecodesFormat16Interleaved) {
  EXPECT_THAT(Decode("r 2 500 2\nr.dat 16 2(1)/mV\nr.dat 16 10/mV\n", Format16({1, 10, 5, -20})),
              ElementsAre(ElementsAre(0.0F, 2.0F), ElementsAre(1.0F, -2.0F)));
}

TEST(WfdbSignalTest, WidensBeforeItSubtractsTheBaseline) {
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 16 1(10259)/mV\n", Format16({-32767})),
              ElementsAre(ElementsAre(-43026.0F)));
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 16 1(-161790)/mV\n", Format16({32767})),
              ElementsAre(ElementsAre(194557.0F)));
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 16 1(-2147483648)/mV\n", Format16({32767})),
              ElementsAre(ElementsAre(2147516415.0F)));
}

TEST(WfdbSignalTest, DecodesFormat24WithItsSign) {
  EXPECT_THAT(Decode("r 1 500 3\nr.dat 24 1/mV\n",
                     Bytes({0x01, 0x02, 0x03, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x80})),
              ElementsAre(ElementsAre(197121.0F, -1.0F, -8388607.0F)));
}

TEST(WfdbSignalTest, DecodesFormat212WithAnOddCount) {
  // Samples 0x3F4 = 1012, 0x8A5 = -1883 and 0x7FF = 2047, the last in two bytes.
  EXPECT_THAT(Decode("r 1 500 3\nr.dat 212 1/mV\n", Bytes({0xF4, 0x83, 0xA5, 0xFF, 0x07})),
              ElementsAre(ElementsAre(1012.0F, -1883.0F, 2047.0F)));
}

TEST(WfdbSignalTest, TakesFormat212FilledToAWholePair) {
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 212 1/mV\n", Bytes({0xF4, 0x03, 0x00})),
              ElementsAre(ElementsAre(1012.0F)));
}

TEST(WfdbSignalTest, MarksEachFormatsInvalidCodeAsNaN) {
  EXPECT_THAT(Decode("r 1 500 2\nr.dat 16 1/mV\n", Format16({-32768, 1})),
              ElementsAre(ElementsAre(IsNan(), 1.0F)));
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 24 1/mV\n", Bytes({0, 0, 0x80})),
              ElementsAre(ElementsAre(IsNan())));
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 212 1/mV\n", Bytes({0x00, 0x08})),
              ElementsAre(ElementsAre(IsNan())));
}

TEST(WfdbSignalTest, TurnsVoltsAndMicrovoltsIntoMillivolts) {
  EXPECT_THAT(
      Decode("r 3 500 1\nr.dat 16 2/V\nr.dat 16 2/uV\nr.dat 16 2/mv\n", Format16({1, 3, 5})),
      ElementsAre(ElementsAre(500.0F), ElementsAre(0.0015F), ElementsAre(2.5F)));
}

TEST(WfdbSignalTest, AveragesTheSamplesOfAFrame) {
  EXPECT_THAT(Decode("r 2 500 2\nr.dat 16x2 1/mV\nr.dat 16 1/mV\n", Format16({1, 2, 9, 3, 4, 8})),
              ElementsAre(ElementsAre(1.5F, 3.5F), ElementsAre(9.0F, 8.0F)));
}

TEST(WfdbSignalTest, HasNoMeanOfAFrameWithAnInvalidSample) {
  EXPECT_THAT(Decode("r 1 500 2\nr.dat 16x2 1/mV\n", Format16({1, -32768, 3, 4})),
              ElementsAre(ElementsAre(IsNan(), 3.5F)));
}

TEST(WfdbSignalTest, MovesASkewedSignalToItsTime) {
  EXPECT_THAT(Decode("r 1 500 3\nr.dat 16:1 1/mV\n", Format16({7, 8, 9})),
              ElementsAre(ElementsAre(8.0F, 9.0F, IsNan())));
  EXPECT_THAT(Decode("r 1 500 2\nr.dat 16:5 1/mV\n", Format16({7, 8})),
              ElementsAre(ElementsAre(IsNan(), IsNan())));
}

TEST(WfdbSignalTest, TakesTheLastSamplesOfASkewedSignalFromFramesBehindTheRecord) {
  EXPECT_THAT(Decode("r 2 500 2\nr.dat 16:1 1/mV 16 0 7 0 0 I\nr.dat 16 1/mV\n",
                     Format16({7, 1, 8, 2, 9, 3})),
              ElementsAre(ElementsAre(8.0F, 9.0F), ElementsAre(1.0F, 2.0F)));
  EXPECT_THAT(DecodeError("r 1 500 1\nr.dat 16:1 1/mV\n", Format16({7, 8, 9})),
              IsError(Error::Kind::kCorruptData, "the file has 6 bytes"));
}

TEST(WfdbSignalTest, AddsTheDifferencesOfFormat8ToTheInitialValue) {
  EXPECT_THAT(Decode("r 1 500 3\nr.dat 8 1/mV 8 0 100 303 0 I\n", Bytes({0, 3, 0xFD})),
              ElementsAre(ElementsAre(100.0F, 103.0F, 100.0F)));
}

TEST(WfdbSignalTest, SkipsTheBytesBeforeTheOffset) {
  EXPECT_THAT(Decode("r 1 500 1\nr.dat 16+2 1/mV\n", Format16({99, 7})),
              ElementsAre(ElementsAre(7.0F)));
}

TEST(WfdbSignalTest, CountsTheFramesWhereTheHeaderDoesNot) {
  EXPECT_THAT(Decode("r 1 500\nr.dat 212 1/mV\n", Bytes({0xF4, 0x03})),
              ElementsAre(ElementsAre(1012.0F)));
  EXPECT_THAT(DecodeError("r 2 500\nr.dat 16\nr.dat 16\n", Format16({1, 2, 3})),
              IsError(Error::Kind::kCorruptData, "6 bytes are no whole number of frames"));
  EXPECT_THAT(DecodeError("r 1 500\nr.dat 16\n", {}),
              IsError(Error::Kind::kCorruptData, "no whole number"));
}

TEST(WfdbSignalTest, TakesSignedAndUnsignedChecksums) {
  const auto bytes = Format16({-3, 1});
  EXPECT_NO_THROW(Decode("r 1 500 2\nr.dat 16 1/mV 16 0 -3 -2 0 I\n", bytes));
  EXPECT_NO_THROW(Decode("r 1 500 2\nr.dat 16 1/mV 16 0 -3 65534 0 I\n", bytes));
}

TEST(WfdbSignalTest, RefusesAWrongChecksumNamingTheLeadAndBothNumbers) {
  EXPECT_THAT(DecodeError("r 1 500 2\nr.dat 16 1/mV 16 0 -3 5 0 V2\n", Format16({-3, 1})),
              IsError(Error::Kind::kCorruptData,
                      "r.dat: the checksum of lead V2 is 65534, the header says 5"));
  EXPECT_THAT(DecodeError("r 1 500 1\nr.dat 24 1/mV 16 0 5 6 0 V2\n", Bytes({5, 0, 0})),
              IsError(Error::Kind::kCorruptData, "the checksum of lead V2 is 5"));
}

TEST(WfdbSignalTest, RefusesAWrongInitialValue) {
  EXPECT_THAT(DecodeError("r 1 500 2\nr.dat 16 1/mV 16 0 4 65534 0 V2\n", Format16({-3, 1})),
              IsError(Error::Kind::kCorruptData, "lead V2 starts with -3, the header says 4"));
}

TEST(WfdbSignalTest, RefusesAFileShorterThanTheHeaderSaysNamingBothNumbers) {
  EXPECT_THAT(DecodeError("r 2 500 3\nr.dat 16\nr.dat 16\n", Format16({1, 2, 3, 4})),
              IsError(Error::Kind::kCorruptData,
                      "r.dat: the file has 8 bytes, the header's 3 samples in 2 leads need 12"));
}

TEST(WfdbSignalTest, RefusesAFileLongerThanTheHeaderSays) {
  EXPECT_THAT(DecodeError("r 1 500 1\nr.dat 16\n", Format16({1, 2})),
              IsError(Error::Kind::kCorruptData, "the file has 4 bytes"));
}

TEST(WfdbSignalTest, RefusesAFormatThatIsNotReadNamingItAndThoseThatAre) {
  EXPECT_THAT(DecodeError("r 1 500 1\nr.dat 516\n", Bytes({0, 0, 0, 0})),
              IsError(Error::Kind::kUnsupported,
                      "r.hea:2: storage format 516 is not read (8, 16, 24, 32, 61, 80, 160, 212, "
                      "310 and 311 are"));
}

TEST(WfdbSignalTest, RefusesSignalsOfOneFileThatDiffer) {
  EXPECT_THAT(DecodeError("r 2 500 1\nr.dat 16\nr.dat 24\n", Format16({1, 2})),
              IsError(Error::Kind::kCorruptData, "r.hea:3: "));
  EXPECT_THAT(DecodeError("r 3 500 1\nr.dat 16\ns.dat 16\nr.dat 16\n", Format16({1, 2})),
              IsError(Error::Kind::kCorruptData, "do not stand together: r.dat"));
}

TEST(WfdbSignalTest, KeepsExtremeGainsExact) {
  const double gain = 1e41;
  const auto rows = Decode("r 1 500 1\nr.dat 16 1e41/mV\n", Format16({32767}));
  EXPECT_EQ(rows.front().front(), static_cast<float>(32767.0 / gain));
  EXPECT_GT(rows.front().front(), 0.0F);
}

}  // namespace
}  // namespace pecg
