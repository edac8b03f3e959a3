#include "worker/review/labelled_probabilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "worker/ecg/error.h"
#include "worker/review/class_members.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LabelledProbabilities Multiclass(std::string_view labels, std::string_view probabilities) {
  return JoinMulticlass(ReadRecordTable(labels, "L.csv"), ReadRecordTable(probabilities, "P.csv"));
}

LabelledProbabilities Multilabel(std::string_view labels, std::string_view probabilities) {
  return JoinMultilabel(ReadRecordTable(labels, "L.csv"), ReadRecordTable(probabilities, "P.csv"));
}

/// One line: kind, where, what, hint.
template <typename Join>
std::string ErrorOf(Join join, std::string_view labels, std::string_view probabilities) {
  try {
    join(labels, probabilities);
  } catch (const Error& error) {
    return std::string(NameOf(error.kind())) + " | " + error.where() + " | " + error.message() +
           " | " + error.hint();
  }
  return "no error";
}

constexpr std::string_view kLabels = "record,label\na,0\nb,1\n";
constexpr std::string_view kProbabilities = "record,x,y\na,0.75,0.25\nb,0.5,0.5\n";

TEST(LabelledProbabilitiesTest, JoinsByRecordInTheOrderOfTheLabels) {
  const LabelledProbabilities joined =
      Multiclass("label,record\n1,b\n0,a\n", "record,x,y\na,0.75,0.25\nb,0.5,0.5\n");
  EXPECT_THAT(joined.records, ElementsAre("b", "a"));
  EXPECT_THAT(joined.classes, ElementsAre("x", "y"));
  EXPECT_THAT(joined.class_labels, ElementsAre(1, 0));
  EXPECT_THAT(joined.values, ElementsAre(0.5, 0.5, 0.75, 0.25));
}

TEST(LabelledProbabilitiesTest, MatchesClassesByName) {
  const LabelledProbabilities joined =
      Multilabel("record,x,y\na,0,1\nb,1,\n", "y,record,x\n0.1,a,0.2\n0.3,b,0.4\n");
  EXPECT_THAT(joined.classes, ElementsAre("x", "y"));
  EXPECT_THAT(joined.binary_labels, ElementsAre(0, 1, 1, kMissingLabel));
  EXPECT_THAT(joined.values, ElementsAre(0.2, 0.1, 0.4, 0.3));
}

TEST(LabelledProbabilitiesTest, TakesBlanksAndScientificNotation) {
  EXPECT_THAT(Multiclass("record,label\na, 0\nb,1 \n", "record,x,y\na, 1e0 ,0\nb,5e-1,.5\n").values,
              ElementsAre(1, 0, 0.5, 0.5));
}

TEST(LabelledProbabilitiesTest, NamesTheLineOfARecordThatIsInOneFileOnly) {
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\na,0\nb,1\nc,1\n", kProbabilities),
              HasSubstr("not_found | L.csv:4 | record c is not in P.csv"));
  EXPECT_THAT(ErrorOf(Multiclass, kLabels, "record,x,y\na,1,0\nq,1,0\nb,1,0\n"),
              HasSubstr("P.csv:3 | record q is not in L.csv"));
}

TEST(LabelledProbabilitiesTest, NamesTheLineOfARecordThatComesTwice) {
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\na,0\nb,1\na,1\n", kProbabilities),
              HasSubstr("L.csv:4 | a record comes twice: a | the first time is line 2"));
}

TEST(LabelledProbabilitiesTest, NamesTheMissingColumn) {
  EXPECT_THAT(ErrorOf(Multiclass, "id,label\na,0\n", kProbabilities),
              HasSubstr("no column named record"));
  EXPECT_THAT(ErrorOf(Multiclass, "record,class\na,0\nb,1\n", kProbabilities),
              HasSubstr("L.csv | no column named label"));
  EXPECT_THAT(ErrorOf(Multilabel, "record,x,y\na,0,1\nb,1,0\n", "record,x\na,0.1\nb,0.2\n"),
              HasSubstr("P.csv | no column named y | L.csv has the classes x, y"));
  EXPECT_THAT(ErrorOf(Multilabel, "record,x\na,0\nb,1\n", kProbabilities),
              HasSubstr("L.csv | no column named y | P.csv has it"));
}

