#ifndef PECG_WORKER_JOB_TOOL_H_
#define PECG_WORKER_JOB_TOOL_H_

namespace pecg {

/// The whole of `pecg-ecg`: parses the command line and does what it says. Returns the exit code of
/// job_error.h; errors are three lines on stderr.
int RunTool(int argc, char** argv);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_TOOL_H_
