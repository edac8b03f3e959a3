#ifndef PECG_TESTS_END_TO_END_PROGRAM_H_
#define PECG_TESTS_END_TO_END_PROGRAM_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pecg {

/// One of the built programs, running, with its standard output and error read by the test.
/// An object is not thread-safe; several may be used at once. The destructor kills what still runs.
class Program {
 public:
  using Environment = std::map<std::string, std::string>;

  /// Starts `bin/<name>` of the build with `arguments`; `environment` is added to the test's own.
  Program(const std::string& name, const std::vector<std::string>& arguments,
          const Environment& environment);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Reads until a line of standard output satisfies `wanted`, and returns it; nothing when the
  /// program ended or `patience` passed first.
  std::optional<std::string> WaitForLine(const std::function<bool(const std::string&)>& wanted,
                                         std::chrono::seconds patience);

  /// Reads to the end and returns the exit code, or minus the signal that ended it; nothing when
  /// `patience` passed first.
  std::optional<int> WaitForEnd(std::chrono::seconds patience);

  void Signal(int number) const;
  pid_t pid() const { return pid_; }
  /// Everything read so far.
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  /// Waits for output until `deadline`; false when it passed or both ends are closed.
  bool ReadMore(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  int out_descriptor_ = -1;
  int err_descriptor_ = -1;
  std::string out_;
  std::string err_;
  std::size_t lines_read_ = 0;  // Bytes of out_ that WaitForLine has looked at.
  std::optional<int> exit_;
};

/// What a program that ran to its end left.
struct Finished {
  int exit_code = -1;  ///< Minus the signal that ended it; -1000 when it had to be killed for time.
  std::string out;
  std::string err;
};

/// Runs a program to its end.
Finished RunProgram(const std::string& name, const std::vector<std::string>& arguments,
                    const Program::Environment& environment,
                    std::chrono::seconds patience = std::chrono::seconds(120));

}  // namespace pecg

#endif  // PECG_TESTS_END_TO_END_PROGRAM_H_