TEST(LabelledProbabilitiesTest, NamesTheLineOfWhatIsNoProbability) {
  const auto error = [](std::string_view row) {
    return ErrorOf(Multilabel, "record,x,y\na,0,1\nb,1,0\n",
                   std::string("record,x,y\na,0.1,0.2\n") + std::string(row) + "\n");
  };
  EXPECT_THAT(error("b,1.5,0"), HasSubstr("P.csv:3 | the probability of class x is not within 0"));
  EXPECT_THAT(error("b,0,-0.5"), HasSubstr("P.csv:3 | the probability of class y is not within 0"));
  EXPECT_THAT(error("b,nan,0"), HasSubstr("P.csv:3 | column x holds no finite number: nan"));
  EXPECT_THAT(error("b,inf,0"), HasSubstr("P.csv:3 | column x holds no finite number: inf"));
  EXPECT_THAT(error("b,,0"), HasSubstr("P.csv:3 | no probability of class x"));
  EXPECT_THAT(error("b,0.5"), HasSubstr("P.csv:3 | the row has 2 cells where there are 3 columns"));
  EXPECT_THAT(error("b,0x1,0"), HasSubstr("P.csv:3 | column x holds no finite number: 0x1"));
}

TEST(LabelledProbabilitiesTest, NamesTheLineOfALabelThatIsNoClass) {
  for (const std::string bad : {"2", "-1", "0.5"}) {
    EXPECT_THAT(ErrorOf(Multiclass, "record,label\na,0\nb," + bad + "\n", kProbabilities),
                HasSubstr("corrupt_data | L.csv:3 | label " + bad + " is no class"));
  }
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\na,0\nb,\n", kProbabilities),
              HasSubstr("L.csv:3 | no label"));
  EXPECT_THAT(ErrorOf(Multilabel, "record,x,y\na,0,1\nb,3,0\n", kProbabilities),
              HasSubstr("L.csv:3 | the label of class x is neither 0 nor 1: 3"));
}

TEST(LabelledProbabilitiesTest, RefusesRowsThatAreNoDistribution) {
  EXPECT_THAT(ErrorOf(Multiclass, kLabels, "record,x,y\na,0.75,0.25\nb,0.9,0.8\n"),
              HasSubstr("P.csv:3 | the probabilities of a record sum to 1.7 instead of 1"));
}

TEST(LabelledProbabilitiesTest, ForgivesTheRoundingOfWhatIsWritten) {
  EXPECT_NO_THROW(
      Multiclass("record,label\na,0\nb,1\n", "record,x,y,z\na,0.3,0.3,0.3\nb,0.34,0.34,0.33\n"));
  EXPECT_THAT(ErrorOf(Multiclass, kLabels, "record,x,y,z\na,0.3,0.3,0.3\nb,0.30,0.30,0.30\n"),
              HasSubstr("P.csv:3"));
}

TEST(LabelledProbabilitiesTest, RefusesOneClassOnly) {
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\na,1\nb,1\n", kProbabilities),
              HasSubstr("L.csv | all labels are of one class: 1"));
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\na,0\nb,0\n", "record,x\na,1\nb,1\n"),
              HasSubstr("P.csv | 1 class columns, at least 2 needed"));
  EXPECT_THAT(ErrorOf(Multilabel, "record,x,y\na,0,1\nb,0,1\n", kProbabilities),
              HasSubstr("L.csv | no class has both labels 0 and 1"));
}

TEST(LabelledProbabilitiesTest, RefusesFilesWithoutRecords) {
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\n", kProbabilities), HasSubstr("no record"));
  EXPECT_THAT(ErrorOf(Multiclass, "", kProbabilities), HasSubstr("no row"));
  EXPECT_THAT(ErrorOf(Multiclass, "record,label\n,0\n", kProbabilities),
              HasSubstr("L.csv:2 | a record has no name"));
}

}  // namespace
}  // namespace pecg
