#include "worker/synthetic/synthesize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "worker/dataset/build_index.h"
#include "worker/ecg/error.h"

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

SynthesisOptions OptionsFor(const TemporaryFolder& folder, std::int64_t records,
                            std::uint64_t seed = 7) {
  SynthesisOptions options;
  options.out = folder.path();
  options.record_count = records;
  options.seed = seed;
  options.jobs = 2;
  return options;
}

std::string ReadText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::map<std::string, std::string> AllFiles(const fs::path& root) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    files[fs::relative(entry.path(), root)] = ReadText(entry.path());
  }
  return files;
}

TEST(SynthesizeTest, ItsFolderIsIndexedWithoutAFailureAndSaysSynthetic) {
  const TemporaryFolder folder;
  Synthesize(OptionsFor(folder, 40));
  const Index index = BuildIndex("zzu_pecg", folder.path()).value();
  EXPECT_EQ(index.entries.size(), 40U);
  EXPECT_TRUE(index.failures.empty()) << index.failures.front().what;
  EXPECT_TRUE(index.synthetic);
}

TEST(SynthesizeTest, LaterExamsOfAPatientHaveLaterDates) {
  const TemporaryFolder folder;
  Synthesize(OptionsFor(folder, 40));
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

TEST(SynthesizeTest, SameSeedSameBytesOnAnyNumberOfThreads) {
  const TemporaryFolder one;
  const TemporaryFolder three;
  SynthesisOptions options = OptionsFor(one, 40, 3);
  options.label_noise = LabelNoise::kZzu;
  options.jobs = 1;
  Synthesize(options);
  options.out = three.path();
  options.jobs = 3;
  Synthesize(options);
  EXPECT_EQ(AllFiles(one.path()), AllFiles(three.path()));
}

TEST(SynthesizeTest, ARecordDoesNotDependOnTheirNumber) {
  const TemporaryFolder few;
  const TemporaryFolder more;
  Synthesize(OptionsFor(few, 5, 3));
  Synthesize(OptionsFor(more, 9, 3));
  const auto larger = AllFiles(more.path());
  for (const auto& [name, bytes] : AllFiles(few.path())) {
    if (name.starts_with("Child_ecg") || name.starts_with("truth/beats")) {
      EXPECT_EQ(bytes, larger.at(name)) << name;
    }
    if (name.starts_with("truth/") && name.ends_with(".csv")) {
      EXPECT_TRUE(larger.at(name).starts_with(bytes)) << name;
    }
  }
}

TEST(SynthesizeTest, GoesOnWhereItWasBrokenOff) {
  const TemporaryFolder whole;
  const TemporaryFolder broken;
  Synthesize(OptionsFor(whole, 70));
  // Breaks off when the first part of the records is made, as a full disk would.
  SynthesisOptions options = OptionsFor(broken, 70);
  options.jobs = 1;
  options.progress = [](std::int64_t done, std::int64_t) {
    if (done == 50) throw Error(Error::Kind::kDiskFull, "no space");
  };
  EXPECT_THROW(Synthesize(options), Error);
  EXPECT_FALSE(fs::exists(broken.path() / "AttributesDictionary.csv"));
  const auto before = fs::last_write_time(broken.path() / "Child_ecg/P00/P00001/P00001_E01.dat");
  options.progress = nullptr;
  Synthesize(options);
  EXPECT_EQ(AllFiles(whole.path()), AllFiles(broken.path()));
  EXPECT_EQ(fs::last_write_time(broken.path() / "Child_ecg/P00/P00001/P00001_E01.dat"), before);
}

TEST(SynthesizeTest, RefusesAFolderThatHoldsSomethingElse) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "thesis.tex") << "mine";
  EXPECT_THROW(Synthesize(OptionsFor(folder, 1)), Error);
  EXPECT_EQ(AllFiles(folder.path()).size(), 1U);
}

TEST(SynthesizeTest, RefusesAReleaseOfOtherOptions) {
  const TemporaryFolder folder;
  Synthesize(OptionsFor(folder, 2, 1));
  EXPECT_THROW(Synthesize(OptionsFor(folder, 2, 2)), Error);
  EXPECT_THROW(Synthesize(OptionsFor(folder, 3, 1)), Error);
  Synthesize(OptionsFor(folder, 2, 1));  // Its own it leaves as it is.
}

TEST(SynthesizeTest, ASmallReleaseHoldsEveryDiagnosis) {
  std::set<std::string> codes;
  for (const RecordPlan& plan : PlanRecords(5, 130)) {
    for (const Diagnosis& diagnosis : DrawPatient(5, plan.patient_number).diagnoses) {
      codes.insert(diagnosis.icd_code);
    }
  }
  EXPECT_EQ(codes.size(), GenerativeTables::Get().diagnoses.size());
}

TEST(SynthesizeTest, LabelsAreWrittenWrongOnlyWhenAskedForAndEachErrorIsListed) {
  const TemporaryFolder clean;
  const TemporaryFolder noisy;
  Synthesize(OptionsFor(clean, 60));
  SynthesisOptions options = OptionsFor(noisy, 60);
  options.label_noise = LabelNoise::kZzu;
  Synthesize(options);
  const std::string no_errors = ReadText(clean.path() / "truth/label_errors.csv");
  EXPECT_EQ(std::ranges::count(no_errors, '\n'), 1);
  EXPECT_GT(std::ranges::count(ReadText(noisy.path() / "truth/label_errors.csv"), '\n'), 5);
  // The waveforms are the same: only what is written about them differs.
  const fs::path record = "Child_ecg/P00/P00001/P00001_E01.dat";
  EXPECT_EQ(ReadText(clean.path() / record), ReadText(noisy.path() / record));
  EXPECT_EQ(ReadText(clean.path() / "truth/records.csv"),
            ReadText(noisy.path() / "truth/records.csv"));
}

TEST(LabelNoiseTest, AllExamsOfAPatientHaveTheSameChart) {
  for (std::int64_t number = 1; number < 400; ++number) {
    const SyntheticPatient patient = DrawPatient(9, number);
    const Chart chart = WriteChart(patient, LabelNoise::kZzu);
    const Chart again = WriteChart(patient, LabelNoise::kZzu);
    EXPECT_EQ(chart.written, again.written);
    EXPECT_FALSE(chart.written.empty());
    EXPECT_TRUE(std::ranges::is_sorted(chart.written));
    EXPECT_EQ(chart.errors.empty(), chart.clean == chart.written);
  }
}

}  // namespace
}  // namespace pecg
