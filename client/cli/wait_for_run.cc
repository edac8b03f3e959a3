#include "client/cli/wait_for_run.h"

#include <fmt/format.h>

#include <utility>

#include "base/error_detail.h"
#include "base/status.h"
#include "client/cli/human.h"
#include "client/cli/interrupt.h"
#include "client/cli/run_view.h"
#include "client/cli/run_watcher.h"

namespace pecg {
namespace {

absl::StatusOr<ExitCode> Wait(Session* session, const std::string& run, bool include_log,
                              RunWatcher::Callbacks callbacks, const std::function<void()>& clear,
                              const std::function<void(const v1::Run&)>& on_end) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  RunWatcher::Options options;
  options.run = run;
  options.include_log = include_log;
  options.timeout = session->line().timeout;
  RunWatcher watcher(coordinator, options, std::move(callbacks));
  absl::StatusOr<RunWatcher::Outcome> outcome = RunWatcher::Outcome{};
  {
    const Interrupt interrupt([&watcher] { watcher.Stop(); });
    outcome = watcher.Watch();
  }
  clear();
  if (!outcome.ok()) return outcome.status();
  using End = RunWatcher::Outcome::End;
  if (outcome->end == End::kTerminal) {
    on_end(*outcome->run);
    return ExitCodeOf(outcome->run->state());
  }
  const bool timed_out = outcome->end == End::kTimedOut;
  session->Say(fmt::format("{}; run {} goes on. Watch it again: pecg run watch {}",
                           timed_out ? "the time is over" : "detached", HumanName(run),
                           HumanName(run)));
  return timed_out ? kExitTimedOut : kExitInterrupted;
}

}  // namespace

absl::StatusOr<ExitCode> WaitForRun(Session* session, const std::string& run, const Style& style,
                                    std::ostream* out) {
  RunView view(run, style, out);
  RunWatcher::Callbacks callbacks;
  callbacks.on_event = [&view](const v1::RunEvent& event) { view.Show(event); };
  callbacks.on_lost = [&view](const absl::Status& why) { view.ShowLost(why); };
  callbacks.on_found = [&view] { view.ShowFound(); };
  return Wait(
      session, run, /*include_log=*/false, std::move(callbacks), [&view] { view.Clear(); },
      [&view](const v1::Run& ended) { view.ShowEnd(ended); });
}

absl::StatusOr<ExitCode> FollowRun(Session* session, const std::string& run, bool include_log,
                                   const std::function<void(const v1::RunEvent&)>& on_event,
                                   const std::function<void(const v1::Run&)>& on_end) {
  RunWatcher::Callbacks callbacks;
  callbacks.on_event = on_event;
  callbacks.on_lost = [session](const absl::Status& why) {
    session->Say(
        fmt::format("connection lost ({}); trying again until it is back", DetailOf(why).what));
  };
  callbacks.on_found = [session] { session->Say("connected again; nothing was missed"); };
  return Wait(
      session, run, include_log, std::move(callbacks), [] {}, on_end);
}

}  // namespace pecg
