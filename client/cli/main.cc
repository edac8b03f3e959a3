#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "client/cli/program.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // `pecg run ls | head` ends by a failed write, not by a signal.
  pecg::Session::Streams streams;
  streams.in = &std::cin;
  streams.out = &std::cout;
  streams.err = &std::cerr;
  streams.in_is_terminal = isatty(STDIN_FILENO) == 1;
  return pecg::RunProgram(std::vector<std::string>(argv + 1, argv + argc), streams,
                          pecg::ProcessEnvironment, /*detect_styles=*/true);
}
