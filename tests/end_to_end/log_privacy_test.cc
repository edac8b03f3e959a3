// A dataset whose every private field is a word that occurs nowhere else goes through the service,
// failures and all; none of the words may be in a service log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/end_to_end/service.h"
#include "tests/worker/dataset/zzu_folder.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

ZzuRecord MakeRecord(const std::string& patient, int signal) {
  ZzuRecord record;
  record.patient_id = patient;
  record.signal = signal;
  return record;
}

/// Everything the coordinator and the agent have logged.
std::string ServiceLogs(const Service& service) {
  std::string logs;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(service.home())) {
    if (entry.path().extension() != ".log") continue;
    std::ifstream file(entry.path());
    logs.append(std::istreambuf_iterator<char>(file), {});
  }
  return logs;
}

TEST(LogPrivacyTest, NoPatientRecordOrFolderIsNamedInAServiceLog) {
  ZzuFolder folder;
  folder.Add(MakeRecord("P70707", 1));
  folder.Add(MakeRecord("P70708", 2));
  folder.Add(MakeRecord("P70709", 3));
  folder.WriteTable();
  const ZzuRecord broken = MakeRecord("P70709", 3);
  const fs::path broken_signal = folder.Signals(broken) / (broken.RecordId() + ".dat");
  fs::resize_file(broken_signal, fs::file_size(broken_signal) / 2);

  Service service;
  service.Start();
  const Finished added = service.Pecg(
      {"dataset", "add", "canary", "--kind", "zzu_pecg", "--dir", folder.root().string()});
  ASSERT_EQ(added.exit_code, 0) << added.out << added.err;
  EXPECT_THAT(added.err, testing::HasSubstr("2 records, 2 patients, 1 not readable"));
  // The list of failures names the record, because somebody has to find it.
  EXPECT_THAT(service.Pecg({"dataset", "audit", "canary"}).out, testing::HasSubstr("P70709"));
  service.Stop();

  const std::string logs = ServiceLogs(service);
  EXPECT_THAT(logs, testing::HasSubstr("run leased")) << "the runs left no trace";
  EXPECT_THAT(logs, testing::Not(testing::HasSubstr("P7070")));
  EXPECT_THAT(logs, testing::Not(testing::HasSubstr(folder.root().string())));
  EXPECT_THAT(logs, testing::Not(testing::HasSubstr("J18.9")));
}

}  // namespace
}  // namespace pecg
