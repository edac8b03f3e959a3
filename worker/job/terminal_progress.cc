#include "worker/job/terminal_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace pecg {

TerminalProgress::TerminalProgress(std::string_view unit)
    : unit_(unit), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { Clear(); }

void TerminalProgress::Show(std::int64_t done, std::int64_t total) {
  constexpr std::chrono::milliseconds kInterval(100);
  if (!is_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (drawn_.has_value() && now - *drawn_ < kInterval) return;
  drawn_ = now;
  fmt::print(stderr, "\r{} of {} {}", done, total, unit_);
  std::fflush(stderr);
}

void TerminalProgress::Clear() {
  if (!drawn_.has_value()) return;
  drawn_.reset();
  fmt::print(stderr, "\r{:40}\r", "");
}

}  // namespace pecg
