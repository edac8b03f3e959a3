#include "client/cli/completion.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/error_detail.h"

namespace pecg {
namespace {

/// The second words by the first: {"run": {"ls", "submit", ...}, "doctor": {}}.
using Tree = std::map<std::string, std::set<std::string>>;

Tree TreeOf(const std::vector<std::string>& commands) {
  Tree tree;
  for (const std::string& command : commands) {
    const size_t blank = command.find(' ');
    auto& seconds = tree[command.substr(0, blank)];
    if (blank != std::string::npos) seconds.insert(command.substr(blank + 1));
  }
  return tree;
}

std::string FirstWords(const Tree& tree) {
  std::vector<std::string> words;
  for (const auto& [first, seconds] : tree) words.push_back(first);
  return fmt::format("{}", fmt::join(words, " "));
}

std::string BashScript(const Tree& tree) {
  std::string cases;
  for (const auto& [first, seconds] : tree) {
    if (seconds.empty()) continue;
    cases += fmt::format("    {}) words=\"{}\" ;;\n", first, fmt::join(seconds, " "));
  }
  return fmt::format(R"(_pecg() {{
  local words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{}"
  elif [ "$COMP_CWORD" -eq 2 ]; then
    case "${{COMP_WORDS[1]}}" in
{}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _pecg pecg
)",
                     FirstWords(tree), cases);
}

std::string ZshScript(const Tree& tree) {
  std::string cases;
  for (const auto& [first, seconds] : tree) {
    if (seconds.empty()) continue;
    cases += fmt::format("      {}) compadd -- {} ;;\n", first, fmt::join(seconds, " "));
  }
  return fmt::format(R"(#compdef pecg
_pecg() {{
  if (( CURRENT == 2 )); then
    compadd -- {}
  elif (( CURRENT == 3 )); then
    case "${{words[2]}}" in
{}      *) _files ;;
    esac
  else
    _files
  fi
}}
compdef _pecg pecg
)",
                     FirstWords(tree), cases);
}

std::string FishScript(const Tree& tree) {
  std::string script =
      fmt::format("complete -c pecg -n __fish_use_subcommand -f -a '{}'\n", FirstWords(tree));
  for (const auto& [first, seconds] : tree) {
    if (seconds.empty()) continue;
    const std::string words = fmt::format("{}", fmt::join(seconds, " "));
    script += fmt::format(
        "complete -c pecg -n '__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from "
        "{}' -f -a '{}'\n",
        first, words, words);
  }
  return script;
}

}  // namespace

absl::StatusOr<std::string> CompletionScript(std::string_view shell,
                                             const std::vector<std::string>& commands) {
  const Tree tree = TreeOf(commands);
  if (shell == "bash") return BashScript(tree);
  if (shell == "zsh") return ZshScript(tree);
  if (shell == "fish") return FishScript(tree);
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {fmt::format("no completion for the shell \"{}\"", shell), "command line",
                        "bash, zsh or fish"});
}

}  // namespace pecg
