#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/end_to_end/pecg_ecg_process.h"
#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

using testing::CommandEnd;
using ::testing::HasSubstr;
using testing::ReadFile;
using testing::RunCommand;
using ::testing::StartsWith;
using testing::TemporaryFolder;
using testing::WriteFile;

constexpr char kMiniDataset[] = PECG_SOURCE_DIR "/../shared/data/zzu-pecg-mini";

/// One lead of two samples, 1000 and -1000 units of 1/1000 mV.
void WriteTinyRecord(const fs::path& folder) {
  WriteFile(folder / "tiny.hea", "tiny 1 500 2\ntiny.dat 16 1000(0)/mV 16 0 1000 0 0 avr\n");
  WriteFile(folder / "tiny.dat", std::string("\xE8\x03\x18\xFC", 4));
}

class PecgEcgToolTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryFolder folder_;
};

TEST_F(PecgEcgToolTest, ReadsARecordIntoANumPyFile) {
  WriteTinyRecord(folder_.path());
  const CommandEnd end = RunCommand({"read", Path("tiny.hea"), "--out", Path("x.npy"), "--json"});

  ASSERT_EQ(end.exit_code, 0) << end.err;
  const auto facts = nlohmann::json::parse(end.out);
  EXPECT_EQ(facts["record"], Path("tiny.hea"));
  EXPECT_EQ(facts["leads"], nlohmann::json({"aVR"}));
  EXPECT_EQ(facts["sample_count"], 2);
  EXPECT_TRUE(facts["age_days"].is_null());
  const std::string npy = ReadFile(Path("x.npy"));
  EXPECT_THAT(npy, HasSubstr("'shape': (1, 2)"));
  const float millivolts[] = {1.0F, -1.0F};
  EXPECT_EQ(npy.substr(npy.size() - sizeof(millivolts)),
            std::string(reinterpret_cast<const char*>(millivolts), sizeof(millivolts)));
}

TEST_F(PecgEcgToolTest, ReadsEveryChannelWhereThereIsNoLeadAndOnDemand) {
  WriteTinyRecord(folder_.path());
  WriteFile(folder_.path() / "pulse.hea",
            "pulse 1 500 2\ntiny.dat 16 1000(0)/NU 16 0 1000 0 0 PLETH\n");
  const auto channels = nlohmann::json::parse(R"([{"name":"PLETH","units":"NU"}])");

  const CommandEnd pulse = RunCommand({"read", Path("pulse"), "--json"});
  ASSERT_EQ(pulse.exit_code, 0) << pulse.err;
  EXPECT_EQ(nlohmann::json::parse(pulse.out)["channels"], channels);
  const CommandEnd tiny = RunCommand({"read", Path("tiny"), "--channels", "--json"});
  ASSERT_EQ(tiny.exit_code, 0) << tiny.err;
  EXPECT_EQ(nlohmann::json::parse(tiny.out)["channels"][0]["name"], "avr");
}

TEST_F(PecgEcgToolTest, SaysInThreeLinesThatARecordIsNotThere) {
  const CommandEnd end = RunCommand({"read", Path("gone"), "--json"});

  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, StartsWith("error: "));
  EXPECT_THAT(end.err, HasSubstr("\n  where: "));
  EXPECT_EQ(end.out, "");
}

TEST_F(PecgEcgToolTest, EndsWithThreeWhenARecordIsDamaged) {
  WriteTinyRecord(folder_.path());
  WriteFile(folder_.path() / "tiny.dat", std::string("\xE8\x03\x18", 3));

  EXPECT_EQ(RunCommand({"read", Path("tiny"), "--json"}).exit_code, 3);
}

TEST_F(PecgEcgToolTest, EndsWithTwoForACommandLineItDoesNotUnderstand) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"raed"},
      {"read"},
      {"read", "x"},
      {"read", "x", "--json", "--bogus"},
      {"synthesize", "--out", "x", "--records", "0", "--seed", "1"}};
  for (const std::vector<std::string>& line : lines) {
    const CommandEnd end = RunCommand(line);
    EXPECT_EQ(end.exit_code, 2) << end.err;
    EXPECT_THAT(end.err, StartsWith("error: "));
    EXPECT_THAT(end.err, HasSubstr("\n  hint: "));
  }
}

TEST_F(PecgEcgToolTest, SuggestsTheCommandThatWasMeant) {
  EXPECT_THAT(RunCommand({"indxe"}).err, HasSubstr("did you mean \"index\"?"));
}

TEST_F(PecgEcgToolTest, HelpsWithExamplesEverywhere) {
  for (const char* command : {"", "read", "index", "synthesize", "job"}) {
    std::vector<std::string> line = {command, "--help"};
    if (line.front().empty()) line.erase(line.begin());
    const CommandEnd end = RunCommand(line);
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_THAT(end.out, HasSubstr("Example")) << command;
  }
}

