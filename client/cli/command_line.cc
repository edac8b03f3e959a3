#include "client/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/version.h"

namespace pecg {
namespace {

/// What a help page shows at its end.
const std::map<std::string, std::vector<std::string>>& Examples() {
  static const std::map<std::string, std::vector<std::string>> examples = {
      {"",
       {"pecg dataset add zzu --kind zzu_pecg --dir ~/data/zzu-pecg",
        "pecg run submit -f deploy/train.yaml --set train.lr=1e-3",
        "pecg run ls -o json --columns name,state,spec.title"}},
      {"dataset", {"pecg dataset ls", "pecg dataset audit zzu"}},
      {"dataset add",
       {"pecg dataset add zzu --kind zzu_pecg --dir ~/data/zzu-pecg",
        "pecg dataset add demo --kind zzu_pecg --dir /tmp/demo --detach"}},
      {"dataset ls", {"pecg dataset ls", "pecg dataset ls -o csv"}},
      {"dataset show", {"pecg dataset show zzu", "pecg dataset show zzu -o json"}},
      {"dataset audit",
       {"pecg dataset audit zzu", "pecg dataset audit zzu --html audit.html --json audit.json"}},
      {"split", {"pecg split create --dataset zzu", "pecg split ls"}},
      {"split create",
       {"pecg split create --dataset zzu", "pecg split create --dataset zzu --seed 7"}},
      {"split show", {"pecg split show 4f0c9a", "pecg split show 4f0c9a -o json"}},
      {"split ls", {"pecg split ls"}},
      {"run", {"pecg run submit -f train.yaml", "pecg run watch 12", "pecg run ls"}},
      {"run submit",
       {"pecg run submit -f train.yaml",
        "pecg run submit -f train.yaml --set train.lr=1e-3 --set 'train.targets=[chd]' --detach",
        "pecg run submit -f train.yaml --dry-run",
        "pecg run submit -f evaluate.yaml --set 'inputs=[{alias: predictions, run: runs/12}]' -y"}},
      {"run ls",
       {"pecg run ls", "pecg run ls --state running --state pending",
        "pecg run ls -o jsonl --limit 0"}},
      {"run show", {"pecg run show 12", "pecg run show 12 -o json"}},
      {"run watch", {"pecg run watch 12", "pecg run watch 12 --timeout 2h && pecg run metrics 12"}},
      {"run logs", {"pecg run logs 12", "pecg run logs 12 -f", "pecg run logs 12 --attempt 1"}},
      {"run cancel", {"pecg run cancel 12"}},
      {"run metrics",
       {"pecg run metrics 12", "pecg run metrics 12 --key validate.mean.auroc -o csv"}},
      {"run artifacts",
       {"pecg run artifacts 12", "pecg run artifacts 12 --get report.html --out report.html",
        "pecg run artifacts 12 --get evaluation.txt --out -"}},
      {"worker", {"pecg worker ls"}},
      {"worker ls", {"pecg worker ls", "pecg worker ls -o json"}},
      {"user", {"pecg user add ana --role submitter", "pecg user ls"}},
      {"user add",
       {"pecg user add ana --role submitter", "pecg user add lab-mac --role worker > token"}},
      {"user ls", {"pecg user ls"}},
      {"doctor", {"pecg doctor"}},
      {"explain",
       {"pecg explain", "pecg explain train.lr", "pecg explain run.state",
        "pecg explain end_reason"}},
      {"help", {"pecg help exit-codes", "pecg help environment"}},
      {"completion",
       {"source <(pecg completion bash)", "pecg completion zsh > ~/.zfunc/_pecg",
        "pecg completion fish > ~/.config/fish/completions/pecg.fish"}}};
  return examples;
}

absl::Status Usage(std::string what, std::string hint) {
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {std::move(what), "command line", std::move(hint)});
}

/// Refuses other words. The help page tells them in its own way.
CLI::Validator OneOf(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](std::string& word) -> std::string {
        if (std::find(words.begin(), words.end(), word) != words.end()) return "";
        return fmt::format("\"{}\" is none of {}", word, fmt::join(words, ", "));
      },
      "");
}

/// Builds CLI11's tree over one CommandLine.
class Grammar {
 public:
  Grammar() : app_("Submit, watch and query runs of the pediatric ECG service.", "pecg") {
    app_.require_subcommand(0, 1);
    app_.add_flag("--version", wants_version_, "Print the version");
    AddCommon(&app_);
    AddFooter(&app_, "");
    AddRuns();
    AddDatasets();
    AddSplits();
    AddWorkersAndUsers();
    AddHelp();
  }
  Grammar(const Grammar&) = delete;
  Grammar& operator=(const Grammar&) = delete;

