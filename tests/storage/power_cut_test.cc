// What a power cut leaves of what was acknowledged: everything with synchronous=FULL; with NORMAL,
// the control, not everything.
#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <set>

#include "storage/database.h"
#include "storage/request_store.h"
#include "storage/writer.h"
#include "tests/base/status_matchers.h"
#include "tests/base/temporary_folder.h"
#include "tests/storage/power_cut_disk.h"

namespace pecg {
namespace {

constexpr int kCutCount = 300;
constexpr int kRequestCount = 60;
constexpr int kRequestsTogether = 5;

RequestKey KeyOf(int number) { return {std::to_string(number), "ada", "method", "hash"}; }

/// Sends requests, some at a time, and remembers which were acknowledged.
class Client {
 public:
  Client(Writer* writer, std::mt19937* random) : writer_(writer), random_(random) {}

  /// Sends `count` requests and waits for their answers; returns whether all were acknowledged.
  bool SendTogether(int first_number, int count) {
    {
      const std::lock_guard lock(mutex_);
      in_flight_ = count;
    }
    for (int i = 0; i < count; ++i) Send(first_number + i);
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return in_flight_ == 0; });
    return acknowledged_.contains(first_number + count - 1);
  }

  const std::set<int>& acknowledged() const { return acknowledged_; }

 private:
  void Send(int number) {
    const std::string answer(10 + (*random_)() % 6000, 'x');
    writer_->WriteAsync(
        [number, answer](Transaction& t) {
          return SaveAnswer(t, KeyOf(number), answer, absl::UnixEpoch());
        },
        [this, number](const absl::Status& status) {
          const std::lock_guard lock(mutex_);
          if (status.ok()) acknowledged_.insert(number);
          if (--in_flight_ == 0) answered_.notify_all();
        });
  }

  Writer* const writer_;
  std::mt19937* const random_;
  std::mutex mutex_;
  std::condition_variable answered_;
  int in_flight_ = 0;
  std::set<int> acknowledged_;
};

class PowerCutTest : public testing::Test {
 protected:
  PowerCutTest() {
    PowerCutDisk disk({}, -1);
    PowerCutDisk::Mount(&disk);
    EXPECT_THAT(Database::Open(Options(OpenMode::kCreate, true)), IsOk());
    fresh_ = disk.AfterCut(random_);
    PowerCutDisk::Mount(nullptr);
  }

  DatabaseOptions Options(OpenMode mode, bool durable) const {
    return {.path = "/pecg.db",
            .lock_path = folder_.Path("lock"),
            .backup_dir = folder_.Path(),
            .mode = mode,
            .vfs = PowerCutDisk::kVfsName,
            .durable = durable};
  }

  /// Works until the power fails; returns what was acknowledged.
  std::set<int> Work(bool durable) {
    auto database = Database::Open(Options(OpenMode::kExisting, durable));
    if (!database.ok()) return {};  // It failed while opening.
    // Small, so that the log is copied and begun anew several times.
    Writer writer(database->get(), {.on_commit = {}, .checkpoint_page_count = 20});
    Client client(&writer, &random_);
    for (int number = 0; number < kRequestCount; number += kRequestsTogether) {
      if (!client.SendTogether(number, kRequestsTogether)) break;  // The power has failed.
    }
    return client.acknowledged();
  }

  /// Opens what the cut left and returns what is there.
  std::set<int> Recover() {
    std::set<int> there;
    auto database = Database::Open(Options(OpenMode::kExisting, true));
    EXPECT_THAT(database, IsOk());
    if (!database.ok()) return there;
    Connection& connection = *(*database)->writing_connection();
    Statement check = connection.Prepare("PRAGMA integrity_check");
    EXPECT_THAT(check.Step(), HoldsValue(true));
    EXPECT_EQ(check.TextView(0), "ok");
    Snapshot snapshot(&connection);
    for (int number = 0; number < kRequestCount; ++number) {
      const auto answer = FindAnswer(snapshot, KeyOf(number));
      EXPECT_THAT(answer, IsOk());
      if (answer.ok() && answer->has_value()) there.insert(number);
    }
    return there;
  }

  /// Cuts the power at a random operation; returns how many acknowledged requests were lost.
  size_t CutOnce(bool durable, int64_t last_operation) {
    PowerCutDisk disk(fresh_,
                      static_cast<int64_t>(random_() % static_cast<uint64_t>(last_operation)));
    PowerCutDisk::Mount(&disk);
    const std::set<int> acknowledged = Work(durable);
    PowerCutDisk rebooted(disk.AfterCut(random_), -1);
    PowerCutDisk::Mount(&rebooted);
    const std::set<int> there = Recover();
    PowerCutDisk::Mount(nullptr);
    acknowledged_count_ += acknowledged.size();
    return static_cast<size_t>(std::count_if(acknowledged.begin(), acknowledged.end(),
                                             [&](int number) { return !there.contains(number); }));
  }

  /// Operations of a whole run without a cut.
  int64_t CountOperations(bool durable) {
    PowerCutDisk disk(fresh_, -1);
    PowerCutDisk::Mount(&disk);
    EXPECT_EQ(Work(durable).size(), static_cast<size_t>(kRequestCount));
    PowerCutDisk::Mount(nullptr);
    return disk.operation_count();
  }

  const TemporaryFolder folder_;
  std::mt19937 random_{42};
  PowerCutDisk::Image fresh_;
  size_t acknowledged_count_ = 0;
};

TEST_F(PowerCutTest, LosesNothingThatWasAcknowledged) {
  const int64_t operation_count = CountOperations(/*durable=*/true);
  for (int cut = 0; cut < kCutCount; ++cut) {
    ASSERT_EQ(CutOnce(/*durable=*/true, operation_count), 0U) << "cut " << cut;
    ASSERT_FALSE(HasFailure()) << "cut " << cut;
  }
  // Otherwise nothing was at stake.
  EXPECT_GT(acknowledged_count_, static_cast<size_t>(kCutCount) * kRequestCount / 10);
}

TEST_F(PowerCutTest, WouldLoseSomeWithoutASyncPerCommit) {
  const int64_t operation_count = CountOperations(/*durable=*/false);
  int losing_cut_count = 0;
  for (int cut = 0; cut < kCutCount; ++cut) {
    if (CutOnce(/*durable=*/false, operation_count) > 0) ++losing_cut_count;
  }
  EXPECT_GT(losing_cut_count, kCutCount / 10) << "the disk does not lose what is not synced";
}

TEST_F(PowerCutTest, LeavesNoHalfMadeSchema) {
  PowerCutDisk whole({}, -1);
  PowerCutDisk::Mount(&whole);
  ASSERT_THAT(Database::Open(Options(OpenMode::kCreate, true)), IsOk());
  const int64_t operation_count = whole.operation_count();
  for (int64_t cut = 0; cut < operation_count; ++cut) {
    PowerCutDisk disk({}, cut);
    PowerCutDisk::Mount(&disk);
    Database::Open(Options(OpenMode::kCreate, true)).status().IgnoreError();
    PowerCutDisk rebooted(disk.AfterCut(random_), -1);
    PowerCutDisk::Mount(&rebooted);
    EXPECT_THAT(Database::Open(Options(OpenMode::kCreate, true)), IsOk()) << "cut " << cut;
  }
  PowerCutDisk::Mount(nullptr);
}

}  // namespace
}  // namespace pecg
