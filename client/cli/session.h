#ifndef PECG_CLIENT_CLI_SESSION_H_
#define PECG_CLIENT_CLI_SESSION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "base/home.h"
#include "client/cli/command_line.h"
#include "client/cli/coordinator.h"
#include "client/cli/listing.h"
#include "client/cli/terminal.h"

namespace pecg {

/// What a command works with: the command line, the streams, the environment, and the coordinator
/// once it is needed. Used by one thread.
class Session {
 public:
  struct Streams {
    std::istream* in;   ///< Not owned; outlive the session, as the others do.
    std::ostream* out;  ///< Results.
    std::ostream* err;  ///< Everything else.
    Style out_style;
    Style err_style;
    bool in_is_terminal = false;
  };

  Session(CommandLine line, Streams streams, Environment environment);

  const CommandLine& line() const { return line_; }
  const Streams& streams() const { return streams_; }
  const Environment& environment() const { return environment_; }

  /// The home folder. Errors: those of Home::Find.
  absl::StatusOr<Home> FindHome() const;

  /// The coordinator, with the caller's token; made at the first call. Errors: a bad address, a
  /// missing or unsafe token.
  absl::StatusOr<Coordinator*> Connect();

  /// Whether the result is for programs: -o json or jsonl.
  bool WantsJson() const;

  /// Writes a result.
  void Print(std::string_view text) const;

  /// Writes a line to a person, on stderr.
  void Say(std::string_view line) const;

  /// Writes a list in the format asked for; for an empty one, a person is told `when_empty`.
  absl::Status PrintListing(const Listing& listing, std::string_view when_empty) const;

  /// Writes one message as JSON (-o json, jsonl), or as a CSV row; returns false for a table, which
  /// the command writes itself.
  absl::StatusOr<bool> PrintMessage(const google::protobuf::Message& message) const;

  /// Asks on the terminal; true without asking when nobody can be asked or --yes is given.
  bool Confirm(std::string_view question) const;

 private:
  const CommandLine line_;
  const Streams streams_;
  const Environment environment_;
  std::unique_ptr<Coordinator> coordinator_;
};

/// Returns `datasets/zzu` for `zzu`, and the text itself if it begins so already.
std::string ResourceName(std::string_view collection, std::string_view id);

/// Returns `runs/12` for `12` or `runs/12`. Errors: INVALID_ARGUMENT for what is no number.
absl::StatusOr<std::string> RunName(std::string_view id);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_SESSION_H_
