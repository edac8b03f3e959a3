#include "storage/metric_store.h"

#include <cmath>
#include <unordered_map>

#include "base/status.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns =
    "id, run_number, key, point_count, not_finite_count, last_step, last, min, min_step, max, "
    "max_step";

Series ReadSeries(const Statement& row) {
  return {.id = row.Int64(0),
          .run = row.Int64(1),
          .key = row.Text(2),
          .point_count = row.Int64(3),
          .not_finite_count = row.Int64(4),
          .last_step = row.Int64(5),
          .last = row.DoubleOrNan(6),
          .min = row.OptionalDouble(7),
          .min_step = row.Int64(8),
          .max = row.OptionalDouble(9),
          .max_step = row.Int64(10)};
}

/// Counts a point in; points may come in any order. Of equal extremes the earliest step counts.
void Summarize(Series& series, int64_t step, double value) {
  if (series.point_count == 0 || step > series.last_step) {
    series.last_step = step;
    series.last = value;
  }
  ++series.point_count;
  if (!std::isfinite(value)) {
    ++series.not_finite_count;
    return;
  }
  if (!series.min.has_value() || value < *series.min ||
      (value == *series.min && step < series.min_step)) {
    series.min = value;
    series.min_step = step;
  }
  if (!series.max.has_value() || value > *series.max ||
      (value == *series.max && step < series.max_step)) {
    series.max = value;
    series.max_step = step;
  }
}

absl::Status StoreSummary(Transaction& transaction, const Series& series) {
  return transaction
      .Change(
          "UPDATE metric_series SET point_count = ?, not_finite_count = ?, last_step = ?, "
          "last = ?, min = ?, min_step = ?, max = ?, max_step = ? WHERE id = ?",
          series.point_count, series.not_finite_count, series.last_step, series.last, series.min,
          series.min_step, series.max, series.max_step, series.id)
      .status();
}

absl::StatusOr<std::optional<Series>> FindSeries(Snapshot& snapshot, int64_t run,
                                                 std::string_view key) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM metric_series WHERE run_number = ? AND key = ?", kColumns);
  Statement statement = snapshot.Query(kSql, run, key);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return std::nullopt;
  return ReadSeries(statement);
}

absl::StatusOr<Series> FindOrInsertSeries(Transaction& transaction, int64_t run,
                                          std::string_view key) {
  PECG_ASSIGN_OR_RETURN(std::optional<Series> found, FindSeries(transaction, run, key));
  if (found.has_value()) return *std::move(found);
  if (key.empty()) return InvalidArgument("a metric has no key, in run {}", run);
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO metric_series (run_number, key, point_count, not_finite_count, "
                  "last_step, min_step, max_step) VALUES (?, ?, 0, 0, 0, 0, 0)",
                  run, key)
          .status());
  return Series{.id = transaction.LastInsertId(), .run = run, .key = std::string(key)};
}

/// Reads rows of step, value, time_us, attempt.
absl::StatusOr<std::vector<Point>> ReadPoints(Statement statement) {
  std::vector<Point> points;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return points;
    points.push_back({.step = statement.Int64(0),
                      .value = statement.DoubleOrNan(1),
                      .time = statement.Time(2),
                      .attempt = statement.Int(3)});
  }
}

/// Series of the run with points after `after_step` of attempts before `attempt`.
absl::StatusOr<std::vector<Series>> ListSeriesToHide(Snapshot& snapshot, int64_t run, int attempt,
                                                     std::optional<int64_t> after_step) {
  static const std::string kSql = fmt::format(
      "SELECT {} FROM metric_series WHERE run_number = ?1 AND EXISTS "
      "(SELECT 1 FROM metric_points WHERE series_id = metric_series.id AND "
      " (?3 IS NULL OR step > ?3) AND attempt < ?2)",
      kColumns);
  Statement statement = snapshot.Query(kSql, run, attempt, after_step);
  std::vector<Series> series;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return series;
    series.push_back(ReadSeries(statement));
  }
}

/// Makes the summary from the points that are left.
absl::Status SummarizeAnew(Transaction& transaction, const Series& old) {
  Series series{.id = old.id, .run = old.run, .key = old.key};
  Statement statement =
      transaction.Query("SELECT step, value FROM metric_points WHERE series_id = ?", old.id);
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) break;
    Summarize(series, statement.Int64(0), statement.DoubleOrNan(1));
  }
  return StoreSummary(transaction, series);
}

