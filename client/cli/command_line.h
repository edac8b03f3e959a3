#ifndef PECG_CLIENT_CLI_COMMAND_LINE_H_
#define PECG_CLIENT_CLI_COMMAND_LINE_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/listing.h"
#include "client/cli/terminal.h"

namespace pecg {

/// What a person asked for. One struct for all commands: what a command does not offer keeps its
/// default.
struct CommandLine {
  std::string command;  ///< `run submit`; empty when only `text` is to be printed.
  std::string text;     ///< A help page or the version.
  std::string name;     ///< The argument: a dataset, split, run, user, field, topic, shell.

  // Everywhere.
  std::string home;
  std::string address;
  ColorChoice color = ColorChoice::kAuto;

  // Lists.
  OutputOptions output;
  int64_t limit = 100;

  // dataset
  std::string kind;
  std::string dir;
  std::string html_path;
  std::string json_path;

  // split create
  std::string dataset;
  int64_t seed = 0;

  // run
  std::string spec_path;
  std::vector<std::string> overrides;
  bool detach = false;
  bool dry_run = false;
  bool yes = false;
  bool follow = false;
  absl::Duration timeout = absl::InfiniteDuration();
  int attempt = 0;  ///< 0 = the newest.
  std::string key;
  std::string artifact_path;
  std::string out_path;
  std::vector<std::string> states;
  std::string user;

  // user add
  std::string role;
};

/// Reads the arguments (without the program's name). No argument, or a command that has
/// subcommands alone, is its help page. Errors: INVALID_ARGUMENT by DetailedError.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

/// Whether the arguments ask for JSON on errors too, were they to be refused: `-o json`, `-o
/// jsonl`.
bool AsksForJson(const std::vector<std::string>& arguments);

/// Every example of the help pages, as typed.
std::vector<std::string> HelpExamples();

/// Every command, `run submit`.
std::vector<std::string> CommandNames();

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_COMMAND_LINE_H_
