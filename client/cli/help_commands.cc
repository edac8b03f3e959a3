#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/completion.h"
#include "client/cli/field_reference.h"
#include "client/cli/help_topics.h"

namespace pecg {

absl::StatusOr<ExitCode> Explain(Session* session) {
  PECG_ASSIGN_OR_RETURN(const std::string text,
                        ExplainField(session->line().name, session->streams().out_style.width));
  session->Print(text);
  return kExitOk;
}

absl::StatusOr<ExitCode> Help(Session* session) {
  std::vector<std::string> words;
  std::istringstream stream(session->line().name);
  for (std::string word; stream >> word;) words.push_back(word);
  // `help run submit` is `run submit --help`; a word that is no command may be a topic.
  const std::vector<std::string> commands = CommandNames();
  const bool is_command =
      words.empty() ||
      std::any_of(commands.begin(), commands.end(), [&](const std::string& command) {
        return command == words[0] || command.rfind(words[0] + " ", 0) == 0;
      });
  if (!is_command) {
    PECG_ASSIGN_OR_RETURN(const std::string text, HelpTopic(session->line().name));
    session->Print(text);
    return kExitOk;
  }
  words.emplace_back("--help");
  PECG_ASSIGN_OR_RETURN(const CommandLine page, ParseCommandLine(words));
  session->Print(page.text);
  return kExitOk;
}

absl::StatusOr<ExitCode> Completion(Session* session) {
  PECG_ASSIGN_OR_RETURN(const std::string script,
                        CompletionScript(session->line().name, CommandNames()));
  session->Print(script);
  return kExitOk;
}

}  // namespace pecg
