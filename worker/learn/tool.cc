#include "worker/learn/tool.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "base/version.h"
#include "worker/job/job_error.h"
#include "worker/job/run_job.h"
#include "worker/job/stop_signal.h"
#include "worker/learn/train_command.h"
#include "worker/learn/train_job.h"

namespace pecg {
namespace {

/// What the parser found: the command that was chosen, ready to be done.
using Action = std::function<int()>;

void AddTrain(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("train", "Train on a dataset folder, without a coordinator");
  auto options = std::make_shared<TrainCommand>();
  command->add_option("--spec", options->spec, "What to train (deploy/train.yaml)")->required();
  command->add_option("--data", options->data, "The dataset's folder")->required();
  command->add_option("--dataset", options->kind, "Kind of the dataset")->capture_default_str();
  command->add_option("--out", options->out, "Folder for model, predictions, metrics")->required();
  command->add_option("--set", options->overrides, "Override a field: train.lr=1e-3")
      ->allow_extra_args(false);
  command->add_option("--split-seed", options->split_seed, "Of the deal of patients into folds")
      ->capture_default_str();
  command->add_flag("--resume", options->resume, "Go on from the newest checkpoint in --out");
  command->footer(
      "The test's fifth of the patients stays untouched. Ctrl-C writes a checkpoint first.\n\n"
      "Examples:\n"
      "  pecg-learn train --spec deploy/train.yaml --data /data/zzu --out run1\n"
      "  pecg-learn train --spec deploy/train.yaml --data demo --out run2 \\\n"
      "      --set train.base_channels=16 --set train.epochs=10\n"
      "  pecg-learn train --spec run1/spec.yaml --data /data/zzu --out run1 --resume");
  command->callback([=] {
    *action = [options] {
      TrainFromFolder(*options);
      return kExitDone;
    };
  });
}

void AddJob(CLI::App* app, Action* action) {
  auto* command =
      app->add_subcommand("job", "Do the job of a job directory; pecg-worker calls this");
  auto directory = std::make_shared<std::string>();
  command->add_option("dir", *directory, "The job directory (docs/job-directory.md)")->required();
  command->footer(
      "Kind: train. Events go to descriptor 3; the end of stdin and SIGTERM stop the job, which\n"
      "then writes a checkpoint and ends with 75.\n\n"
      "Example, by hand:\n"
      "  sleep inf | pecg-learn job DIR 3>events.binpb");
  command->callback([=] { *action = [directory] { return RunJob(*directory, LearnJobs()); }; });
}

}  // namespace

int RunLearnTool(int argc, char** argv) {
  CLI::App app("Trains networks on pediatric ECGs.", "pecg-learn");
  app.set_version_flag("--version",
                       fmt::format("pecg-learn {} ({})", ReleaseVersion(), CodeVersion()));
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  pecg-learn train --spec deploy/train.yaml --data /data/zzu --out run1\n"
      "  pecg-learn COMMAND --help\n\n"
      "Exit codes: 0 done, 2 usage or bad spec, 3 missing or corrupt data, 75 stopped, 1 other.");
  Action action;
  AddTrain(&app, &action);
  AddJob(&app, &action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    v1::JobFailed failed;
    failed.set_what(error.what());
    failed.set_hint("pecg-learn --help, pecg-learn train --help");
    fmt::print(stderr, "{}", ErrorText(failed));
    return kExitBadSpec;
  }
  try {
    return action();
  } catch (const JobStopped&) {
    fmt::print(stderr, "stopped before the end, as asked; go on with --resume\n");
    return kExitStopped;
  } catch (...) {
    const JobFailure failure = FailureOfCurrentException();
    fmt::print(stderr, "{}", ErrorText(failure.failed));
    return failure.exit_code;
  }
}

}  // namespace pecg
