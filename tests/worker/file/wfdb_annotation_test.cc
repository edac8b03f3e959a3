#include "worker/file/wfdb_annotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "worker/file/wave_marks.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

std::vector<std::byte> ToBytes(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

/// Words of 16 bits, the low byte first.
std::string Words(std::initializer_list<unsigned> words) {
  std::string bytes;
  for (const unsigned word : words) {
    bytes += static_cast<char>(word & 0xFFU);
    bytes += static_cast<char>(word >> 8U);
  }
  return bytes;
}

constexpr unsigned Word(unsigned code, unsigned low) { return code << 10U | low; }

WfdbAnnotations Parse(std::string_view text) {
  return ParseWfdbAnnotations(ToBytes(text), "r.atr");
}

auto ParseError(std::string_view text) {
  return ErrorOf([&] { Parse(text); });
}

auto Is(std::int64_t sample, const std::string& symbol, const std::string& aux = "") {
  return AllOf(Field(&WfdbAnnotation::sample, sample), Field(&WfdbAnnotation::symbol, symbol),
               Field(&WfdbAnnotation::aux, aux));
}

TEST(WfdbAnnotationTest, AddsUpIntervalsUntilTheEndMark) {
  EXPECT_THAT(Parse(Words({Word(1, 18), Word(5, 1023), Word(0, 7), 0, Word(1, 1)})).annotations,
              ElementsAre(Is(18, "N"), Is(1041, "V"), Is(1048, "[0]")));
  EXPECT_THAT(Parse("").annotations, ElementsAre());
  EXPECT_THAT(Parse(Words({Word(39, 1)})).annotations, ElementsAre(Is(1, "(")));
}

TEST(WfdbAnnotationTest, SkipsFarForwardAndBackwards) {
  EXPECT_THAT(Parse(Words({Word(59, 0), 1, 2, Word(1, 3), Word(59, 0), 0xFFFF, 0xFFFF, Word(8, 0)}))
                  .annotations,
              ElementsAre(Is(65541, "N"), Is(65540, "A")));
}

TEST(WfdbAnnotationTest, KeepsChannelAndNumberButNotTheSubtype) {
  const auto read = Parse(Words({Word(1, 1), Word(61, 0xFF), Word(62, 200), Word(60, 0x80),
                                 Word(1, 1), Word(1, 1), Word(62, 0)}))
                        .annotations;
  ASSERT_EQ(read.size(), 3);
  EXPECT_EQ(read[0].subtype, -1);
  EXPECT_EQ(read[0].channel, 200);
  EXPECT_EQ(read[0].number, -128);
  EXPECT_EQ(read[1].subtype, 0);
  EXPECT_EQ(read[1].channel, 200);
  EXPECT_EQ(read[1].number, -128);
  EXPECT_EQ(read[2].channel, 0);
}

TEST(WfdbAnnotationTest, ReadsTextOfOddAndEvenLengthAndWhatFollowsIt) {
  EXPECT_THAT(Parse(Words({Word(28, 1), Word(63, 5)}) + std::string("(AFIB\0", 6) +
                    Words({Word(62, 3), Word(1, 4), Word(63, 4)}) + std::string("ab\0\0", 4))
                  .annotations,
              ElementsAre(AllOf(Is(1, "+", "(AFIB"), Field(&WfdbAnnotation::channel, 3)),
                          Is(5, "N", "ab")));
}

std::string Note(std::string_view text) {
  std::string bytes = Words({Word(22, 0), Word(63, static_cast<unsigned>(text.size()))});
  bytes += text;
  if (text.size() % 2 != 0) bytes += '\0';
  return bytes;
}

TEST(WfdbAnnotationTest, HonoursTheDefinitionsAndTheTimeResolutionOfTheFile) {
  const WfdbAnnotations read = Parse(
      Note("## time resolution: 977") + Note("## annotation type definitions") +
      Note("42 X Tachycardia of any kind") + Note("43 b Block") + Note("## end of definitions") +
      Note("taken at night") + Words({Word(42, 5), Word(43, 5), Word(44, 5)}));
  EXPECT_EQ(read.rate_hz, 977);
  EXPECT_THAT(read.types, ElementsAre(WfdbAnnotationType{42, "X", "Tachycardia of any kind"},
                                      WfdbAnnotationType{43, "b", "Block"}));
  EXPECT_THAT(read.annotations,
              ElementsAre(Is(0, "\"", "taken at night"), Is(5, "X"), Is(10, "b"), Is(15, "[44]")));
}

TEST(WfdbAnnotationTest, RefusesWhatIsNoAnnotationFileNamingTheByte) {
  EXPECT_THAT(ParseError("x"), IsError(Error::Kind::kCorruptData, "r.atr: byte 0: the file ends"));
  EXPECT_THAT(ParseError(Words({Word(1, 1), Word(63, 9)}) + "abc"),
              IsError(Error::Kind::kCorruptData, "byte 4: the file ends within"));
  EXPECT_THAT(ParseError(Words({Word(59, 0), 1})), IsError(Error::Kind::kCorruptData, "byte 4"));
  EXPECT_THAT(ParseError(Words({Word(62, 1)})),
              IsError(Error::Kind::kCorruptData, "code 62 without an annotation"));
  EXPECT_THAT(ParseError(Note("## time resolution: fast")),
              IsError(Error::Kind::kCorruptData, "not a time resolution"));
  EXPECT_THAT(ParseError(Note("## annotation type definitions") + Note("X Tachycardia")),
              IsError(Error::Kind::kCorruptData, "not a definition of a code: X Tachycardia"));
  EXPECT_THAT(ParseError(Note("## annotation type definitions") + Words({Word(1, 1)})),
              IsError(Error::Kind::kCorruptData, "definitions of codes do not end"));
}

TEST(WfdbAnnotationTest, ReadsBackWhatItWrote) {
  WfdbAnnotations written;
  written.rate_hz = 977.5;
  written.types = {{42, "X", "Tachycardia"}, {43, "b", ""}};
  written.annotations = {{.sample = 3, .code = 1, .symbol = "N", .aux = "N-Prex"},
                         {.sample = 1026, .code = 42, .symbol = "X", .channel = 7, .aux = "AVRT"},
                         {.sample = 2050, .code = 43, .symbol = "b", .subtype = -3, .channel = 7},
                         {.sample = 9'000'000, .code = 22, .symbol = "\"", .number = 5},
                         {.sample = 8'999'999, .code = 28, .symbol = "+", .channel = 255}};
  const TestFolder folder;
  WriteWfdbAnnotations(folder.path() / "r.atr", written);
  const WfdbAnnotations read = ReadWfdbAnnotations(folder.path(), "r", "atr");
  EXPECT_EQ(read.rate_hz, 977.5);
  EXPECT_EQ(read.types, written.types);
  EXPECT_EQ(FormatWfdbAnnotations(read), FormatWfdbAnnotations(written));
  ASSERT_EQ(read.annotations.size(), written.annotations.size());
  for (std::size_t i = 0; i < read.annotations.size(); ++i) {
    EXPECT_EQ(read.annotations[i].sample, written.annotations[i].sample);
    EXPECT_EQ(read.annotations[i].symbol, written.annotations[i].symbol);
    EXPECT_EQ(read.annotations[i].subtype, written.annotations[i].subtype);
    EXPECT_EQ(read.annotations[i].channel, written.annotations[i].channel);
    EXPECT_EQ(read.annotations[i].number, written.annotations[i].number);
    EXPECT_EQ(read.annotations[i].aux, written.annotations[i].aux);
  }
}

TEST(WfdbAnnotationTest, RefusesToWriteWhatTheFormatCannotSay) {
  const auto refuses = [](const WfdbAnnotation& annotation, const std::string& part) {
    EXPECT_THAT(ErrorOf([&] {
                  FormatWfdbAnnotations({.rate_hz = {}, .types = {}, .annotations = {annotation}});
                }),
                IsError(Error::Kind::kBadInput, part));
  };
  refuses({.sample = 1, .code = 0}, "not a code: 0");
  refuses({.sample = 1, .code = 59}, "not a code: 59");
  refuses({.sample = 1, .code = 1, .subtype = 200}, "not a subtype");
  refuses({.sample = 1, .code = 1, .channel = -1}, "not a channel");
  refuses({.sample = 1, .code = 1, .aux = std::string(256, 'a')}, "more than 255 bytes");
  refuses({.sample = std::int64_t{1} << 40, .code = 1}, "more than 31 bits");
}

TEST(WfdbAnnotationTest, ReadsNothingOutsideOfTheFolder) {
  const TestFolder folder;
  folder.Write("a.atr", "");
  folder.Write("root/x", "");
  EXPECT_THAT(ErrorOf([&] { ReadWfdbAnnotations(folder.path() / "root", "../a", "atr"); }),
              IsError(Error::Kind::kBadInput, "not a path below"));
  EXPECT_THAT(ErrorOf([&] { ReadWfdbAnnotations(folder.path(), "b", "atr"); }),
              IsError(Error::Kind::kNotFound, "b.atr"));
}

// MIT-BIH Arrhythmia Database, record 100: 2,239 normal beats, 33 atrial premature ones, 1
// ventricular; Moody & Mark, IEEE Eng. Med. Biol. 20:45 (2001), and the database's directory.
TEST(RealAnnotationsTest, FindTheBeatsOfMitBih100) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  const WfdbAnnotations read = ReadWfdbAnnotations(root, "100", "atr");
  std::map<std::string, int> counts;
  for (const WfdbAnnotation& annotation : read.annotations) ++counts[annotation.symbol];
  EXPECT_EQ(counts, (std::map<std::string, int>{{"+", 1}, {"A", 33}, {"N", 2239}, {"V", 1}}));
  EXPECT_THAT(read.annotations.front(), Is(18, "+", "(N"));
  EXPECT_THAT(read.annotations[1], Is(77, "N"));
  EXPECT_THAT(read.annotations.back(), Is(649991, "N"));
}

