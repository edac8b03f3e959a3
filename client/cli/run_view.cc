#include "client/cli/run_view.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error_detail.h"
#include "base/yaml_words.h"
#include "client/cli/human.h"

namespace pecg {
namespace {

constexpr absl::Duration kPlainProgressInterval = absl::Seconds(5);

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

template <typename Enum>
std::string Word(const google::protobuf::EnumDescriptor* type, Enum value) {
  const auto* descriptor = type->FindValueByNumber(value);
  return descriptor == nullptr ? "unknown" : EnumWord(*descriptor);
}

std::string ProgressText(const v1::Progress& progress) {
  std::string text = progress.total() > 0
                         ? fmt::format("{}/{} {}", HumanCount(progress.done()),
                                       HumanCount(progress.total()), progress.unit())
                         : fmt::format("{} {}", HumanCount(progress.done()), progress.unit());
  if (!progress.note().empty()) text += fmt::format("  {}", progress.note());
  return text;
}

/// `validate.mean.auroc 0.8123  train.all.loss 0.345`, of the series over all targets.
std::string MetricsText(const v1::MetricPoints& metrics) {
  std::vector<std::string> shown;
  for (const v1::MetricPoint& point : metrics.points()) {
    const bool is_overall = point.key().find(".all.") != std::string::npos ||
                            point.key().find(".mean.") != std::string::npos;
    if (is_overall) shown.push_back(fmt::format("{} {}", point.key(), HumanNumber(point.value())));
  }
  return fmt::format("{}", fmt::join(shown, "  "));
}

}  // namespace

std::string PendingText(v1::PendingReason reason) {
  switch (reason) {
    case v1::PENDING_REASON_WAITING_DEPENDENCY:
      return "waits for an input's run";
    case v1::PENDING_REASON_WAITING_DEVICE:
      return "waits for a device";
    case v1::PENDING_REASON_WAITING_QUOTA:
      return "waits: you have as many runs running as allowed";
    case v1::PENDING_REASON_WAITING_START_TIME:
      return "waits for its start time";
    case v1::PENDING_REASON_WAITING_PERSON:
      return "waits for a person";
    case v1::PENDING_REASON_RETRY_BACKOFF:
      return "waits before the next attempt";
    case v1::PENDING_REASON_QUEUE_PAUSED:
      return "waits: the queue is paused";
    case v1::PENDING_REASON_NO_WORKER:
      return "waits: no worker with the device is connected (pecg worker ls)";
    case v1::PENDING_REASON_DATA_NOT_ON_WORKER:
      return "waits: no connected worker has the dataset (pecg doctor)";
    default:
      return "waits";
  }
}

RunView::RunView(std::string run, const Style& style, std::ostream* out)
    : run_(HumanName(run)), style_(style), out_(out) {}

void RunView::Show(const v1::RunEvent& event) {
  const absl::Time time = TimeOf(event.create_time());
  switch (event.kind_case()) {
    case v1::RunEvent::kRunChanged:
      return ShowState(event.run_changed(), time);
    case v1::RunEvent::kAttemptChanged:
      return ShowAttempt(event.attempt_changed(), time);
    case v1::RunEvent::kProgress:
      return ShowProgress(event.progress(), time);
    case v1::RunEvent::kMetrics:
      return ShowMetrics(event.metrics(), time);
    case v1::RunEvent::kArtifact:
      return Line(time, fmt::format("wrote {} ({})", HumanArtifact(event.artifact().name()),
                                    HumanBytes(event.artifact().size_bytes())));
    case v1::RunEvent::kLog:
    case v1::RunEvent::KIND_NOT_SET:
      return;
  }
}

void RunView::ShowState(const v1::Run& run, absl::Time time) {
  const bool changed = run.state() != state_ || run.pending_reason() != pending_reason_;
  state_ = run.state();
  pending_reason_ = run.pending_reason();
  // Attempts tell that a run runs, ShowEnd how it ended.
  const bool is_told_here = state_ == v1::RUN_STATE_PENDING || state_ == v1::RUN_STATE_HELD ||
                            state_ == v1::RUN_STATE_CANCELLING;
  if (!changed || !is_told_here) return DrawOver();
  Line(time, state_ == v1::RUN_STATE_PENDING ? PendingText(pending_reason_)
                                             : Word(v1::RunState_descriptor(), state_));
}

void RunView::ShowAttempt(const v1::Attempt& attempt, absl::Time time) {
  std::string text = fmt::format("attempt {} {} on {}", HumanName(attempt.name()),
                                 Word(v1::AttemptState_descriptor(), attempt.state()),
                                 HumanName(attempt.worker()));
  if (attempt.resume_step() > 0) text += fmt::format(", from step {}", attempt.resume_step());
  if (!attempt.message().empty()) text += fmt::format(": {}", attempt.message());
  const bool has_begun =
      attempt.state() != v1::ATTEMPT_STATE_LEASED && attempt.state() != v1::ATTEMPT_STATE_STARTING;
  if (!has_begun) progress_.Clear();
  has_begun ? Line(time, text) : DrawOver();
}

void RunView::ShowProgress(const v1::Progress& progress, absl::Time time) {
  const bool is_new = progress.unit() != progress_.unit() || progress.done() < progress_.done();
  if (is_new) {
    first_time_ = time;
    first_done_ = progress.done();
  }
  progress_ = progress;
  progress_time_ = time;
  if (style_.is_terminal) return DrawOver();
  const bool is_complete = progress.total() > 0 && progress.done() >= progress.total();
  if (!is_new && !is_complete && time - last_plain_time_ < kPlainProgressInterval) return;
  last_plain_time_ = time;
  Line(time, ProgressText(progress));
}

void RunView::ShowMetrics(const v1::MetricPoints& metrics, absl::Time time) {
  const std::string text = MetricsText(metrics);
  if (text.empty()) return;
  metrics_ = text;
  const int64_t step = metrics.points(0).step();
  style_.is_terminal ? DrawOver() : Line(time, fmt::format("step {}  {}", step, text));
}

void RunView::ShowLost(const absl::Status& why) {
  is_lost_ = true;
  if (!style_.is_terminal) {
    Line(absl::Now(),
         fmt::format("connection lost ({}); trying again until it is back", DetailOf(why).what));
  }
  DrawOver();
}

void RunView::ShowFound() {
  is_lost_ = false;
  Line(absl::Now(), "connected again; nothing was missed");
}

void RunView::ShowEnd(const v1::Run& run) {
  Clear();
  const bool good = run.state() == v1::RUN_STATE_SUCCEEDED;
  const std::string state = Word(v1::RunState_descriptor(), run.state());
  std::string text = fmt::format("run {} {}", HumanName(run.name()), state);
  if (run.has_start_time() && run.has_end_time()) {
    text +=
        fmt::format(" after {}", HumanDuration(TimeOf(run.end_time()) - TimeOf(run.start_time())));
  }
  if (!good && run.end_reason() != v1::END_REASON_UNSPECIFIED) {
    text += fmt::format(" ({})", Word(v1::EndReason_descriptor(), run.end_reason()));
  }
  if (!run.message().empty()) text += fmt::format(": {}", Printable(run.message()));
  *out_ << Paint(style_, good ? Color::kGreen : Color::kRed, good ? "ok " : "!! ") << text
        << std::endl;
}

void RunView::Line(absl::Time time, const std::string& text) {
  Clear();
  *out_ << absl::FormatTime("%H:%M:%S", time, absl::LocalTimeZone()) << "  run " << run_ << "  "
        << Printable(text) << std::endl;
  DrawOver();
}

std::string RunView::TimeLeft() const {
  const int64_t done = progress_.done() - first_done_;
  if (progress_.total() <= 0 || done <= 0) return "";
  const absl::Duration per_item = (progress_time_ - first_time_) / done;
  return fmt::format("  {} left", HumanDuration(per_item * (progress_.total() - progress_.done())));
}

void RunView::DrawOver() {
  if (!style_.is_terminal) return;
  constexpr size_t kBarWidth = 24;
  std::string text = fmt::format("run {}  {}", run_, Word(v1::RunState_descriptor(), state_));
  if (state_ == v1::RUN_STATE_PENDING) {
    text = fmt::format("run {}  {}", run_, PendingText(pending_reason_));
  }
  if (progress_.total() > 0) {
    const double share =
        static_cast<double>(progress_.done()) / static_cast<double>(progress_.total());
    text += "  " + ProgressBar(share, kBarWidth, style_.has_unicode);
  }
  if (!progress_.unit().empty()) text += "  " + ProgressText(progress_) + TimeLeft();
  if (!metrics_.empty()) text += "  " + metrics_;
  if (is_lost_) text = fmt::format("run {}  connection lost, trying again", run_);
  const size_t width = style_.width > 1 ? style_.width - 1 : 1;
  *out_ << "\r\x1b[K" << Shorten(Printable(text), width, style_.has_unicode) << std::flush;
  is_drawn_ = true;
}

void RunView::Clear() {
  if (is_drawn_) *out_ << "\r\x1b[K" << std::flush;
  is_drawn_ = false;
}

}  // namespace pecg
