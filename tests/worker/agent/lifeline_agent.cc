// Starts a job as an agent does and waits to be killed: for the test of the lifeline.
// usage: lifeline_agent JOB_PROGRAM JOB_DIR
#include <poll.h>
#include <unistd.h>

#include <fstream>

#include "worker/agent/attempt_folder.h"
#include "worker/agent/job_process.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const pecg::AttemptFolder folder(argv[2]);
  const auto process = pecg::JobProcess::Start({.program = argv[1],
                                                .arguments = {"job", folder.dir()},
                                                .working_directory = folder.dir(),
                                                .lock_path = folder.LockPath(),
                                                .pid_path = folder.PidPath(),
                                                .on_exit = [] {}});
  if (!process.ok()) return 1;
  pollfd log = {(*process)->log_descriptor(), POLLIN, 0};
  poll(&log, 1, -1);  // The job has written its first line: its signal handlers are in place.
  std::ofstream(folder.dir() + "/ready").flush();
  while (true) pause();
}
