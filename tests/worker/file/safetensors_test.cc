#include "worker/file/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"

namespace pecg {
namespace {

using testing::ElementsAre;

std::vector<std::byte> File(const std::string& header, std::size_t data_bytes) {
  std::vector<std::byte> bytes(8 + header.size() + data_bytes);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, sizeof(length));
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

auto ParseError(const std::string& header, std::size_t data_bytes) {
  return ErrorOf([&] { SafetensorsFile::Parse(File(header, data_bytes), "w.safetensors"); });
}

TEST(SafetensorsTest, GivesBackWhatWasWritten) {
  const TestFolder folder;
  const std::array<float, 6> weights = {1, 2, 3, 4, 5, 6.5F};
  const std::array<std::int64_t, 2> ordinals = {7, -8};
  const std::array<std::uint8_t, 3> flags = {1, 0, 255};
  SafetensorsWriter writer;
  writer.SetMetadata("split", "splits/\"x\"");
  writer.Add<std::uint8_t>("a_flags", {3}, flags);
  writer.Add<float>("weight", {2, 3}, weights);
  writer.Add<std::int64_t>("ordinal", {2}, ordinals);
  writer.Add<float>("empty", {0, 4}, {});
  writer.Add<float>("scalar", {}, std::span(weights).first(1));
  writer.Write(folder.path() / "w.safetensors");

  const SafetensorsFile file = SafetensorsFile::Read(folder.path() / "w.safetensors");
  EXPECT_EQ(file.Metadata("split"), "splits/\"x\"");
  EXPECT_THAT(file.Values<float>("weight"), ElementsAre(1, 2, 3, 4, 5, 6.5F));
  EXPECT_THAT(file.Find("weight").shape, ElementsAre(2, 3));
  EXPECT_THAT(file.Values<std::int64_t>("ordinal"), ElementsAre(7, -8));
  EXPECT_THAT(file.Values<std::uint8_t>("a_flags"), ElementsAre(1, 0, 255));
  EXPECT_TRUE(file.Values<float>("empty").empty());
  EXPECT_THAT(file.Find("empty").shape, ElementsAre(0, 4));
  EXPECT_THAT(file.Values<float>("scalar"), ElementsAre(1));
  EXPECT_TRUE(file.Find("scalar").shape.empty());
}

TEST(SafetensorsTest, WritesTheSameBytesWhateverTheOrder) {
  const TestFolder folder;
  const std::array<float, 1> x = {1};
  const std::array<double, 1> y = {2};
  SafetensorsWriter first;
  first.Add<float>("x", {1}, x);
  first.Add<double>("y", {1}, y);
  first.Write(folder.path() / "1");
  SafetensorsWriter second;
  second.Add<double>("y", {1}, y);
  second.Add<float>("x", {1}, x);
  second.Write(folder.path() / "2");
  EXPECT_EQ(Slurp(folder.path() / "1"), Slurp(folder.path() / "2"));
}

TEST(SafetensorsTest, LaysTensorsOutAligned) {
  const TestFolder folder;
  const std::array<std::uint8_t, 3> flags = {};
  const std::array<double, 1> values = {};
  SafetensorsWriter writer;
  writer.Add<std::uint8_t>("a", {3}, flags);
  writer.Add<double>("b", {1}, values);
  writer.Write(folder.path() / "w");
  const std::string text = Slurp(folder.path() / "w");
  EXPECT_NE(text.find(R"("b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]})"), text.npos);
  std::uint64_t length = 0;
  std::memcpy(&length, text.data(), 8);
  EXPECT_EQ(length % 8, 0U);
}

TEST(SafetensorsTest, ReadsAHeaderPaddedWithBlanks) {
  const auto file = SafetensorsFile::Parse(
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )", 4), "w");
  EXPECT_EQ(file.tensors().size(), 1U);
}

TEST(SafetensorsTest, StaysValidWhenMoved) {
  auto first = SafetensorsFile::Parse(
      File(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 3), "w");
  const SafetensorsFile second = std::move(first);
  EXPECT_THAT(second.Values<std::uint8_t>("a"), ElementsAre(0, 0, 0));
}

TEST(SafetensorsTest, NamesAMissingTensorAndAnotherElementType) {
  const auto file = SafetensorsFile::Parse(
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4), "w");
  EXPECT_THAT(ErrorOf([&] { file.Find("b"); }),
              IsError(Error::Kind::kNotFound, "no tensor named b"));
  EXPECT_THAT(ErrorOf([&] { file.Values<double>("a"); }),
              IsError(Error::Kind::kBadInput, "w, tensor a: the elements are F32, not F64"));
  EXPECT_THAT(ErrorOf([&] { file.Metadata("split"); }), IsError(Error::Kind::kNotFound, "split"));
}

TEST(SafetensorsTest, RefusesAPickleWithAHint) {
  EXPECT_THAT(ErrorOf([] { SafetensorsFile::Read("model.pth"); }),
              IsError(Error::Kind::kUnsupported, "a pickle can run code"));
}