  absl::StatusOr<CommandLine> Parse(std::vector<std::string> arguments);
  std::vector<std::string> Names() const;

 private:
  CLI::App* Group(const std::string& name, const std::string& summary) {
    CLI::App* group = app_.add_subcommand(name, summary);
    group->require_subcommand(0, 1);
    AddFooter(group, name);
    return group;
  }

  /// Adds a command that does something. `group` is null for a command of one word.
  CLI::App* Command(CLI::App* group, const std::string& name, const std::string& summary) {
    CLI::App* parent = group == nullptr ? &app_ : group;
    CLI::App* command = parent->add_subcommand(name, summary);
    const std::string path = group == nullptr ? name : group->get_name() + " " + name;
    paths_[command] = path;
    AddCommon(command);
    AddFooter(command, path);
    return command;
  }

  void AddCommon(CLI::App* app) {
    app->add_option("--home", line_.home, "Folder of this installation [$PECG_HOME or ~/.pecg]")
        ->type_name("DIR")
        ->group("Everywhere");
    app->add_option("--address", line_.address,
                    "Coordinator: unix:/path/pecgd.sock or localhost:PORT [$PECG_ADDRESS]")
        ->type_name("ADDRESS")
        ->group("Everywhere");
    app->add_option("--color", color_, "auto, always or never")
        ->check(OneOf({"auto", "always", "never"}))
        ->type_name("WHEN")
        ->group("Everywhere");
  }

  static void AddFooter(CLI::App* app, const std::string& path) {
    std::string footer = "\nExamples:";
    for (const std::string& example : Examples().at(path)) footer += "\n  " + example;
    app->footer(footer);
  }

  void AddOutput(CLI::App* app) {
    app->add_option("-o,--output", format_, "table, json, jsonl or csv")
        ->check(OneOf({"table", "json", "jsonl", "csv"}))
        ->type_name("FORMAT")
        ->group("Output");
    app->add_option("--columns", line_.output.columns, "Fields to show, by their path")
        ->delimiter(',')
        ->type_name("PATH,...")
        ->group("Output");
    app->add_flag("--no-headers", no_headers_, "No first line in tables and CSV")->group("Output");
  }

  void AddLimit(CLI::App* app) {
    app->add_option("--limit", line_.limit, "Rows at most; 0 = all [100]")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N")
        ->group("Output");
  }

  void AddTimeout(CLI::App* app) {
    app->add_option("--timeout", timeout_, "Stop waiting after this long, exit 9: 90s, 2h")
        ->type_name("TIME");
  }

  void AddName(CLI::App* app, const std::string& label, const std::string& description) {
    app->add_option(label, line_.name, description)->required();
  }

  void AddRuns() {
    CLI::App* runs = Group("run", "Submit, watch and query runs");
    CLI::App* submit = Command(runs, "submit", "Submit a run and watch it");
    submit->add_option("-f,--file", line_.spec_path, "Spec, YAML; - is stdin")->type_name("FILE");
    submit->add_option("--set", line_.overrides, "Override a field: train.lr=1e-3; may be repeated")
        ->type_name("FIELD=VALUE")
        ->allow_extra_args(false);
    CLI::Option* detach = submit->add_flag("-d,--detach", line_.detach, "Do not watch it");
    submit->add_flag("--wait", wait_, "Watch it until it ends; the default")->excludes(detach);
    submit->add_flag("--dry-run", line_.dry_run, "Print the resolved spec, submit nothing");
    submit->add_flag("-y,--yes", line_.yes, "Do not ask");
    AddTimeout(submit);
    AddOutput(submit);

    CLI::App* list = Command(runs, "ls", "List runs, newest first");
    list->add_option("--state", line_.states, "Only runs in this state; may be repeated")
        ->type_name("STATE")
        ->allow_extra_args(false);
    list->add_option("--user", line_.user, "Only this user's")->type_name("USER");
    AddLimit(list);
    AddOutput(list);

    CLI::App* show = Command(runs, "show", "Show a run, its attempts and why it waits");
    AddName(show, "RUN", "Number of the run");
    AddOutput(show);

    CLI::App* watch = Command(runs, "watch", "Follow a run until it ends; Ctrl-C detaches");
    AddName(watch, "RUN", "Number of the run");
    AddTimeout(watch);
    AddOutput(watch);

    CLI::App* logs = Command(runs, "logs", "Print what a run's job wrote");
    AddName(logs, "RUN", "Number of the run");
    logs->add_flag("-f,--follow", line_.follow, "Go on until the run ends, over all attempts");
    logs->add_option("--attempt", line_.attempt, "Which attempt [the newest]")
        ->check(CLI::PositiveNumber)
        ->type_name("K");

    CLI::App* cancel = Command(runs, "cancel", "Cancel a run; final within 5 s");
    AddName(cancel, "RUN", "Number of the run");
    AddOutput(cancel);

    CLI::App* metrics = Command(runs, "metrics", "List a run's metrics, or the points of one");
    AddName(metrics, "RUN", "Number of the run");
    metrics->add_option("--key", line_.key, "Series whose points to list")->type_name("KEY");
    AddOutput(metrics);

    CLI::App* artifacts = Command(runs, "artifacts", "List what a run left behind, or fetch it");
    AddName(artifacts, "RUN", "Number of the run");
    CLI::Option* get =
        artifacts->add_option("--get", line_.artifact_path, "Artifact to fetch")->type_name("PATH");
    CLI::Option* out =
        artifacts->add_option("--out", line_.out_path, "Where to write it; - is stdout")
            ->type_name("FILE");
    get->needs(out);
    out->needs(get);
    AddOutput(artifacts);
  }

