// Durable commits and metric points per second, beside what SQLite alone can do on this disk: the
// same rows, pragmas and batches, written by one thread without our writer or stores.
// `--benchmark_out=FILE` keeps the figures; PECG_BENCH_DIR chooses the disk (default: $TMPDIR).
#include <absl/time/clock.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "storage/database.h"
#include "storage/metric_store.h"
#include "storage/run_store.h"
#include "storage/run_transition.h"
#include "storage/writer.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

/// Ends the benchmark with a message; figures of failing calls would be worth nothing.
void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

/// A database with one run, in a folder of its own.
class Bench {
 public:
  Bench() {
    const char* const dir = std::getenv("PECG_BENCH_DIR");
    folder_ = (dir == nullptr ? fs::temp_directory_path() : fs::path(dir)) /
              ("pecg-bench-" + NewUuidV7(absl::Now()));
    fs::create_directories(folder_);
    auto database = Database::Open({.path = Path("pecg.db"),
                                    .lock_path = Path("lock"),
                                    .backup_dir = folder_.string(),
                                    .mode = OpenMode::kCreate});
    Require(database.status());
    database_ = *std::move(database);
    writer_ = std::make_unique<Writer>(database_.get(), WriterOptions{});
    Require(writer_->Write([](Transaction& t) {
      NewRun run;
      run.uid = "u";
      return InsertRun(t, run).status();
    }));
  }
  ~Bench() {
    writer_.reset();
    database_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  Writer& writer() { return *writer_; }
  /// Stops our writer and lends its connection.
  Connection& TakeConnection() {
    writer_.reset();
    return *database_->writing_connection();
  }

 private:
  fs::path folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
};

std::unique_ptr<Bench> bench;  // Shared by the threads of one benchmark.

void SetUp(const benchmark::State&) { bench = std::make_unique<Bench>(); }
void TearDown(const benchmark::State&) { bench.reset(); }

/// One small durable request per iteration and thread.
void DurableCommits(benchmark::State& state) {
  int64_t count = 0;
  for (auto _ : state) {
    // Never the same: SQLite does not write what is there already.
    const std::string progress = fmt::format("{:20}{:20}", state.thread_index(), ++count);
    Require(bench->writer().Write([&](Transaction& t) { return SetProgress(t, 1, progress); }));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(DurableCommits)->Setup(SetUp)->Teardown(TearDown)->UseRealTime()->ThreadRange(1, 32);

/// The same row by SQLite alone.
void DurableCommitsFloor(benchmark::State& state) {
  Connection& connection = bench->TakeConnection();
  int64_t count = 0;
  for (auto _ : state) {
    const std::string progress = fmt::format("{:40}", ++count);
    Require(connection.Execute("BEGIN IMMEDIATE"));
    Require(connection.Execute("UPDATE runs SET progress = ? WHERE number = 1", Blob{progress}));
    Require(connection.Execute("COMMIT"));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(DurableCommitsFloor)->Setup(SetUp)->Teardown(TearDown)->UseRealTime();

/// Points of one batch, spread over `key_count` series.
std::vector<NewPoint> MakePoints(const std::vector<std::string>& keys, int64_t point_count,
                                 int64_t first_step) {
  std::vector<NewPoint> points;
  points.reserve(static_cast<size_t>(point_count));
  const auto key_count = static_cast<int64_t>(keys.size());
  for (int64_t i = 0; i < point_count; ++i) {
    points.push_back({keys[static_cast<size_t>(i % key_count)], first_step + i / key_count,
                      0.1 * static_cast<double>(i), absl::FromUnixMicros(first_step + i)});
  }
  return points;
}

std::vector<std::string> MakeKeys(int64_t count) {
  std::vector<std::string> keys;
  for (int64_t i = 0; i < count; ++i)
    keys.push_back("validate.target_" + std::to_string(i) + ".auroc");
  return keys;
}

/// range(0) points per durable batch over range(1) series.
void MetricPoints(benchmark::State& state) {
  const int64_t point_count = state.range(0);
  const std::vector<std::string> keys = MakeKeys(state.range(1));
  int64_t step = 0;
  for (auto _ : state) {
    const std::vector<NewPoint> points = MakePoints(keys, point_count, step);
    step += point_count;
    Require(bench->writer().Write(
        [&](Transaction& t) { return AppendPoints(t, 1, 1, points).status(); }));
  }
  state.SetItemsProcessed(state.iterations() * point_count);
}
BENCHMARK(MetricPoints)
    ->Setup(SetUp)
    ->Teardown(TearDown)
    ->UseRealTime()
    ->Args({1, 1})
    ->Args({20, 1})
    ->Args({20, 20})
    ->Args({1000, 1})
    ->Args({1000, 20})
    ->Args({1000, 1000});

/// The same rows by SQLite alone, without summaries.
void MetricPointsFloor(benchmark::State& state) {
  const int64_t point_count = state.range(0);
  Connection& connection = bench->TakeConnection();
  Require(connection.Execute(
      "INSERT INTO metric_series (run_number, key, point_count, not_finite_count, last_step, "
      "min_step, max_step) VALUES (1, 'k', 0, 0, 0, 0, 0)"));
  int64_t step = 0;
  for (auto _ : state) {
    Require(connection.Execute("BEGIN IMMEDIATE"));
    {
      Statement insert = connection.Prepare(
          "INSERT INTO metric_points (series_id, step, attempt, time_us, value) "
          "VALUES (1, ?, 1, ?, ?)");
      for (int64_t i = 0; i < point_count; ++i, ++step) {
        insert.Reset().BindAll(step, step, 0.1 * static_cast<double>(i));
        Require(insert.Finish());
      }
    }
    Require(connection.Execute("COMMIT"));
    // As often as our writer would: the log must not grow without end.
    if (step % 20'000 < point_count) sqlite3_wal_checkpoint(connection.handle(), nullptr);
  }
  state.SetItemsProcessed(state.iterations() * point_count);
}
BENCHMARK(MetricPointsFloor)
    ->Setup(SetUp)
    ->Teardown(TearDown)
    ->UseRealTime()
    ->Arg(1)
    ->Arg(20)
    ->Arg(1000);

}  // namespace
}  // namespace pecg