TEST_F(PecgEcgToolTest, DelineatesARecordIntoOneRowPerWaveBeatAndLead) {
  if (!fs::exists(kMiniDataset)) GTEST_SKIP() << "no ZZU-pECG sample at " << kMiniDataset;
  const std::string record = std::string(kMiniDataset) + "/Child_ecg/P02/P02189/P02189_E01";
  const CommandEnd end = RunCommand({"delineate", record, "-o", "csv"});

  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, StartsWith("record,lead,wave,onset,peak,offset\r\n"));
  EXPECT_THAT(end.out, HasSubstr(record + ",global,QRS,"));
  // 44 beats in 20 s; 12 leads and all together.
  const std::string needle = ",QRS,";
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = end.out.find(needle, at)) != std::string::npos; ++at) ++rows;
  EXPECT_EQ(rows, 44U * 13);
}

TEST_F(PecgEcgToolTest, EndsWithThreeWhenARecordToDelineateIsNotThere) {
  const CommandEnd end = RunCommand({"delineate", Path("missing")});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("missing"));
}

TEST_F(PecgEcgToolTest, IndexesADatasetIntoOneLinePerRecord) {
  if (!fs::exists(kMiniDataset)) GTEST_SKIP() << "no ZZU-pECG sample at " << kMiniDataset;
  const CommandEnd end = RunCommand({"index", "--dataset", "zzu_pecg", kMiniDataset, "--out",
                                     Path("index.jsonl"), "--failures", Path("bad.jsonl")});

  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, StartsWith("23 records indexed"));
  std::istringstream lines(ReadFile(Path("index.jsonl")));
  std::vector<std::string> record_ids;
  for (std::string line; std::getline(lines, line);) {
    const auto entry = nlohmann::json::parse(line);
    EXPECT_EQ(entry["sqi"].size(), 12U);
    EXPECT_TRUE(entry["targets"].contains("chd"));
    record_ids.push_back(entry["record_id"]);
  }
  EXPECT_EQ(record_ids.size(), 23U);
  EXPECT_TRUE(std::ranges::is_sorted(record_ids));
  EXPECT_EQ(ReadFile(Path("bad.jsonl")), "");
}

TEST_F(PecgEcgToolTest, IndexesPtbXlWithoutAFailure) {
  const std::string root = PECG_SOURCE_DIR "/../shared/data/ptb-xl-dev";
  if (!fs::exists(root)) GTEST_SKIP() << "no PTB-XL sample at " << root;
  const CommandEnd end =
      RunCommand({"index", "--dataset", "ptb_xl", root, "--out", Path("index.jsonl")});

  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, StartsWith("400 records indexed, 0 failures, 0 warnings"));
  const std::string first = ReadFile(Path("index.jsonl"));
  const auto entry = nlohmann::json::parse(first.substr(0, first.find('\n')));
  EXPECT_EQ(entry["attributes"]["strat_fold"], "3");
}

TEST_F(PecgEcgToolTest, NamesTheKindsOfDatasetsWhereOneIsUnknown) {
  const CommandEnd end =
      RunCommand({"index", "--dataset", "ptb", Path("."), "--out", Path("index.jsonl")});

  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("there are: zzu_pecg, ptb_xl, folder"));
}

class PecgEcgSynthesisTest : public PecgEcgToolTest {
 protected:
  void SetUp() override {
    const CommandEnd end =
        RunCommand({"synthesize", "--out", Path("demo"), "--records", "4", "--seed", "1"});
    ASSERT_EQ(end.exit_code, 0) << end.err;
  }

  /// Signal files of the dataset, sorted.
  std::vector<fs::path> Signals() const {
    std::vector<fs::path> signals;
    for (const auto& entry : fs::recursive_directory_iterator(Path("demo"))) {
      if (entry.path().extension() == ".dat") signals.push_back(entry.path());
    }
    std::ranges::sort(signals);
    return signals;
  }

  CommandEnd Index() const {
    return RunCommand({"index", "--dataset", "zzu_pecg", Path("demo"), "--out", Path("index.jsonl"),
                       "--failures", Path("bad.jsonl")});
  }
};

TEST_F(PecgEcgSynthesisTest, MakesADatasetThatCanBeIndexed) {
  const CommandEnd end = Index();

  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, StartsWith("4 records indexed, 0 failures"));
}

TEST_F(PecgEcgSynthesisTest, IndexesTheRestWhenARecordIsDamaged) {
  fs::resize_file(Signals().front(), 10);
  const CommandEnd end = Index();

  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, StartsWith("3 records indexed, 1 failures"));
  EXPECT_THAT(end.err, HasSubstr("corrupt_data"));
  const auto failure = nlohmann::json::parse(ReadFile(Path("bad.jsonl")));
  EXPECT_EQ(failure["kind"], "corrupt_data");
}

TEST_F(PecgEcgSynthesisTest, EndsWithThreeWhenNoRecordCanBeIndexed) {
  for (const fs::path& signal : Signals()) fs::resize_file(signal, 10);
  const CommandEnd end = Index();

  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("error: no record could be indexed"));
  EXPECT_FALSE(fs::exists(Path("index.jsonl")));
}

TEST_F(PecgEcgToolTest, RefusesAJobWithoutTheDescriptorForItsEvents) {
  const CommandEnd end = RunCommand({"job", folder_.path().string()});

  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("descriptor 3"));
}

}  // namespace
}  // namespace pecg