  void AddDatasets() {
    CLI::App* datasets = Group("dataset", "Add, audit and list datasets");
    CLI::App* add = Command(datasets, "add", "Add a dataset on this machine and index it");
    AddName(add, "NAME", "Its short name, unique");
    add->add_option(
           "--kind", line_.kind,
           "How its folder is laid out: zzu_pecg, or another kind of pecg-ecg index --help")
        ->required()
        ->type_name("KIND");
    add->add_option("--dir", line_.dir, "Its folder on this machine")->required()->type_name("DIR");
    add->add_flag("-d,--detach", line_.detach, "Do not watch the indexing");
    AddTimeout(add);

    CLI::App* list = Command(datasets, "ls", "List datasets");
    AddLimit(list);
    AddOutput(list);

    CLI::App* show = Command(datasets, "show", "Show a dataset's newest version");
    AddName(show, "NAME", "The dataset");
    AddOutput(show);

    CLI::App* audit = Command(datasets, "audit", "Describe a dataset and list what looks wrong");
    AddName(audit, "NAME", "The dataset");
    audit->add_option("--html", line_.html_path, "Also write the page with charts")
        ->type_name("FILE");
    audit->add_option("--json", line_.json_path, "Also write the figures")->type_name("FILE");
    AddTimeout(audit);
  }

  void AddSplits() {
    CLI::App* splits = Group("split", "Deal a dataset's patients into folds");
    CLI::App* create = Command(splits, "create", "Deal the newest version's patients into folds");
    create->add_option("--dataset", line_.dataset, "The dataset")->required()->type_name("NAME");
    create->add_option("--seed", line_.seed, "Seed of the deal [0]")->type_name("N");
    AddOutput(create);

    CLI::App* show = Command(splits, "show", "Show a split's folds and their balance");
    AddName(show, "SPLIT", "The split, or the beginning of its hash");
    AddOutput(show);

    CLI::App* list = Command(splits, "ls", "List splits, newest first");
    AddLimit(list);
    AddOutput(list);
  }

  void AddWorkersAndUsers() {
    CLI::App* workers = Group("worker", "List workers");
    AddOutput(Command(workers, "ls", "List workers, their devices and datasets"));

    CLI::App* users = Group("user", "Add and list users");
    CLI::App* add = Command(users, "add", "Add a user and print the token, once");
    AddName(add, "NAME", "The user");
    add->add_option("--role", line_.role, "viewer, submitter, worker or admin")
        ->required()
        ->check(OneOf({"viewer", "submitter", "worker", "admin"}))
        ->type_name("ROLE");
    CLI::App* list = Command(users, "ls", "List users");
    AddLimit(list);
    AddOutput(list);
  }

  void AddHelp() {
    AddOutput(Command(nullptr, "doctor", "Check this installation"));
    Command(nullptr, "explain", "Explain a field of a spec, or of an answer")
        ->add_option("FIELD", line_.name, "Path of the field: train.lr, run.state");
    Command(nullptr, "help", "Help on a topic: exit-codes, environment, formatting, config")
        ->add_option("TOPIC", help_words_, "The topic or command");
    AddName(Command(nullptr, "completion", "Print a shell's completion script"), "SHELL",
            "bash, zsh or fish");
  }

