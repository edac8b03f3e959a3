#include "client/cli/program.h"

#include <map>
#include <string_view>

#include "base/status.h"
#include "client/cli/command_line.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"
#include "client/cli/exit_code.h"

namespace pecg {
namespace {

using Command = absl::StatusOr<ExitCode> (*)(Session* session);

const std::map<std::string_view, Command>& Commands() {
  static const std::map<std::string_view, Command> commands = {{"dataset add", DatasetAdd},
                                                               {"dataset ls", DatasetList},
                                                               {"dataset show", DatasetShow},
                                                               {"dataset audit", DatasetAudit},
                                                               {"split create", SplitCreate},
                                                               {"split show", SplitShow},
                                                               {"split ls", SplitList},
                                                               {"run submit", RunSubmit},
                                                               {"run ls", RunList},
                                                               {"run show", RunShow},
                                                               {"run watch", RunWatch},
                                                               {"run logs", RunLogs},
                                                               {"run cancel", RunCancel},
                                                               {"run metrics", RunMetrics},
                                                               {"run artifacts", RunArtifacts},
                                                               {"worker ls", WorkerList},
                                                               {"user add", UserAdd},
                                                               {"user ls", UserList},
                                                               {"doctor", Doctor},
                                                               {"explain", Explain},
                                                               {"help", Help},
                                                               {"completion", Completion}};
  return commands;
}

int Report(const absl::Status& status, bool as_json, const Session::Streams& streams) {
  *streams.err << FormatError(status, as_json, streams.err_style) << std::flush;
  return ExitCodeOf(status);
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, Session::Streams streams,
               const Environment& environment, bool detect_styles) {
  const absl::StatusOr<CommandLine> line = ParseCommandLine(arguments);
  if (detect_styles) {
    const ColorChoice choice = line.ok() ? line->color : ColorChoice::kAuto;
    streams.out_style = StyleOf(1, choice, environment);
    streams.err_style = StyleOf(2, choice, environment);
  }
  if (!line.ok()) return Report(line.status(), AsksForJson(arguments), streams);
  Session session(*line, streams, environment);
  if (line->command.empty()) {
    session.Print(line->text);
    return kExitOk;
  }
  const absl::StatusOr<ExitCode> code = Commands().at(line->command)(&session);
  if (!code.ok()) return Report(code.status(), session.WantsJson(), streams);
  return *code;
}

}  // namespace pecg