absl::Status HidePointsOfSeries(Transaction& transaction, const Series& series, int attempt,
                                std::optional<int64_t> after_step) {
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT OR IGNORE INTO hidden_points (series_id, attempt, step, time_us, value) "
                  "SELECT series_id, attempt, step, time_us, value FROM metric_points "
                  "WHERE series_id = ?1 AND (?2 IS NULL OR step > ?2) AND attempt < ?3",
                  series.id, after_step, attempt)
          .status());
  PECG_RETURN_IF_ERROR(transaction
                           .Change("DELETE FROM metric_points WHERE series_id = ?1 AND "
                                   "(?2 IS NULL OR step > ?2) AND attempt < ?3",
                                   series.id, after_step, attempt)
                           .status());
  return SummarizeAnew(transaction, series);
}

}  // namespace

absl::StatusOr<int64_t> AppendPoints(Transaction& transaction, int64_t run, int attempt,
                                     std::span<const NewPoint> points) {
  std::unordered_map<std::string_view, Series> touched;
  int64_t new_count = 0;
  Statement insert = transaction.Query(
      "INSERT INTO metric_points (series_id, step, attempt, time_us, value) "
      "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  for (const NewPoint& point : points) {
    auto found = touched.find(point.key);
    if (found == touched.end()) {
      PECG_ASSIGN_OR_RETURN(Series series, FindOrInsertSeries(transaction, run, point.key));
      found = touched.emplace(point.key, std::move(series)).first;
    }
    Series& series = found->second;
    insert.Reset().BindAll(series.id, point.step, attempt, point.time, point.value);
    PECG_RETURN_IF_ERROR(insert.Finish());
    if (transaction.ChangeCount() == 0) continue;
    Summarize(series, point.step, point.value);
    ++new_count;
  }
  if (new_count == 0) return 0;
  for (const auto& [key, series] : touched) {
    PECG_RETURN_IF_ERROR(StoreSummary(transaction, series));
  }
  return new_count;
}

absl::Status HidePoints(Transaction& transaction, int64_t run, int attempt,
                        std::optional<int64_t> resume_step) {
  PECG_ASSIGN_OR_RETURN(const std::vector<Series> all,
                        ListSeriesToHide(transaction, run, attempt, resume_step));
  for (const Series& series : all) {
    PECG_RETURN_IF_ERROR(HidePointsOfSeries(transaction, series, attempt, resume_step));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Series>> ListSeries(Snapshot& snapshot, int64_t run) {
  static const std::string kSql = fmt::format(
      "SELECT {} FROM metric_series WHERE run_number = ? AND point_count > 0 ORDER BY key",
      kColumns);
  Statement statement = snapshot.Query(kSql, run);
  std::vector<Series> series;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return series;
    series.push_back(ReadSeries(statement));
  }
}

absl::StatusOr<Series> GetSeries(Snapshot& snapshot, int64_t run, std::string_view key) {
  PECG_ASSIGN_OR_RETURN(std::optional<Series> found, FindSeries(snapshot, run, key));
  if (!found.has_value()) return NotFound("run {} has no metric: {}", run, key);
  return *std::move(found);
}

absl::StatusOr<std::vector<Point>> ListPoints(Snapshot& snapshot, int64_t series_id,
                                              std::optional<int64_t> after_step, int64_t limit) {
  // Two statements: with OR, SQLite would not seek to the step.
  if (!after_step.has_value()) {
    return ReadPoints(
        snapshot.Query("SELECT step, value, time_us, attempt FROM metric_points "
                       "WHERE series_id = ? ORDER BY step LIMIT ?",
                       series_id, limit));
  }
  return ReadPoints(
      snapshot.Query("SELECT step, value, time_us, attempt FROM metric_points "
                     "WHERE series_id = ? AND step > ? ORDER BY step LIMIT ?",
                     series_id, *after_step, limit));
}

absl::StatusOr<std::vector<Point>> ListHiddenPoints(Snapshot& snapshot, int64_t series_id) {
  return ReadPoints(
      snapshot.Query("SELECT step, value, time_us, attempt FROM hidden_points "
                     "WHERE series_id = ? ORDER BY attempt, step",
                     series_id));
}

}  // namespace pecg