  const CLI::App* Deepest() const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return app;
  }

  /// `pecg run submit`.
  static std::string FullName(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    return parent == nullptr ? app.get_name() : FullName(*parent) + " " + app.get_name();
  }

  static std::string HelpPage(const CLI::App& app) {
    return app.help(app.get_parent() == nullptr ? "" : FullName(*app.get_parent()));
  }

  absl::Status Unexpected(const CLI::App& app) const;
  absl::StatusOr<CommandLine> Finish();

  CommandLine line_;
  std::string format_ = "table";
  std::string color_ = "auto";
  std::string timeout_;
  std::vector<std::string> help_words_;
  bool no_headers_ = false;
  bool wait_ = false;  // The default, for those who want to say it.
  bool wants_version_ = false;
  CLI::App app_;
  std::map<const CLI::App*, std::string> paths_;  // Of the commands that do something.
};

absl::StatusOr<CommandLine> Grammar::Parse(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // As CLI11 wants them.
  try {
    app_.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    line_.text = HelpPage(*Deepest());
    return line_;
  } catch (const CLI::ExtrasError&) {
    return Unexpected(*Deepest());
  } catch (const CLI::ParseError& error) {
    return Usage(error.what(), fmt::format("{} --help", FullName(*Deepest())));
  }
  return Finish();
}

absl::StatusOr<CommandLine> Grammar::Finish() {
  if (wants_version_) {
    line_.text = fmt::format("pecg {} ({})\n", ReleaseVersion(), CodeVersion());
    return line_;
  }
  const CLI::App* app = Deepest();
  const auto command = paths_.find(app);
  if (command == paths_.end()) {
    line_.text = HelpPage(*app);
    return line_;
  }
  line_.command = command->second;
  if (!help_words_.empty()) line_.name = fmt::format("{}", fmt::join(help_words_, " "));
  static const std::map<std::string_view, OutputFormat> kFormats = {{"table", OutputFormat::kTable},
                                                                    {"json", OutputFormat::kJson},
                                                                    {"jsonl", OutputFormat::kJsonl},
                                                                    {"csv", OutputFormat::kCsv}};
  line_.output.format = kFormats.at(format_);
  line_.output.with_header = !no_headers_;
  line_.color = color_ == "always"  ? ColorChoice::kAlways
                : color_ == "never" ? ColorChoice::kNever
                                    : ColorChoice::kAuto;
  if (!timeout_.empty() &&
      (!absl::ParseDuration(timeout_, &line_.timeout) || line_.timeout <= absl::ZeroDuration())) {
    return Usage(fmt::format("--timeout is not a duration: \"{}\"", timeout_),
                 "write a number with its unit: 90s, 15m, 2h");
  }
  return line_;
}

absl::Status Grammar::Unexpected(const CLI::App& app) const {
  const std::vector<std::string> extras = app_.remaining(/*recurse=*/true);
  const std::string word = extras.empty() ? "" : extras.front();
  const bool is_flag = !word.empty() && word[0] == '-';
  std::vector<std::string> candidates;
  if (is_flag) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) candidates.push_back("--" + name);
    }
  } else {
    for (const CLI::App* command : app.get_subcommands({}))
      candidates.push_back(command->get_name());
  }
  const std::string path = FullName(app);
  const std::string closest = ClosestName(word, candidates);
  const bool is_command = !is_flag && !candidates.empty();
  return Usage(is_command ? fmt::format("unknown command \"{} {}\"", path, word)
                          : fmt::format("unexpected argument \"{}\"", word),
               closest.empty() ? fmt::format("{} --help", path)
               : is_command    ? fmt::format("did you mean \"{} {}\"?", path, closest)
                               : fmt::format("did you mean \"{}\"?", closest));
}

std::vector<std::string> Grammar::Names() const {
  std::vector<std::string> names;
  for (const auto& [app, path] : paths_) names.push_back(path);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  return Grammar().Parse(arguments);
}

bool AsksForJson(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    std::string value;
    if ((argument == "-o" || argument == "--output") && i + 1 < arguments.size()) {
      value = arguments[i + 1];
    } else if (argument.rfind("--output=", 0) == 0) {
      value = argument.substr(std::string_view("--output=").size());
    } else if (argument.rfind("-o", 0) == 0) {
      value = argument.substr(2);
    }
    if (value == "json" || value == "jsonl") return true;
  }
  return false;
}

std::vector<std::string> HelpExamples() {
  std::vector<std::string> examples;
  for (const auto& [path, lines] : Examples()) {
    examples.insert(examples.end(), lines.begin(), lines.end());
  }
  return examples;
}

std::vector<std::string> CommandNames() { return Grammar().Names(); }

}  // namespace pecg
