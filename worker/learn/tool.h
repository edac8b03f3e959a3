#ifndef PECG_WORKER_LEARN_TOOL_H_
#define PECG_WORKER_LEARN_TOOL_H_

namespace pecg {

/// The whole of `pecg-learn`: parses the command line and does what it says. Returns the exit code
/// of worker/job/job_error.h; errors are three lines on stderr.
int RunLearnTool(int argc, char** argv);

}  // namespace pecg

#endif  // PECG_WORKER_LEARN_TOOL_H_
