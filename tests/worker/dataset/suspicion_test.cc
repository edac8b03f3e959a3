#include "worker/dataset/suspicion.h"

#include <gmock/gmock.h>

#include "worker/dataset/targets.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Exam {
  std::string patient = "P00001";
  int exam = 1;
  std::string time = "unknown";
  int age_days = 100;
  Sex sex = Sex::kMale;
  std::vector<std::string> icd = {"J18.9"};
  std::vector<std::string> statements = {"C23"};
  std::string signal = "its own";
};

IndexEntry Entry(const Exam& exam) {
  IndexEntry entry;
  entry.record_id = exam.patient + "_E0" + std::to_string(exam.exam);
  entry.patient_id = exam.patient;
  entry.exam = exam.exam;
  entry.acquisition_time = exam.time;
  entry.age_days = exam.age_days;
  entry.sex = exam.sex;
  entry.icd_codes = exam.icd;
  entry.statements = exam.statements;
  entry.statement_bits = StatementBits(exam.statements);
  entry.signal_sha256 = exam.signal == "its own" ? entry.record_id : exam.signal;
  return entry;
}

std::vector<Suspicion> Find(const std::vector<Exam>& exams) {
  Index index;
  for (const Exam& exam : exams) index.entries.push_back(Entry(exam));
  return FindSuspicions(index);
}

TEST(FindSuspicions, FindsNothingInOrderlyRecords) {
  EXPECT_THAT(Find({{}, {.exam = 2, .age_days = 101}, {.patient = "P00002"}}), IsEmpty());
}

TEST(FindSuspicions, FindsANormalEcgThatIsTooFastOrSlow) {
  const auto found = Find({{.statements = {"A1", "C22"}}, {.patient = "P2", .statements = {"A2"}}});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, "normal_with_rate_code");
  EXPECT_THAT(found[0].records, ElementsAre("P00001_E01"));
}

TEST(FindSuspicions, FindsADiagnosisThatChanges) {
  const auto found = Find({{.icd = {"Q21.0", "J18.9"}}, {.exam = 2, .icd = {"J18.9"}}});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, "diagnosis_changes");
  EXPECT_THAT(found[0].records, ElementsAre("P00001_E01", "P00001_E02"));
  EXPECT_THAT(found[0].what, HasSubstr("P00001_E01: Q21.0, P00001_E02: none"));
}

TEST(FindSuspicions, DoesNotMindOtherDiagnosesThatChange) {
  EXPECT_THAT(Find({{.icd = {"Q21.0", "J18.9"}}, {.exam = 2, .icd = {"R55", "Q21.0"}}}), IsEmpty());
}

TEST(FindSuspicions, FindsASexThatChanges) {
  const auto found = Find({{}, {.exam = 2, .sex = Sex::kFemale}});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, "sex_changes");
}

TEST(FindSuspicions, FindsAnAgeThatGoesBackwardsInTime) {
  const auto found = Find({{.time = "2020-01-01 10:00:00", .age_days = 100},
                           {.exam = 2, .time = "2020-01-05 10:00:00", .age_days = 96}});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, "age_goes_backwards");
}

TEST(FindSuspicions, DoesNotTakeExamNumbersForTime) {
  // P00694 of the release: exam 5 was recorded the day before exam 3.
  EXPECT_THAT(Find({{.exam = 3, .time = "2018-11-15 09:43:17", .age_days = 3255},
                    {.exam = 5, .time = "2018-11-14 13:06:12", .age_days = 3254}}),
              IsEmpty());
}

TEST(FindSuspicions, GoesByExamNumberWithoutTimes) {
  EXPECT_THAT(Find({{.time = "15/11/2018", .age_days = 9}, {.exam = 2, .age_days = 8}}), SizeIs(1));
}

TEST(FindSuspicions, GathersTheRecordsOfAnUnknownCode) {
  const auto found = Find({{.statements = {"Z99"}}, {.patient = "P00002", .statements = {"Z99"}}});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, "unknown_code");
  EXPECT_THAT(found[0].what, HasSubstr("Z99"));
  EXPECT_THAT(found[0].records, ElementsAre("P00001_E01", "P00002_E01"));
}

TEST(FindSuspicions, FindsUnknownModifiersPrefixesAndWhatIsNoCode) {
  EXPECT_THAT(Find({{.statements = {"D30+Modifier999"}}}), SizeIs(1));
  EXPECT_THAT(Find({{.icd = {"(X) Q21.1"}}}), SizeIs(1));
  EXPECT_THAT(Find({{.icd = {"heart failure"}}}), SizeIs(1));
}

TEST(FindSuspicions, KnowsCodesOfAllKinds) {
  EXPECT_THAT(Find({{.icd = {"(OSD) Q21.1", "I38", "J18.9", "Z98.8", "S37.01"},
                     .statements = {"L145+Modifier362", "Prolonged QTc interval", "Suggests211",
                                    "N(180+181)"}}}),
              IsEmpty());
}

TEST(FindSuspicions, FindsRecordsWithTheSameSignal) {
  const auto found =
      Find({{.signal = "abc"}, {.patient = "P00002", .signal = "abc"}, {.patient = "P00003"}});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, "duplicate_signal");
  EXPECT_THAT(found[0].records, ElementsAre("P00001_E01", "P00002_E01"));
}

TEST(FindSuspicions, FindsRecordsWithoutStatementOrDiagnosis) {
  const auto found = Find({{.icd = {}, .statements = {}}, {.patient = "P00002"}});
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].kind, "no_statement");
  EXPECT_EQ(found[1].kind, "no_diagnosis");
}

TEST(FindSuspicions, TakesADatasetWithoutAnyDiagnosisForOneOfAnotherKind) {
  EXPECT_THAT(Find({{.icd = {}}, {.patient = "P00002", .icd = {}}}), IsEmpty());
}

}  // namespace
}  // namespace pecg
