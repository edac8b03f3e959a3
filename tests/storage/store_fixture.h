#ifndef PECG_TESTS_STORAGE_STORE_FIXTURE_H_
#define PECG_TESTS_STORAGE_STORE_FIXTURE_H_

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/status.h"
#include "storage/database.h"
#include "storage/reader.h"
#include "storage/run_store.h"
#include "storage/run_transition.h"
#include "storage/writer.h"
#include "tests/base/status_matchers.h"
#include "tests/base/temporary_folder.h"

namespace pecg {

/// Microsecond `n` after 1970, for telling times apart.
inline absl::Time At(int64_t n) { return absl::FromUnixMicros(n); }

/// A fresh database in a folder of its own, with its writer and readers.
class StoreTest : public testing::Test {
 protected:
  StoreTest() { Start(OpenMode::kCreate); }

  DatabaseOptions Options(OpenMode mode) const {
    return {.path = folder_.Path("pecg.db"),
            .lock_path = folder_.Path("lock"),
            .backup_dir = folder_.Path(),
            .mode = mode};
  }

  void Start(OpenMode mode) {
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(Options(mode));
    ASSERT_THAT(database, IsOk());
    database_ = *std::move(database);
    WriterOptions options;
    options.on_commit = [this](const std::vector<Event>& events) {
      committed_.insert(committed_.end(), events.begin(), events.end());
    };
    writer_ = std::make_unique<Writer>(database_.get(), options);
    readers_ = std::make_unique<ReaderPool>(database_.get(), ReaderPoolOptions{});
  }

  void Stop() {
    readers_.reset();
    writer_.reset();
    database_.reset();
  }

  void Restart() {
    Stop();
    Start(OpenMode::kExisting);
  }

  /// Runs `body(Transaction&)` on the writer and returns what it returns.
  template <typename Body>
  auto Write(Body body) -> std::invoke_result_t<Body, Transaction&> {
    using Result = std::invoke_result_t<Body, Transaction&>;
    if constexpr (std::is_same_v<Result, absl::Status>) {
      return writer_->Write(body);
    } else {
      Result result = absl::UnknownError("the body did not run");
      const absl::Status status = writer_->Write([&](Transaction& transaction) {
        result = body(transaction);
        return result.status();
      });
      if (!status.ok()) return status;
      return result;
    }
  }

  template <typename Body>
  auto Read(Body body) {
    return readers_->Read(body);
  }

  /// Inserts a run with uid `uid` and returns its number.
  int64_t AddRun(const std::string& uid, bool held = false, std::vector<RunInputRow> inputs = {}) {
    NewRun run;
    run.uid = uid;
    run.user = "ada";
    run.kind = "train";
    run.held = held;
    run.inputs = std::move(inputs);
    run.create_time = At(1);
    const absl::StatusOr<int64_t> number = Write([&](Transaction& t) { return InsertRun(t, run); });
    EXPECT_THAT(number, IsOk());
    return number.value_or(0);
  }

  /// Leases the run and returns the attempt's key.
  AttemptKey Lease(int64_t run, std::optional<int64_t> resume_step = {}) {
    const absl::StatusOr<LeaseAnswer> answer = Write([&](Transaction& t) {
      return LeaseRun(t, {.run = run,
                          .worker = "mac-1",
                          .process_uid = "p",
                          .device = "cpu",
                          .resume_step = resume_step,
                          .now = At(2),
                          .expire_time = At(3)});
    });
    EXPECT_THAT(answer, IsOk());
    if (!answer.ok()) return {};
    EXPECT_EQ(answer->transition, Transition::kApplied);
    return answer->key;
  }

  /// Ends the attempt and puts its run back into the queue.
  void LoseAndRequeue(const AttemptKey& key) {
    EXPECT_THAT(Write([&](Transaction& t) {
                  return EndAttempt(t, key,
                                    {.state = AttemptState::kLost,
                                     .reason = EndReason::kWorkerLost,
                                     .message = "",
                                     .exit_code = {},
                                     .signal = {},
                                     .now = At(4)});
                }),
                HoldsValue(Transition::kApplied));
    EXPECT_THAT(Write([&](Transaction& t) {
                  return RequeueRun(t, key.run, std::nullopt, PendingReason::kRetryBackoff);
                }),
                HoldsValue(Transition::kApplied));
  }

  const TemporaryFolder folder_;
  std::vector<Event> committed_;  // Written on the writer's thread, before Write returns.
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<ReaderPool> readers_;
};

}  // namespace pecg

#endif  // PECG_TESTS_STORAGE_STORE_FIXTURE_H_
