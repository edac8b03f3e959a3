#include "worker/job/run_job.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/version.h"
#include "worker/ecg/error.h"
#include "worker/job/job_error.h"

namespace pecg {
namespace {

void FillLineage(const v1::JobSpec& spec, v1::Lineage* lineage) {
  if (lineage->targets_sha256().empty()) lineage->set_targets_sha256(spec.targets_sha256());
  if (lineage->device().empty()) lineage->set_device(spec.device());
  if (spec.synthetic()) lineage->set_synthetic(true);
  lineage->set_code_version(std::string(CodeVersion()));
  if (lineage->libraries().empty()) lineage->set_libraries(std::string(LibraryVersions()));
}

v1::JobResult CallJob(const JobContext& context, std::span<const JobKind> registry) {
  const v1::RunSpec::JobCase job = context.spec().run_spec().job_case();
  const auto kind = std::find_if(registry.begin(), registry.end(),
                                 [&](const JobKind& k) { return k.job == job; });
  if (kind == registry.end()) {
    const auto* field = v1::RunSpec::descriptor()->FindFieldByNumber(static_cast<int>(job));
    throw Error(Error::Kind::kBadInput,
                fmt::format("this program does not do \"{}\" jobs", field->name()), "run_spec",
                "train runs in pecg-learn, everything else in pecg-ecg");
  }
  v1::JobResult result = kind->run(context);
  FillLineage(context.spec(), result.mutable_lineage());
  return result;
}

/// Reads the spec and does the job. Returns kExitDone or throws.
int RunWithEvents(const std::filesystem::path& root, std::span<const JobKind> registry,
                  EventWriter* events, const StopSignal& stop) {
  const JobDirectory directory = JobDirectory::Open(root);
  ArtifactFolder artifacts(directory.output(), events);
  CheckpointFolder checkpoints(directory.checkpoint(), events);
  const JobContext context{.directory = directory,
                           .events = *events,
                           .artifacts = artifacts,
                           .checkpoints = checkpoints,
                           .stop = stop};
  events->Result(CallJob(context, registry));
  // A result nobody has read is none.
  if (events->reader_gone()) throw JobStopped();
  return kExitDone;
}

}  // namespace

int RunJob(const std::filesystem::path& directory, std::span<const JobKind> registry) {
  if (::fcntl(kEventDescriptor, F_SETFD, FD_CLOEXEC) != 0) {
    fmt::print(stderr,
               "error: descriptor 3, where a job writes its events, is not open\n"
               "  hint: pecg-worker opens it; by hand: ... job DIR 3>events.binpb\n");
    return kExitBadSpec;
  }
  ::signal(SIGPIPE, SIG_IGN);
  StopSignal stop(kLifelineDescriptor);
  EventWriter events(kEventDescriptor, Clock::System(), [&stop] { stop.Request(); });
  try {
    return RunWithEvents(directory, registry, &events, stop);
  } catch (const JobStopped&) {
    fmt::print(stderr, "stopped before the end, as asked\n");
    return kExitStopped;
  } catch (...) {
    JobFailure failure = FailureOfCurrentException();
    // The event names records where it must; the log does not (docs: no record ids in logs).
    fmt::print(stderr, "the job failed: {}; the run's message says what and where\n",
               failure.failed.kind());
    events.Failed(std::move(failure.failed));
    return failure.exit_code;
  }
}

}  // namespace pecg
