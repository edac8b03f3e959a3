#include "worker/agent/attempt_id.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "base/status.h"

namespace pecg {

absl::StatusOr<AttemptId> ParseAttemptId(const v1::HeldAttempt& message) {
  constexpr std::string_view kPrefix = "runs/";
  const std::string_view run = message.run();
  AttemptId id{0, message.attempt(), message.fence()};
  if (run.starts_with(kPrefix)) {
    const std::string_view digits = run.substr(kPrefix.size());
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), id.run_number);
    if (error != std::errc() || end != digits.data() + digits.size()) id.run_number = 0;
  }
  if (id.run_number < 1 || id.attempt < 1) {
    return InvalidArgument("not an attempt of runs/{{number}}: run \"{}\", attempt {}", run,
                           id.attempt);
  }
  return id;
}

v1::HeldAttempt ToMessage(const AttemptId& id) {
  v1::HeldAttempt message;
  message.set_run(fmt::format("runs/{}", id.run_number));
  message.set_attempt(id.attempt);
  message.set_fence(id.fence);
  return message;
}

std::string FolderName(const AttemptId& id) {
  return fmt::format("{}-{}", id.run_number, id.attempt);
}

}  // namespace pecg
