#include "worker/agent/job_supervisor.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace pecg {
namespace {

constexpr size_t kReadByteCount = size_t{64} << 10;

enum class ReadResult : std::uint8_t { kBytes, kNothingNow, kEnd };

/// Reads what is there from a non-blocking pipe.
ReadResult ReadSome(int descriptor, std::string* bytes) {
  bytes->resize(kReadByteCount);
  ssize_t count = 0;
  do {
    count = read(descriptor, bytes->data(), bytes->size());
  } while (count < 0 && errno == EINTR);
  bytes->resize(count > 0 ? static_cast<size_t>(count) : 0);
  if (count > 0) return ReadResult::kBytes;
  return count < 0 && errno == EAGAIN ? ReadResult::kNothingNow : ReadResult::kEnd;
}

}  // namespace

JobSupervisor::JobSupervisor(const Clock* clock, JobListener listener)
    : clock_(clock), listener_(std::move(listener)) {}

void JobSupervisor::Stop(absl::Duration grace) {
  {
    MutexLock lock(&mutex_);
    const absl::Duration due = clock_->Uptime() + grace;
    wishes_.kill_uptime = std::min(wishes_.kill_uptime.value_or(due), due);
  }
  Wake();
}

void JobSupervisor::Kill() {
  {
    MutexLock lock(&mutex_);
    wishes_.kill = true;
  }
  Wake();
}

void JobSupervisor::Wake() {
  MutexLock lock(&mutex_);
  // A full pipe wakes just as well.
  if (wake_.write_end.is_open()) (void)!write(wake_.write_end.number(), "", 1);
}

JobSupervisor::Wishes JobSupervisor::wishes() const {
  MutexLock lock(&mutex_);
  return wishes_;
}

absl::StatusOr<JobSupervisor::Outcome> JobSupervisor::Run(JobProcess::Options options) {
  PECG_ASSIGN_OR_RETURN(Pipe wake, MakePipe());
  PECG_RETURN_IF_ERROR(SetNonBlocking(wake.read_end.number()));
  PECG_RETURN_IF_ERROR(SetNonBlocking(wake.write_end.number()));
  wake_descriptor_ = wake.read_end.number();
  {
    MutexLock lock(&mutex_);
    wake_ = std::move(wake);
  }
  options.on_exit = [this] { Wake(); };
  PECG_ASSIGN_OR_RETURN(const std::unique_ptr<JobProcess> process,
                        JobProcess::Start(std::move(options)));
  listener_.on_started();
  Pump(process.get());
  return Outcome{process->exit().value_or(ProcessExit{}), event_stream_};
}

void JobSupervisor::Pump(JobProcess* process) {
  while (!process->exit().has_value()) {
    const Wishes now = wishes();
    Obey(now, process);
    WaitForInput(now, *process);
    if (listener_.has_room()) ReadPipes(process);
  }
  // What is left is at most what the pipes hold. Whoever else holds their other ends is not heard.
  while (ReadLog(*process)) {
  }
  while (ReadEvents(process)) {
  }
  if (event_stream_.ok() && process->exit()->signal == 0) event_stream_ = event_reader_.CheckEnd();
}

void JobSupervisor::Obey(const Wishes& wishes, JobProcess* process) {
  if (wishes.kill) {
    process->Signal(SIGKILL);
    return;
  }
  if (!wishes.kill_uptime.has_value()) return;
  if (!stop_sent_) {
    stop_sent_ = true;
    listener_.on_stopping();
    process->Signal(SIGTERM);
  }
  if (clock_->Uptime() >= *wishes.kill_uptime) process->Signal(SIGKILL);
}

void JobSupervisor::WaitForInput(const Wishes& wishes, const JobProcess& process) {
  std::vector<pollfd> inputs = {{wake_descriptor_, POLLIN, 0}};
  if (listener_.has_room()) {
    if (log_open_) inputs.push_back({process.log_descriptor(), POLLIN, 0});
    if (events_open_) inputs.push_back({process.event_descriptor(), POLLIN, 0});
  }
  int timeout_ms = -1;
  if (wishes.kill_uptime.has_value() && !wishes.kill) {
    const absl::Duration rest =
        std::clamp(*wishes.kill_uptime - clock_->Uptime(), absl::ZeroDuration(), absl::Hours(1));
    timeout_ms = static_cast<int>(absl::ToInt64Milliseconds(rest)) + 1;
  }
  poll(inputs.data(), static_cast<nfds_t>(inputs.size()), timeout_ms);
  std::array<char, 64> wakes{};
  while (read(wake_descriptor_, wakes.data(), wakes.size()) > 0) {
  }
}

void JobSupervisor::ReadPipes(JobProcess* process) {
  if (log_open_) ReadLog(*process);
  if (events_open_) ReadEvents(process);
}

bool JobSupervisor::ReadLog(const JobProcess& process) {
  std::string bytes;
  const ReadResult result = ReadSome(process.log_descriptor(), &bytes);
  log_open_ = log_open_ && result != ReadResult::kEnd;
  if (result == ReadResult::kBytes) listener_.on_log(bytes);
  return result == ReadResult::kBytes;
}

bool JobSupervisor::ReadEvents(JobProcess* process) {
  std::string bytes;
  const ReadResult result = ReadSome(process->event_descriptor(), &bytes);
  events_open_ = events_open_ && result != ReadResult::kEnd;
  if (result != ReadResult::kBytes || !event_stream_.ok()) return result == ReadResult::kBytes;
  event_reader_.Feed(bytes);
  while (true) {
    absl::StatusOr<std::optional<v1::JobEvent>> event = event_reader_.Next();
    if (!event.ok()) {
      event_stream_ = event.status();
      Kill();
      return true;
    }
    if (!event->has_value()) return true;
    listener_.on_event(**std::move(event));
  }
}

}  // namespace pecg
