// pecgd: the coordinator. `pecgd --help` explains.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "base/home.h"
#include "base/log.h"
#include "base/sibling_program.h"
#include "base/version.h"
#include "server/server.h"

namespace {

constexpr char kFooter[] = R"(Examples:
  pecgd                       serves ~/.pecg, with a worker on this machine
  pecgd --home /srv/pecg      serves another home folder
  pecgd --no-worker --port 0  no worker, and no TCP port: the Unix socket only

The first start makes the home folder, its database and the tokens. SIGTERM ends it: the local
worker's jobs make their checkpoints, and go on with the next start.)";

struct Flags {
  std::string home;
  int port = 7470;
  bool no_worker = false;
};

int Report(const absl::Status& status) {
  fmt::print(stderr, "error: {}\n", std::string(status.message()));
  return 1;
}

/// Blocks the signals that end this program in all threads to come, and returns them.
sigset_t BlockEndSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

absl::Status Serve(const Flags& flags) {
  const sigset_t signals = BlockEndSignals();
  const absl::StatusOr<pecg::Home> home = pecg::Home::Find(flags.home);
  if (!home.ok()) return home.status();
  if (absl::Status made = home->CreateForCoordinator(); !made.ok()) return made;
  if (absl::Status opened = pecg::StartLog({.path = home->CoordinatorLogPath()}); !opened.ok()) {
    return opened;
  }
  pecg::ServerOptions options;
  options.port = flags.port;
  if (!flags.no_worker) {
    const absl::StatusOr<std::string> program = pecg::FindSiblingProgram("pecg-worker");
    if (!program.ok()) return program.status();
    options.worker_program = *program;
  }
  const auto server = pecg::Server::Start(*home, options);
  if (!server.ok()) return server.status();
  // The one line on standard output: whoever started this program may wait for it.
  fmt::print("pecgd is ready on {}\n", (*server)->address());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  CLI::App app("The coordinator of pecg: queues runs, keeps what they find.", "pecgd");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string(pecg::ReleaseVersion()));
  app.add_option("--home", flags.home, "Home folder; else $PECG_HOME, else ~/.pecg");
  app.add_option("--port", flags.port, "TCP port on 127.0.0.1; 0 = none")->capture_default_str();
  app.add_flag("--no-worker", flags.no_worker, "Start no worker on this machine");
  CLI11_PARSE(app, argc, argv);
  umask(077);
  const absl::Status status = Serve(flags);
  pecg::FlushLog();
  return status.ok() ? 0 : Report(status);
}
