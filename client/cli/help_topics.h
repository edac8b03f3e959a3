#ifndef PECG_CLIENT_CLI_HELP_TOPICS_H_
#define PECG_CLIENT_CLI_HELP_TOPICS_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace pecg {

/// Returns the page of `pecg help TOPIC`. Errors: NOT_FOUND with the topics there are.
absl::StatusOr<std::string> HelpTopic(std::string_view topic);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_HELP_TOPICS_H_
