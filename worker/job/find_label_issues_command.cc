#include "worker/job/find_label_issues_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "worker/file/atomic_file.h"
#include "worker/file/csv.h"
#include "worker/file/record_table.h"
#include "worker/file/whole_file.h"
#include "worker/job/job_error.h"
#include "worker/review/labelled_probabilities.h"
#include "worker/review/multilabel_issues.h"

namespace pecg {
namespace {

constexpr std::int64_t kFileBytes = std::int64_t{8} << 30;
constexpr std::string_view kMulticlass = "multiclass";
constexpr std::string_view kMultilabel = "multilabel";

/// The file of issues, row by row.
class IssueTable {
 public:
  IssueTable() {
    AppendCsvRow(std::array<std::string, 4>{"record", "rank", "score", "classes"}, &text_);
  }

  void Append(const std::string& record, double score, const std::string& classes) {
    ++count_;
    AppendCsvRow(std::array<std::string, 4>{record, std::to_string(count_),
                                            fmt::format("{}", score), classes},
                 &text_);
  }

  std::size_t count() const { return count_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

IssueTable MulticlassIssues(const LabelledProbabilities& given, const LabelIssueOptions& options) {
  IssueTable table;
  for (const LabelIssue& issue :
       FindLabelIssues(given.class_labels, given.probabilities(), options)) {
    const auto label = static_cast<std::size_t>(given.class_labels[issue.record]);
    table.Append(given.records[issue.record], issue.score, given.classes[label]);
  }
  return table;
}

IssueTable MultilabelIssuesOf(const LabelledProbabilities& given,
                              const LabelIssueOptions& options) {
  IssueTable table;
  for (const MultilabelIssue& issue :
       FindMultilabelIssues(given.binary_labels, given.probabilities(), options).ranked) {
    std::vector<std::string_view> names;
    for (const int k : issue.classes) names.push_back(given.classes[static_cast<std::size_t>(k)]);
    table.Append(given.records[issue.record], issue.score,
                 fmt::format("{}", fmt::join(names, ";")));
  }
  return table;
}

/// Says which classes have one kind of label only: what is found in them is not to be relied upon.
void PrintOneSidedClasses(const LabelledProbabilities& given) {
  const std::size_t class_count = given.classes.size();
  for (std::size_t k = 0; k < class_count; ++k) {
    std::array<std::int64_t, 2> counts{};
    for (std::size_t i = k; i < given.binary_labels.size(); i += class_count) {
      if (given.binary_labels[i] <= 1) ++counts[given.binary_labels[i]];
    }
    for (const std::size_t label : {0U, 1U}) {
      if (counts[label] > 0) continue;
      fmt::print(stderr, "note: no record has label {} for class {}; its noise is not known\n",
                 label, given.classes[k]);
    }
  }
}

RecordTable ReadTable(const std::filesystem::path& path) {
  return ReadRecordTable(ReadTextFile(path, kFileBytes), path.string());
}

std::vector<std::string> Strings(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

/// What the command line says in words.
struct Words {
  std::string task;
  std::string filter_by{NameOf(LabelFilter::kPruneByNoiseRate)};
  std::string rank{NameOf(QualityScore::kSelfConfidence)};
  bool adjust = false;
};

void AddChoices(CLI::App* command, Words* words) {
  command->add_option("--task", words->task, "multiclass or multilabel")
      ->required()
      ->check(CLI::IsMember({std::string(kMulticlass), std::string(kMultilabel)}));
  command->add_option("--filter-by", words->filter_by, "Which records are doubtful")
      ->check(CLI::IsMember(Strings(LabelFilterNames())))
      ->capture_default_str();
  command->add_option("--rank", words->rank, "Score that orders them, lowest first")
      ->check(CLI::IsMember(Strings(QualityScoreNames())))
      ->capture_default_str();
  command->add_flag("--adjust-pred-probs", words->adjust,
                    "Take the class thresholds off before ranking");
}

void AddPruneOptions(CLI::App* command, LabelIssueOptions* options) {
  command
      ->add_option("--frac-noise", options->issue_share,
                   "Share of the estimated issues to list (prune_by_..., both)")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--min-examples-per-class", options->min_examples_per_class,
                   "Leave classes of no more records alone (prune_by_..., both)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      ->add_option("--num-to-remove-per-class", options->removed_per_class,
                   "How many to list per given class, comma-separated (multiclass; prune_by_..., "
                   "both)")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber);
}

constexpr char kFooter[] =
    "Labels: record,label with the class's position from 0 (multiclass), or record and one 0/1\n"
    "column per class, empty = missing (multilabel). Probabilities: record and one column per\n"
    "class, from models that did not train on the record's patient. Most flagged records are\n"
    "right and hard: look at them, do not delete them (docs/confident-learning.md).\n\n"
    "Examples:\n"
    "  pecg-ecg find-label-issues --labels labels.csv --probs probs.csv --task multilabel \\\n"
    "      --out issues.csv\n"
    "  pecg-ecg find-label-issues --labels labels.csv --probs probs.csv --task multiclass \\\n"
    "      --filter-by confident_learning --rank normalized_margin --out issues.csv";

}  // namespace

void FindLabelIssuesInFiles(const FindLabelIssuesCommand& command) {
  // Opened first: a path that cannot be written must not cost the time to read.
  AtomicFile out(command.out);
  const RecordTable labels = ReadTable(command.labels);
  const RecordTable probabilities = ReadTable(command.probabilities);
  const LabelledProbabilities given = command.multilabel ? JoinMultilabel(labels, probabilities)
                                                         : JoinMulticlass(labels, probabilities);
  if (command.multilabel) PrintOneSidedClasses(given);
  const IssueTable issues = command.multilabel ? MultilabelIssuesOf(given, command.options)
                                               : MulticlassIssues(given, command.options);
  out.Write(std::string_view(issues.text()));
  out.Commit();
  fmt::print("{} of {} records have a doubtful label ({}, ranked by {}): {}\n", issues.count(),
             given.records.size(), NameOf(command.options.filter_by),
             NameOf(command.options.rank_by), command.out.string());
}

void AddFindLabelIssues(CLI::App* app, std::function<int()>* action) {
  auto* command = app->add_subcommand(
      "find-label-issues", "List the records whose given label is doubtful, for people to look at");
  auto options = std::make_shared<FindLabelIssuesCommand>();
  auto words = std::make_shared<Words>();
  command->add_option("--labels", options->labels, "CSV of the given labels")->required();
  command->add_option("--probs", options->probabilities, "CSV of out-of-fold probabilities")
      ->required();
  AddChoices(command, words.get());
  AddPruneOptions(command, &options->options);
  command->add_option("--out", options->out, "CSV to write: record,rank,score,classes")->required();
  command->footer(kFooter);
  command->callback([=] {
    options->multilabel = words->task == kMultilabel;
    options->options.filter_by = LabelFilterOf(words->filter_by);
    options->options.rank_by = QualityScoreOf(words->rank);
    if (words->adjust) options->options.rank_adjustment = ThresholdAdjustment::kSubtract;
    *action = [options] {
      FindLabelIssuesInFiles(*options);
      return kExitDone;
    };
  });
}

}  // namespace pecg
