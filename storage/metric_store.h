#ifndef PECG_STORAGE_METRIC_STORE_H_
#define PECG_STORAGE_METRIC_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

/// Metrics of runs: named series of numbers over steps, with one point per (run, key, step), and a
/// summary of each series that is always up to date. NaN and infinities are kept; a NaN's payload
/// bits and the sign of a zero are not. Points are read through ListPoints only, so that old ones
/// can be packed later.

namespace pecg {

/// One point to write.
struct NewPoint {
  std::string_view key;  ///< `validate.chd.auroc`
  int64_t step = 0;
  double value = 0;
  absl::Time time;
};

/// One point as stored.
struct Point {
  int64_t step = 0;
  double value = 0;
  absl::Time time;
  int attempt = 0;  ///< The attempt that wrote it.
};

/// A series and its summary.
struct Series {
  int64_t id = 0;
  int64_t run = 0;
  std::string key;
  int64_t point_count = 0;
  int64_t not_finite_count = 0;
  int64_t last_step = 0;  ///< Meaningful when there are points.
  double last = 0;
  std::optional<double> min = {};  ///< Of the finite values; none if there are none.
  int64_t min_step = 0;
  std::optional<double> max = {};
  int64_t max_step = 0;
};

/// Writes points of one attempt, in any order, and brings the summaries up to date. A point whose
/// (key, step) is there already changes nothing, whatever its value. Returns how many were new.
/// Errors: `FAILED_PRECONDITION` for an unknown run, `INVALID_ARGUMENT` for an empty key.
absl::StatusOr<int64_t> AppendPoints(Transaction& transaction, int64_t run, int attempt,
                                     std::span<const NewPoint> points);

/// Puts aside the points after `resume_step` (none = all) that attempts before `attempt` wrote, and
/// makes the summaries anew: `attempt` resumes there and writes these steps again. What was put
/// aside is seen by ListHiddenPoints only. LeaseRun does this; a repeat changes nothing.
absl::Status HidePoints(Transaction& transaction, int64_t run, int attempt,
                        std::optional<int64_t> resume_step);

/// Returns a run's series that have points, by key.
absl::StatusOr<std::vector<Series>> ListSeries(Snapshot& snapshot, int64_t run);

/// Returns one series. Errors: `NOT_FOUND`.
absl::StatusOr<Series> GetSeries(Snapshot& snapshot, int64_t run, std::string_view key);

/// Returns points of a series after a step (none = from the first) by step, at most `limit`; fewer
/// means that there are no more.
absl::StatusOr<std::vector<Point>> ListPoints(Snapshot& snapshot, int64_t series_id,
                                              std::optional<int64_t> after_step, int64_t limit);

/// Returns the points of a series that were put aside, by attempt and step.
absl::StatusOr<std::vector<Point>> ListHiddenPoints(Snapshot& snapshot, int64_t series_id);

}  // namespace pecg

#endif  // PECG_STORAGE_METRIC_STORE_H_
