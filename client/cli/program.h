#ifndef PECG_CLIENT_CLI_PROGRAM_H_
#define PECG_CLIENT_CLI_PROGRAM_H_

#include <string>
#include <vector>

#include "client/cli/session.h"

namespace pecg {

/// Runs one command line (without the program's name) and returns the exit code. Results and
/// errors are written to the streams; the styles in `streams` are replaced by what --color asks
/// for when `detect_styles`.
int RunProgram(const std::vector<std::string>& arguments, Session::Streams streams,
               const Environment& environment, bool detect_styles);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_PROGRAM_H_
