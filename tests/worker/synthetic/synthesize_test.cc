#include "worker/synthetic/synthesize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "worker/dataset/build_index.h"
#include "worker/ecg/error.h"
#include "worker/file/read_record.h"
#include "worker/synthetic/child.h"
#include "worker/synthetic/heart.h"
#include "worker/synthetic/recorder.h"
#include "worker/synthetic/rhythm.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "pecg_synthetic_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::map<std::string, std::string> AllFiles(const fs::path& root) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files[fs::relative(entry.path(), root)] = text.str();
  }
  return files;
}

TEST(SynthesizeTest, ItsFolderIsIndexedWithoutAFailureAndSaysSynthetic) {
  const TemporaryFolder folder;
  Synthesize({.out = folder.path(), .record_count = 12, .seed = 7, .jobs = 2, .progress = {}});
  const Index index = BuildIndex("zzu_pecg", folder.path()).value();
  EXPECT_EQ(index.entries.size(), 12U);
  EXPECT_TRUE(index.failures.empty()) << index.failures.front().what;
  EXPECT_TRUE(index.synthetic);
}

TEST(SynthesizeTest, LaterExamsOfAPatientHaveLaterDates) {
  const TemporaryFolder folder;
  Synthesize({.out = folder.path(), .record_count = 40, .seed = 7, .jobs = 2, .progress = {}});
  const Index index = BuildIndex("zzu_pecg", folder.path()).value();
  int repeats = 0;
  for (std::size_t i = 1; i < index.entries.size(); ++i) {
    const IndexEntry& before = index.entries[i - 1];
    const IndexEntry& after = index.entries[i];
    if (before.patient_id != after.patient_id) continue;
    ++repeats;
    EXPECT_LT(before.acquisition_time, after.acquisition_time) << after.record_id;
    EXPECT_LE(before.age_days.value(), after.age_days.value()) << after.record_id;
  }
  EXPECT_GT(repeats, 0);
}

TEST(SynthesizeTest, SameSeedSameBytesOnAnyNumberOfThreadsAndForAnyNumberOfRecords) {
  const TemporaryFolder one;
  const TemporaryFolder three;
  const TemporaryFolder more;
  Synthesize({.out = one.path(), .record_count = 5, .seed = 3, .jobs = 1, .progress = {}});
  Synthesize({.out = three.path(), .record_count = 5, .seed = 3, .jobs = 3, .progress = {}});
  Synthesize({.out = more.path(), .record_count = 8, .seed = 3, .jobs = 1, .progress = {}});
  EXPECT_EQ(AllFiles(one.path()), AllFiles(three.path()));
  const auto larger = AllFiles(more.path());
  for (const auto& [name, bytes] : AllFiles(one.path())) {
    if (!name.starts_with("Child_ecg")) continue;
    EXPECT_EQ(bytes, larger.at(name)) << name;
  }
}

TEST(SynthesizeTest, RefusesAFolderThatHoldsSomethingElse) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "thesis.tex") << "mine";
  EXPECT_THROW(Synthesize({.out = folder.path(), .record_count = 1, .seed = 1, .jobs = 1, .progress = {}}),
               Error);
  EXPECT_EQ(AllFiles(folder.path()).size(), 1U);
}

/// Leads of a patient at rest without noise.
std::array<std::vector<double>, kLeadCount> CleanLeads(const SyntheticExam& exam) {
  const SyntheticPatient patient = DrawPatient(1, 1);
  std::array<std::vector<double>, kLeadCount> leads;
  leads.fill(std::vector<double>(5000, 0.0));
  Random random(1, 99, 1);
  Heart(patient, exam).AddBeats(DrawBeats(exam, random), 500, leads);
  return leads;
}

SyntheticExam PlainExam(int age_days) {
  SyntheticExam exam;
  exam.age_days = age_days;
  exam.heart_rate_bpm = 90;
  exam.pr_ms = 125;
  exam.qrs_ms = 78;
  exam.qtc_ms = 410;
  exam.frontal_axis_deg = 70;
  exam.seconds = 10;
  return exam;
}

