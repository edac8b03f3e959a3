#include "worker/learn/folder_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace pecg {
namespace {

/// 200 patients of up to three exams; every fifth has the one target.
Index ExampleIndex() {
  Index index;
  index.version_sha256 = "v";
  index.targets = {"chd"};
  for (int patient = 0; patient < 200; ++patient) {
    for (int exam = 1; exam <= 1 + patient % 3; ++exam) {
      IndexEntry entry;
      entry.patient_id = "P" + std::to_string(1000 + patient);
      entry.record_id = entry.patient_id + "_E0" + std::to_string(exam);
      entry.exam = exam;
      entry.leads = patient % 7 == 0 ? LeadMask::NineLead() : LeadMask::All();
      entry.age_days = patient * 25;
      entry.targets = {static_cast<std::uint8_t>(patient % 5 == 0)};
      index.entries.push_back(entry);
    }
  }
  return index;
}

TEST(DealPatientsTest, TheSameSeedGivesTheSameSplit) {
  const Index index = ExampleIndex();
  EXPECT_EQ(DealPatients(index, 3).sha256, DealPatients(index, 3).sha256);
  EXPECT_NE(DealPatients(index, 3).sha256, DealPatients(index, 4).sha256);
}

TEST(DealPatientsTest, SpreadsATargetEvenly) {
  const Index index = ExampleIndex();
  const PatientSplit split = DealPatients(index, 1);
  std::map<int, int> positives;
  for (std::size_t i = 0; i < split.patient_ids.size(); ++i) {
    if (i % 5 == 0) ++positives[split.assignments[i].fold];
  }
  for (int fold = 0; fold <= kTestFold; ++fold) EXPECT_NEAR(positives[fold], 8, 1) << fold;
}

TEST(MakeManifestTest, NeverHoldsAPatientOfTheTest) {
  const Index index = ExampleIndex();
  const PatientSplit split = DealPatients(index, 1);
  std::size_t left_out = 0;
  for (const SplitAssignment& assignment : split.assignments) {
    left_out += assignment.fold == kTestFold ? 1 : 0;
  }
  std::set<int> patients;
  for (const auto& entry : MakeManifest(index, split, SplitScheme::kPlain, 0)) {
    EXPECT_NE(entry.fold(), kTestFold);
    patients.insert(entry.patient_ordinal());
  }
  EXPECT_EQ(patients.size() + left_out, 200U);
}

TEST(MakeManifestTest, KeepsAPatientsRecordsInOneRole) {
  const Index index = ExampleIndex();
  const PatientSplit split = DealPatients(index, 1);
  std::map<int, std::set<int>> roles;
  for (const auto& entry : MakeManifest(index, split, SplitScheme::kCrossValidation, 2)) {
    roles[entry.patient_ordinal()].insert(entry.role());
    EXPECT_EQ(entry.role() == v1::RECORD_ROLE_HELD_OUT, entry.fold() == 2);
  }
  for (const auto& [patient, of_patient] : roles) EXPECT_EQ(of_patient.size(), 1U) << patient;
}

TEST(MakeManifestTest, OrdinalsAreThoseOfTheIndexAndOneExamIsTheFirst) {
  const Index index = ExampleIndex();
  std::map<int, int> firsts;
  int last = -1;
  const PatientSplit split = DealPatients(index, 1);
  for (const auto& entry : MakeManifest(index, split, SplitScheme::kFinal, 0)) {
    EXPECT_GT(entry.ordinal(), last);
    last = entry.ordinal();
    EXPECT_EQ(entry.record_id(), index.entries[static_cast<std::size_t>(last)].record_id);
    firsts[entry.patient_ordinal()] += entry.first_exam() ? 1 : 0;
  }
  for (const auto& [patient, count] : firsts) EXPECT_EQ(count, 1) << patient;
}

}  // namespace
}  // namespace pecg
