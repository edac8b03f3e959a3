#include "worker/agent/attempt_end.h"

#include <fmt/format.h>

#include <csignal>
#include <map>
#include <string>
#include <string_view>

namespace pecg {
namespace {

constexpr int kExitSpec = 2;
constexpr int kExitData = 3;
constexpr int kExitStopped = 75;

v1::EndReason ReasonOfKind(std::string_view kind) {
  static const auto* const kReasons = new std::map<std::string_view, v1::EndReason>{
      {"invalid_spec", v1::END_REASON_INVALID_SPEC},
      {"data_missing", v1::END_REASON_DATA_MISSING},
      {"corrupt_data", v1::END_REASON_DATA_MISSING},
      {"out_of_memory", v1::END_REASON_OUT_OF_MEMORY},
      {"diverged", v1::END_REASON_DIVERGED},
      {"device_error", v1::END_REASON_DEVICE_ERROR},
      {"disk_full", v1::END_REASON_DISK_FULL},
  };
  const auto found = kReasons->find(kind);
  return found == kReasons->end() ? v1::END_REASON_JOB_ERROR : found->second;
}

std::string MessageOf(const v1::JobFailed& failed) {
  std::string message =
      failed.where().empty() ? failed.what() : fmt::format("{}: {}", failed.where(), failed.what());
  if (!failed.hint().empty()) message += fmt::format(" ({})", failed.hint());
  return message;
}

/// True when the process ended the way a stopped one does: code 75, or by the signals of a stop.
bool EndedAsStopped(const AttemptFacts& facts) {
  if (!facts.exit.has_value()) return true;
  const ProcessExit& exit = *facts.exit;
  if (exit.signal != 0) return exit.signal == SIGTERM || exit.signal == SIGKILL;
  return exit.code == kExitStopped;
}

/// A cancel and a time limit end the attempt however the job took them; a preempted job that failed
/// by itself meanwhile has failed, or it would be started again for nothing.
bool StopDecides(const AttemptFacts& facts) {
  switch (facts.stop_reason) {
    case v1::END_REASON_UNSPECIFIED:
      return false;
    case v1::END_REASON_PREEMPTED:
      return EndedAsStopped(facts);
    default:
      return true;
  }
}

struct ReasonAndMessage {
  v1::EndReason reason;
  std::string message;
};

ReasonAndMessage OfExit(const AttemptFacts& facts) {
  const ProcessExit exit = facts.exit.value_or(ProcessExit{});
  if (exit.signal != 0) {
    if (exit.signal == SIGKILL && facts.system_killed_for_memory) {
      return {v1::END_REASON_OUT_OF_MEMORY,
              "the system killed the job for memory (a smaller batch or fewer threads need less)"};
    }
    return {v1::END_REASON_SIGNALLED, fmt::format("the job was ended by signal {}", exit.signal)};
  }
  switch (exit.code) {
    case 0:
      return {v1::END_REASON_JOB_ERROR, "the job ended with code 0, but without a result"};
    case kExitSpec:
      return {v1::END_REASON_INVALID_SPEC, "the job refused its spec; see its log"};
    case kExitData:
      return {v1::END_REASON_DATA_MISSING, "the job did not find its data; see its log"};
    case kExitStopped:
      return {v1::END_REASON_OPERATOR_STOP, "somebody on the worker's machine stopped the job"};
    default:
      return {v1::END_REASON_EXIT_NONZERO,
              fmt::format("the job ended with code {}; see its log", exit.code)};
  }
}

ReasonAndMessage Decide(const AttemptFacts& facts) {
  const bool exited_well =
      facts.exit.has_value() && facts.exit->signal == 0 && facts.exit->code == 0;
  if (exited_well && facts.has_result && !facts.fault.has_value() && !facts.failed.has_value()) {
    return {v1::END_REASON_COMPLETED, ""};
  }
  if (StopDecides(facts)) return {facts.stop_reason, ""};
  if (facts.fault.has_value()) return {facts.fault->reason, facts.fault->message};
  if (facts.failed.has_value()) {
    return {ReasonOfKind(facts.failed->kind()), MessageOf(*facts.failed)};
  }
  return OfExit(facts);
}

}  // namespace

Fault FaultOf(const absl::Status& error) {
  Fault fault{v1::END_REASON_JOB_ERROR, std::string(error.message())};
  switch (error.code()) {
    case absl::StatusCode::kResourceExhausted:
      fault.reason = v1::END_REASON_DISK_FULL;
      break;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kDataLoss:
      fault.reason = v1::END_REASON_DATA_MISSING;
      break;
    default:
      break;
  }
  return fault;
}

v1::AttemptEnded DecideEnd(const AttemptFacts& facts) {
  const ReasonAndMessage decided = Decide(facts);
  v1::AttemptEnded ended;
  ended.set_reason(decided.reason);
  ended.set_message(decided.message);
  if (facts.exit.has_value()) {
    ended.set_exit_code(facts.exit->code);
    ended.set_signal(facts.exit->signal);
  }
  return ended;
}

}  // namespace pecg