TEST(HeartTest, LimbLeadsObeyEinthovenAndGoldberger) {
  const auto leads = CleanLeads(PlainExam(2000));
  for (std::size_t i = 0; i < leads[0].size(); ++i) {
    ASSERT_NEAR(leads[1][i] - leads[0][i] - leads[2][i], 0, 1e-12);
    ASSERT_NEAR(leads[3][i] + leads[4][i] + leads[5][i], 0, 1e-12);
  }
}

TEST(HeartTest, TheRightVentricleLeadsInTheNewbornAndTheLeftInTheSchoolChild) {
  const auto ratio_v1 = [](int age_days) {
    const auto lead = CleanLeads(PlainExam(age_days))[6];
    const auto [lowest, highest] = std::minmax_element(lead.begin(), lead.end());
    return *highest / -*lowest;  // R over S.
  };
  EXPECT_GT(ratio_v1(5), 1.0);
  EXPECT_LT(ratio_v1(4000), 0.8);
}

TEST(RhythmTest, KeepsTheRateThatWasAskedFor) {
  SyntheticExam exam = PlainExam(2000);
  exam.seconds = 120;
  exam.sinus_arrhythmia = 0.05;
  for (const double bpm : {50.0, 90.0, 180.0}) {
    exam.heart_rate_bpm = bpm;
    Random random(1, 2, 3);
    const auto beats = DrawBeats(exam, random);
    const double span = beats.back().r_seconds - beats.front().r_seconds;
    EXPECT_NEAR(static_cast<double>(beats.size() - 1) / span * 60, bpm, 0.02 * bpm);
  }
}

TEST(RecorderTest, RoundsToHalfPrecision) {
  EXPECT_EQ(RoundToHalf(0), 0);
  EXPECT_EQ(RoundToHalf(1.0), 1.0);
  EXPECT_EQ(RoundToHalf(1.0 + 1.0 / 2048), 1.0);                      // Tie to even.
  EXPECT_EQ(RoundToHalf(1.0 + 3.0 / 2048), 1.0 + 2.0 / 1024);         // Tie to even, upwards.
  EXPECT_EQ(RoundToHalf(-26.53), -26.53125);                          // 1/64 mV steps above 16 mV.
  EXPECT_EQ(RoundToHalf(std::ldexp(1.2, -24)), std::ldexp(1.0, -24));  // Subnormal.
}

TEST(ChildTest, ARateBeyondTheLimitsOfTheAgeIsStated) {
  const SyntheticPatient patient = DrawPatient(1, 1);
  SyntheticExam exam = PlainExam(4000);
  exam.heart_rate_bpm = 101;
  EXPECT_THAT(StatementsOf(patient, exam), ::testing::Contains("Sinus tachycardia"));
  exam.heart_rate_bpm = 59;
  EXPECT_THAT(StatementsOf(patient, exam), ::testing::Contains("Sinus bradycardia"));
  exam.heart_rate_bpm = 80;
  EXPECT_THAT(StatementsOf(patient, exam),
              ::testing::ElementsAre(::testing::AnyOf("Normal ECG", "Otherwise normal ECG")));
}

TEST(ChildTest, DiagnosesComeAboutAsOftenAsInTheRelease) {
  std::map<std::string, int> patients;
  constexpr int kPatients = 20000;
  for (int number = 1; number <= kPatients; ++number) {
    const SyntheticPatient patient = DrawPatient(11, number);
    bool chd = false;
    for (const std::string& code : patient.icd_codes) {
      chd |= code.starts_with("Q2") && code != "Q24.8";
      chd |= code.find("Q21.1") != std::string::npos || code == "I37.0";
      if (code.find("I40") != std::string::npos || code == "I51.4") ++patients["myocarditis"];
      if (code == "M30.3") ++patients["kawasaki"];
    }
    patients["chd"] += chd;
  }
  EXPECT_NEAR(patients["chd"] / double{kPatients}, 0.196, 0.02);          // 2,787 of 14,190 records.
  EXPECT_NEAR(patients["myocarditis"] / double{kPatients}, 0.045, 0.01);  // 635.
  EXPECT_NEAR(patients["kawasaki"] / double{kPatients}, 0.014, 0.005);    // 194.
}

}  // namespace
}  // namespace pecg
