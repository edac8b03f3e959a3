#ifndef PECG_TESTS_END_TO_END_PECG_ECG_PROCESS_H_
#define PECG_TESTS_END_TO_END_PECG_ECG_PROCESS_H_

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "tests/worker/job/job_testing.h"

/// Runs the real pecg-ecg the way an agent or a person does.

namespace pecg::testing {

/// How a job ended.
struct JobEnd {
  int exit_code = -1;  ///< Minus the signal that ended it.
  std::vector<v1::JobEvent> events;
  std::string log;

  /// The only `failed` event; a failure of the test when there are none or several.
  v1::JobFailed Failed() const;
  /// The only `result` event, likewise.
  v1::JobResult Result() const;
  /// How many events are `result` or `failed`.
  int LastWordCount() const;
};

/// `pecg-ecg job DIR` with a lifeline on descriptor 0 and events on descriptor 3. Not thread-safe.
class JobProcess {
 public:
  explicit JobProcess(const std::filesystem::path& directory);
  /// Kills what still runs.
  ~JobProcess();
  JobProcess(const JobProcess&) = delete;
  JobProcess& operator=(const JobProcess&) = delete;

  /// Blocks until the job has written something on descriptor 3 or has ended.
  void WaitForEvent();
  void EndLifeline() { lifeline_.CloseWrite(); }
  void Signal(int number) const;
  /// Reads all events and waits for the end.
  JobEnd Wait();

 private:
  std::filesystem::path log_;
  Pipe lifeline_;
  Pipe events_;
  pid_t pid_ = -1;
};

/// Runs a job to its end.
JobEnd RunJobDirectory(const std::filesystem::path& directory);

/// What a command left.
struct CommandEnd {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs `pecg-ecg ARGUMENTS` in a folder of its own, without a terminal and with stdin empty.
CommandEnd RunCommand(const std::vector<std::string>& arguments);

}  // namespace pecg::testing

#endif  // PECG_TESTS_END_TO_END_PECG_ECG_PROCESS_H_
