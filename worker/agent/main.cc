// pecg-worker: the agent beside the data and the device. `pecg-worker --help` explains.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/home.h"
#include "base/joining_thread.h"
#include "base/log.h"
#include "base/sibling_program.h"
#include "base/version.h"
#include "worker/agent/agent.h"
#include "worker/agent/worker_config.h"

namespace {

constexpr int kExitError = 1;
constexpr int kExitNotFound = 3;
constexpr int kExitConflict = 4;
/// Time for a job's checkpoint when the agent is asked to end, and then for telling the
/// coordinator.
constexpr absl::Duration kDrainGrace = absl::Seconds(30);
constexpr absl::Duration kDrainPatience = absl::Seconds(10);

constexpr char kFooter[] = R"(Examples:
  pecg-worker                              works for the coordinator in ~/.pecg
  pecg-worker map-dataset zzu /data/zzu    tells it where dataset "zzu" lies on this machine

SIGHUP reads worker.yaml again. SIGTERM stops the jobs at their next step, so that the coordinator
starts them elsewhere, and ends the worker; a second one ends it at once.
Exit codes: 0 ended as asked, 1 error, 3 not found, 4 another worker has the home folder.)";

struct Flags {
  std::string home;
  std::string address;
  std::string token_file;
  std::string dataset;
  std::string dataset_dir;
};

int Report(const absl::Status& status) {
  fmt::print(stderr, "error: {}\n", std::string(status.message()));
  if (absl::IsAlreadyExists(status)) return kExitConflict;
  return absl::IsNotFound(status) ? kExitNotFound : kExitError;
}

int MapDatasetCommand(const pecg::Home& home, const Flags& flags) {
  absl::Status status = home.CreateForWorker();
  if (status.ok()) {
    status = pecg::MapDataset(home.WorkerConfigPath(), flags.dataset, flags.dataset_dir);
  }
  if (!status.ok()) return Report(status);
  const bool told = pecg::SignalReload(home);
  fmt::print(stderr, "dataset {} is {} on this machine{}\n", flags.dataset, flags.dataset_dir,
             told ? "" : " (no worker runs in this home; the next one will know)");
  return 0;
}

sigset_t AgentSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  return signals;
}

/// Turns signals into calls until `ended`; then one more signal ends it.
void ObeySignals(pecg::Agent* agent, const std::atomic<bool>& ended) {
  const sigset_t signals = AgentSignals();
  bool draining = false;
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (ended) return;
    if (signal == SIGHUP) {
      agent->Reload();
    } else if (draining) {
      agent->Quit();
    } else {
      draining = true;
      agent->Drain(kDrainGrace, kDrainPatience);
    }
  }
}

int Work(const pecg::Home& home, const Flags& flags) {
  // Blocked in every thread that is started from here on: only ObeySignals takes them.
  const sigset_t signals = AgentSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  absl::Status status = home.CreateForWorker();
  if (status.ok()) status = pecg::StartLog({.path = home.WorkerLogPath()});
  if (!status.ok()) return Report(status);
  const absl::StatusOr<std::unique_ptr<pecg::Agent>> agent = pecg::Agent::Start(
      {.home = home,
       .address = flags.address.empty() ? "unix:" + home.SocketPath() : flags.address,
       .token_path = flags.token_file.empty() ? home.WorkerTokenPath() : flags.token_file,
       .find_program = pecg::FindSiblingProgram});
  if (!agent.ok()) return Report(agent.status());
  std::atomic<bool> ended = false;
  pecg::JoiningThread signal_thread([&] { ObeySignals(agent->get(), ended); });
  (*agent)->Wait();
  ended = true;
  kill(getpid(), SIGHUP);
  signal_thread.Join();
  pecg::FlushLog();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // For the jobs: OpenMP threads that wait must sleep. By default they spin, which on a machine that
  // others use too doubles a training job's CPU time.
  setenv("OMP_WAIT_POLICY", "PASSIVE", /*overwrite=*/0);
  Flags flags;
  CLI::App app("The worker of pecg: runs jobs beside the data, for one coordinator.",
               "pecg-worker");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string(pecg::ReleaseVersion()));
  app.add_option("--home", flags.home, "Home folder; else $PECG_HOME, else ~/.pecg");
  app.add_option("--address", flags.address, "Coordinator: unix:/path or localhost:7470")
      ->envname("PECG_ADDRESS");
  app.add_option("--token-file", flags.token_file, "File with the worker's token")
      ->envname("PECG_TOKEN_FILE");
  CLI::App* const map =
      app.add_subcommand("map-dataset", "Says where a dataset lies on this machine");
  map->add_option("NAME", flags.dataset, "The dataset's name")->required();
  map->add_option("DIR", flags.dataset_dir, "Its folder")->required();
  CLI11_PARSE(app, argc, argv);

  const absl::StatusOr<pecg::Home> home = pecg::Home::Find(flags.home);
  if (!home.ok()) return Report(home.status());
  return map->parsed() ? MapDatasetCommand(*home, flags) : Work(*home, flags);
}
