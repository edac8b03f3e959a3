#ifndef PECG_CLIENT_CLI_RUN_VIEW_H_
#define PECG_CLIENT_CLI_RUN_VIEW_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <ostream>
#include <string>

#include "client/cli/terminal.h"
#include "pecg/v1/run.pb.h"

namespace pecg {

/// Shows a run's events as they come: on a terminal a line that is drawn over, with lasting lines
/// above it for what is worth keeping; elsewhere a plain line per event, progress at most every
/// 5 s of the events' own time. Of the metrics only those over all targets (`.all.`, `.mean.`) are
/// shown. Used by one thread.
class RunView {
 public:
  /// `out` is not owned and outlives this.
  RunView(std::string run, const Style& style, std::ostream* out);

  void Show(const v1::RunEvent& event);
  void ShowLost(const absl::Status& why);
  void ShowFound();

  /// Shows the end: state, reason, message.
  void ShowEnd(const v1::Run& run);

  /// Removes the line that is drawn over; called before anything else is printed.
  void Clear();

 private:
  void ShowState(const v1::Run& run, absl::Time time);
  void ShowAttempt(const v1::Attempt& attempt, absl::Time time);
  void ShowProgress(const v1::Progress& progress, absl::Time time);
  void ShowMetrics(const v1::MetricPoints& metrics, absl::Time time);
  void Line(absl::Time time, const std::string& text);
  void DrawOver();
  std::string TimeLeft() const;

  const std::string run_;  // The short name, `12`.
  const Style style_;
  std::ostream* const out_;

  v1::RunState state_ = v1::RUN_STATE_UNSPECIFIED;
  v1::PendingReason pending_reason_ = v1::PENDING_REASON_UNSPECIFIED;
  v1::Progress progress_;
  absl::Time progress_time_ = absl::InfinitePast();    // Of the newest progress.
  absl::Time first_time_ = absl::InfinitePast();       // Of the first progress of its unit.
  int64_t first_done_ = 0;                             // What was done then.
  absl::Time last_plain_time_ = absl::InfinitePast();  // Of the last progress line.
  std::string metrics_;
  bool is_lost_ = false;
  bool is_drawn_ = false;
};

/// `queued: no worker is connected that has the device` and the like, for people.
std::string PendingText(v1::PendingReason reason);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_RUN_VIEW_H_