TEST(RealAnnotationsTest, ReadEveryAnnotatorOfTheSamples) {
  const auto root = SharedData("wfdb-formats");
  PECG_SKIP_WITHOUT(root);
  for (const auto& [record, annotator] : std::vector<std::pair<std::string, std::string>>{
           {"100", "qrs"}, {"03700181", "gqrsh"}, {"03700181", "gqrsl"}, {"03700181", "sqrs"}}) {
    const WfdbAnnotations read = ReadWfdbAnnotations(root, record, annotator);
    EXPECT_GT(read.annotations.size(), 500) << annotator;
    EXPECT_LT(read.annotations.back().sample, record == "100" ? 650000 : 75000 * 4) << annotator;
  }
}

TEST(RealAnnotationsTest, FormTheWavesOfAllLeadsOfLudb) {
  const auto root = SharedData("ludb-dev");
  PECG_SKIP_WITHOUT(root);
  std::map<WaveMark::Wave, int> waves;
  std::map<std::string, int> symbols;
  int incomplete = 0;
  for (int record = 1; record <= 100; ++record) {
    for (const std::string lead :
         {"i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"}) {
      const WfdbAnnotations read =
          ReadWfdbAnnotations(root, "data/" + std::to_string(record), lead);
      for (const WfdbAnnotation& annotation : read.annotations) ++symbols[annotation.symbol];
      for (const WaveMark& mark : FindWaveMarks(read.annotations)) {
        ++waves[mark.wave];
        if (!mark.onset || !mark.offset) {
          ++incomplete;
          continue;
        }
        EXPECT_LE(*mark.onset, mark.peak);
        EXPECT_LE(mark.peak, *mark.offset);
        EXPECT_LT(*mark.offset, 5000);
      }
    }
  }
  EXPECT_EQ(symbols.size(), 5) << "( ) p N t";
  EXPECT_EQ(waves[WaveMark::Wave::kP], symbols["p"]);
  EXPECT_EQ(waves[WaveMark::Wave::kQrs], symbols["N"]);
  EXPECT_EQ(waves[WaveMark::Wave::kT], symbols["t"]);
  EXPECT_GT(waves[WaveMark::Wave::kQrs], 10000);
  EXPECT_LT(incomplete, 200) << "few waves lack a mark: some QRS at the edge of what was marked";
}

}  // namespace
}  // namespace pecg
