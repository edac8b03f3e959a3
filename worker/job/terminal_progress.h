#ifndef PECG_WORKER_JOB_TERMINAL_PROGRESS_H_
#define PECG_WORKER_JOB_TERMINAL_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pecg {

/// One line on stderr that says how far a command is, drawn anew ten times a second. Nothing when
/// stderr is no terminal. Not thread-safe.
class TerminalProgress {
 public:
  explicit TerminalProgress(std::string_view unit);
  /// Clears the line.
  ~TerminalProgress();
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void Show(std::int64_t done, std::int64_t total);
  /// Takes the line away, for what is printed next.
  void Clear();

 private:
  const std::string unit_;
  const bool is_terminal_;
  std::optional<std::chrono::steady_clock::time_point> drawn_;
};

}  // namespace pecg

#endif  // PECG_WORKER_JOB_TERMINAL_PROGRESS_H_