TEST(SafetensorsTest, RefusesAHeaderLongerThanTheFileOrTheLimit) {
  auto bytes = File("{}", 0);
  bytes[0] = std::byte{3};
  EXPECT_THAT(ErrorOf([&] { SafetensorsFile::Parse(bytes, "w"); }),
              IsError(Error::Kind::kCorruptData, "end behind the file's 10"));
  bytes[7] = std::byte{0xFF};
  EXPECT_THAT(ErrorOf([&] { SafetensorsFile::Parse(bytes, "w"); }),
              IsError(Error::Kind::kCorruptData, "the header is longer than 16777216 bytes"));
  EXPECT_THAT(ErrorOf([&] { SafetensorsFile::Parse({}, "w"); }),
              IsError(Error::Kind::kCorruptData, "shorter than the 8 bytes"));
}

TEST(SafetensorsTest, RefusesAHeaderThatIsNotOneObject) {
  for (const std::string header :
       {"", " {}", "[]", "{", "{}x", R"({"a":1})", R"({"a":[]})", R"({"a":null})", R"({"a":"x"})",
        R"({"__metadata__":{"k":1}})", R"({"__metadata__":{"k":{}}})", "{\"\xFF\":{}}"}) {
    EXPECT_THAT(ParseError(header, 0), IsError(Error::Kind::kCorruptData, "w.safetensors"))
        << header;
  }
}

TEST(SafetensorsTest, RefusesNamesThatStandTwice) {
  const std::string entry = R"({"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
  EXPECT_THAT(ParseError(R"({"a":)" + entry + R"(,"a":)" + entry + "}", 0),
              IsError(Error::Kind::kCorruptData, "a name stands twice: a"));
  EXPECT_THAT(
      ParseError(R"({"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}})", 0),
      IsError(Error::Kind::kCorruptData, "tensor a"));
  EXPECT_THAT(ParseError(R"({"__metadata__":{"k":"1","k":"2"}})", 0),
              IsError(Error::Kind::kCorruptData, "a metadata key stands twice: k"));
}

TEST(SafetensorsTest, RefusesAnEntryThatIsIncompleteOrIllTyped) {
  for (const std::string entry :
       {R"({"dtype":"F32","shape":[1]})", R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})",
        R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,4]})",
        R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})",
        R"({"dtype":4,"shape":[1],"data_offsets":[0,4]})",
        R"({"dtype":"F32","shape":[[1]],"data_offsets":[0,4]})",
        R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1})",
        R"({"dtype":"F32","shape":[1],"data_offsets":[0]})",
        R"({"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]})"}) {
    EXPECT_THAT(ParseError(R"({"a":)" + entry + "}", 4),
                IsError(Error::Kind::kCorruptData, "tensor a"))
        << entry;
  }
}

TEST(SafetensorsTest, RefusesAnUnknownElementType) {
  EXPECT_THAT(ParseError(R"({"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", 4),
              IsError(Error::Kind::kUnsupported, "tensor a: unknown element type: F8_E4M3"));
}

TEST(SafetensorsTest, RefusesOffsetsThatDoNotFitTheShapeOrTheFile) {
  EXPECT_THAT(ParseError(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
              IsError(Error::Kind::kCorruptData, "the shape needs 8 bytes, data_offsets span 4"));
  EXPECT_THAT(ParseError(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4),
              IsError(Error::Kind::kCorruptData, "do not lie in the 4 bytes"));
  EXPECT_THAT(ParseError(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4),
              IsError(Error::Kind::kCorruptData, "do not lie"));
  EXPECT_THAT(
      ParseError(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})",
                 4),
      IsError(Error::Kind::kCorruptData, "the shape is too large"));
}

TEST(SafetensorsTest, RefusesHolesOverlapsAndBytesBehindTheLastTensor) {
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)" + first +
           R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + second + "}}";
  };
  EXPECT_EQ(ParseError(two("[2,4]", "[0,2]"), 4), std::nullopt);
  EXPECT_THAT(ParseError(two("[0,2]", "[3,5]"), 5),
              IsError(Error::Kind::kCorruptData, "tensor b: a hole"));
  EXPECT_THAT(ParseError(two("[0,2]", "[1,3]"), 3),
              IsError(Error::Kind::kCorruptData, "overlap at byte 2"));
  EXPECT_THAT(ParseError(two("[0,2]", "[2,4]"), 5),
              IsError(Error::Kind::kCorruptData, "the tensors cover 4 of 5 bytes"));
}

TEST(SafetensorsWriterTest, RefusesWhatCannotBeWritten) {
  const std::array<float, 2> values = {};
  SafetensorsWriter writer;
  writer.Add<float>("a", {2}, values);
  EXPECT_THAT(ErrorOf([&] { writer.Add<float>("a", {2}, values); }),
              IsError(Error::Kind::kDuplicate, "a"));
  EXPECT_THAT(ErrorOf([&] { writer.Add<float>("b", {3}, values); }),
              IsError(Error::Kind::kBadInput, "8 bytes are no F32 tensor of shape [3]"));
  EXPECT_THAT(ErrorOf([&] { writer.Add<float>("__metadata__", {2}, values); }),
              IsError(Error::Kind::kBadInput, "__metadata__"));
  const TestFolder folder;
  writer.SetMetadata("k", "\xFF");
  EXPECT_THAT(ErrorOf([&] { writer.Write(folder.path() / "w"); }),
              IsError(Error::Kind::kBadInput, "not UTF-8"));
}

}  // namespace
}  // namespace pecg
