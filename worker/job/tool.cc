#include "worker/job/tool.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/did_you_mean.h"
#include "base/version.h"
#include "worker/dataset/dataset_reader.h"
#include "worker/job/delineate_command.h"
#include "worker/job/ecg_jobs.h"
#include "worker/job/features_command.h"
#include "worker/job/find_label_issues_command.h"
#include "worker/job/index_command.h"
#include "worker/job/interpret_command.h"
#include "worker/job/job_error.h"
#include "worker/job/read_command.h"
#include "worker/job/run_job.h"
#include "worker/job/score_command.h"
#include "worker/job/split_check_command.h"
#include "worker/job/terminal_progress.h"
#include "worker/synthetic/synthesize.h"

namespace pecg {
namespace {

/// What the parser found: the command that was chosen, ready to be done.
using Action = std::function<int()>;

void AddRead(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("read", "Read one WFDB record into a NumPy file");
  auto options = std::make_shared<ReadCommand>();
  command->add_option("record", options->record, "Path of the record, with or without .hea")
      ->required();
  auto* out = command->add_option("--out", options->out,
                                  "Write float32 [leads, samples], millivolts, as .npy");
  auto* json = command->add_flag("--json", options->json, "Print the facts as one JSON object");
  command->add_flag("--channels", options->channels,
                    "Every channel in the header's order, not the standard leads alone");
  command->footer(
      "Leads come in the order I II III aVR aVL aVF V1 .. V6; missing ones are left out. Of a\n"
      "record without a standard lead every channel is read.\n\n"
      "Examples:\n"
      "  pecg-ecg read Child_ecg/P00/P00001/P00001_E01 --out ecg.npy\n"
      "  pecg-ecg read P00001_E01.hea --json");
  command->callback([=] {
    if (out->count() + json->count() == 0) throw CLI::RequiredError("--out or --json");
    *action = [options] {
      ReadRecord(*options);
      return kExitDone;
    };
  });
}

void AddIndex(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("index", "Index a dataset folder into JSON lines");
  auto options = std::make_shared<IndexCommand>();
  command
      ->add_option("--dataset", options->kind,
                   fmt::format("Kind of the dataset: {}", fmt::join(DatasetKinds(), ", ")))
      ->required();
  command->add_option("dir", options->root, "The dataset's folder")->required();
  command->add_option("--out", options->out, "Write one JSON object per record")->required();
  command->add_option("--failures", options->failures,
                      "Write what could not be read, one JSON object each");
  command->add_option("--jobs", options->jobs, "Records read at a time; 0 = one per core")
      ->check(CLI::NonNegativeNumber);
  command->footer(
      "Ends with 0 when records were indexed, even though some failed; with 3 when none could "
      "be.\n\n"
      "Example:\n"
      "  pecg-ecg index --dataset zzu_pecg /data/zzu --out index.jsonl --failures bad.jsonl");
  command->callback([=] { *action = [options] { return IndexDataset(*options); }; });
}

/// `M`, `F`, in any case.
Sex SexOfLetter(const std::string& letter) {
  if (letter.empty()) return Sex::kUnknown;
  return letter == "M" || letter == "m" ? Sex::kMale : Sex::kFemale;
}

void AddInterpret(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("interpret", "Measure ECGs and judge them by age");
  auto options = std::make_shared<InterpretCommand>();
  auto sex = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("text");
  command->add_option("record", options->records, "Paths of records, with or without .hea")
      ->required();
  command->add_option("--age-days", options->age_days, "Age, instead of what the header says")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--sex", *sex, "M or F, instead of what the header says")
      ->check(CLI::IsMember({"M", "F"}, CLI::ignore_case));
  command->add_option("--svg", options->svg_folder, "Draw each ECG into this folder");
  command->add_option("-o,--output", *output, "text, or jsonl: one JSON object per record")
      ->check(CLI::IsMember({"text", "jsonl"}));
  command->footer(
      "Limits are for the child's age and sex; what cannot be judged without them is said.\n"
      "docs/rules.md lists findings, limits and their sources. Not a medical device.\n\n"
      "Examples:\n"
      "  pecg-ecg interpret Child_ecg/P00/P00073/P00073_E02 --age-days 2740 --sex F\n"
      "  pecg-ecg interpret P0*.hea --svg sheets -o jsonl");
  command->callback([=] {
    options->sex = SexOfLetter(*sex);
    options->format =
        *output == "jsonl" ? InterpretCommand::Format::kJsonLines : InterpretCommand::Format::kText;
    *action = [options] { return InterpretRecords(*options); };
  });
}

void AddDelineate(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("delineate", "Mark P, QRS and T in every beat and lead");
  auto options = std::make_shared<DelineateCommand>();
  command->add_option("record", options->records, "Paths of records, with or without .hea")
      ->required();
  command->add_option("-o,--output", options->format, "csv")->check(CLI::IsMember({"csv"}));
  command->footer(
      "Columns record,lead,wave,onset,peak,offset: samples from 0 on, empty where not measurable;\n"
      "the lead \"global\" is all leads together.\n\n"
      "Example:\n"
      "  pecg-ecg delineate Child_ecg/P00/P00073/P00073_E02 -o csv");
  command->callback([=] { *action = [options] { return DelineateRecords(*options); }; });
}

void AddFeatures(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("features", "Compute every record's features into a CSV");
  auto options = std::make_shared<FeaturesCommand>();
  command
      ->add_option("--dataset", options->kind,
                   fmt::format("Kind of the dataset: {}", fmt::join(DatasetKinds(), ", ")))
      ->required();
  command->add_option("dir", options->root, "The dataset's folder")->required();
  command->add_option("--out", options->out, "Write one row per record")->required();
  command->add_option("--jobs", options->jobs, "Records read at a time; 0 = one per core")
      ->check(CLI::NonNegativeNumber);
  command->footer(
      "An empty cell is a missing value. docs/rules.md lists names, units and sources.\n\n"
      "Example:\n"
      "  pecg-ecg features --dataset zzu_pecg /data/zzu --out features.csv");
  command->callback([=] { *action = [options] { return WriteFeatures(*options); }; });
}

void AddSynthesize(CLI::App* app, Action* action) {
  auto* command = app->add_subcommand("synthesize", "Make up a dataset in the layout of ZZU-pECG");
  auto options = std::make_shared<SynthesisOptions>();
  command->add_option("--out", options->out, "The folder to make")->required();
  command->add_option("--records", options->record_count, "Number of ECGs")
      ->required()
      ->check(CLI::PositiveNumber);
  command->add_option("--seed", options->seed, "Same seed, same bytes")->required();
  command->add_option("--jobs", options->jobs, "Threads")->check(CLI::PositiveNumber);
  auto noise = std::make_shared<std::string>(NameOf(options->label_noise));
  command
      ->add_option("--label-noise", *noise,
                   "How many labels are written wrong: none, mild, or zzu as in the real release")
      ->check(CLI::IsMember({"none", "mild", "zzu"}));
  command->footer(
      "SYNTHETIC.md marks the folder: every figure made from it says \"synthetic\". truth/ holds\n"
      "what is true of each record (docs/synthetic.md). Broken off, the same command goes on "
      "where\n"
      "it was.\n\n"
      "Example:\n"
      "  pecg-ecg synthesize --out demo --records 2000 --seed 1 --jobs 4 --label-noise zzu");
  command->callback([=] {
    *action = [options, noise] {
      options->label_noise = FindLabelNoise(*noise).value();
      TerminalProgress progress("records");
      options->progress = [&](std::int64_t done, std::int64_t total) {
        progress.Show(done, total);
      };
      Synthesize(*options);
      progress.Clear();
      fmt::print("{} synthetic records in {}\n", options->record_count, options->out.string());
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
      "Kinds: index, audit, rules, evaluate, report. Events go to descriptor 3; the end of stdin "
      "and\n"
      "SIGTERM stop the job, which then ends with 75.\n\n"
      "Example, by hand:\n"
      "  sleep inf | pecg-ecg job DIR 3>events.binpb");
  command->callback([=] { *action = [directory] { return RunJob(*directory, EcgJobs()); }; });
}

/// The hint for a command line that cannot be parsed: the command that was probably meant.
std::string UsageHint(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::string given = argc > 1 ? argv[1] : "";
  const bool is_command = std::find(names.begin(), names.end(), given) != names.end();
  if (is_command) return fmt::format("pecg-ecg {} --help", given);
  const std::string closest = given.empty() ? "" : ClosestName(given, names);
  if (!closest.empty()) return fmt::format("did you mean \"{}\"?  (pecg-ecg --help)", closest);
  return "pecg-ecg --help";
}

}  // namespace

int RunTool(int argc, char** argv) {
  CLI::App app("Pediatric ECGs without tensors: read, index, measure, judge, make up, report.",
               "pecg-ecg");
  app.set_version_flag("--version",
                       fmt::format("pecg-ecg {} ({})", ReleaseVersion(), CodeVersion()));
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  pecg-ecg synthesize --out demo --records 200 --seed 1\n"
      "  pecg-ecg index --dataset zzu_pecg demo --out index.jsonl\n"
      "  pecg-ecg COMMAND --help\n\n"
      "Exit codes: 0 done, 2 usage or bad spec, 3 missing or corrupt data, 75 stopped, 1 other.");
  Action action;
  AddRead(&app, &action);
  AddIndex(&app, &action);
  AddInterpret(&app, &action);
  AddDelineate(&app, &action);
  AddFeatures(&app, &action);
  AddSynthesize(&app, &action);
  AddFindLabelIssues(&app, &action);
  AddScore(&app, &action);
  AddSplitCheck(&app, &action);
  AddJob(&app, &action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    v1::JobFailed failed;
    failed.set_what(error.what());
    failed.set_hint(UsageHint(app, argc, argv));
    fmt::print(stderr, "{}", ErrorText(failed));
    return kExitBadSpec;
  }
  try {
    return action();
  } catch (...) {
    const JobFailure failure = FailureOfCurrentException();
    fmt::print(stderr, "{}", ErrorText(failure.failed));
    return failure.exit_code;
  }
}

}  // namespace pecg
