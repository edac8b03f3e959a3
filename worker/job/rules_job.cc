#include "worker/job/rules_job.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest/sha256.h"
#include "base/version.h"
#include "worker/ecg/error.h"
#include "worker/file/safetensors.h"
#include "worker/job/convert.h"
#include "worker/job/index_json.h"
#include "worker/job/judge_records.h"
#include "worker/job/message_file.h"
#include "worker/job/rule_accuracy.h"
#include "worker/rule/feature_table.h"
#include "worker/rule/finding_table.h"
#include "worker/rule/interpretation_json.h"
#include "worker/rule/rule_score.h"

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBootstrapCount = 500;

/// Everything that is kept of one record until the files are written.
struct KeptRecord {
  RuleOutcome outcome;
  std::string findings;       ///< A line.
  std::string disagreements;  ///< Lines.
};

std::vector<RecordToJudge> RecordsOf(const Index& index) {
  std::vector<RecordToJudge> records;
  records.reserve(index.entries.size());
  for (const IndexEntry& entry : index.entries) {
    records.push_back({entry.record_id, entry.path, {entry.age_days, entry.sex}});
  }
  return records;
}

/// The manifest of a run with a split; empty without one.
std::vector<v1::ManifestEntry> ReadManifest(const JobContext& context) {
  std::vector<v1::ManifestEntry> manifest;
  if (context.spec().run_spec().split().empty()) return manifest;
  context.directory.ForEachManifestEntry(
      [&](const v1::ManifestEntry& entry) { manifest.push_back(entry); });
  return manifest;
}

std::string Line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// One line for each finding that the readers' statements and the rules see differently.
std::string DisagreementLines(const Interpretation& interpretation, const v1::ManifestEntry& entry,
                              const v1::JobSpec& spec) {
  std::string lines;
  for (const Judgement& judgement : interpretation.judgements) {
    if (judgement.kind->statements.empty()) continue;
    const auto coded = IsCoded(*judgement.kind, entry, spec);
    if (!coded || *coded == judgement.present()) continue;
    const Outcome wanted = judgement.present() ? Outcome::kYes : Outcome::kNo;
    Json criteria = Json::array();
    for (const Criterion& criterion : judgement.criteria) {
      const bool open = !judgement.present() && criterion.outcome == Outcome::kUnknown;
      if (criterion.outcome != wanted && !open) continue;
      criteria.push_back({{"id", criterion.id}, {"text", criterion.text}});
    }
    lines += Line({{"record", entry.record_id()},
                   {"finding", judgement.kind->code},
                   {"name", judgement.kind->name},
                   {"kind", judgement.present() ? "false_positive" : "false_negative"},
                   {"judged", NameOf(judgement.evidence.outcome)},
                   {"criteria", criteria}});
  }
  return lines;
}

RuleOutcome OutcomeOf(const JudgedRecord& judged) {
  RuleOutcome outcome;
  outcome.features = judged.features;
  for (const Judgement& judgement : judged.interpretation.judgements) {
    outcome.findings.push_back(judgement.evidence);
  }
  for (const RuleScore& score : ComputeRuleScores(judged.interpretation)) {
    outcome.scores.push_back(score.value ? static_cast<float>(*score.value)
                                         : std::numeric_limits<float>::quiet_NaN());
  }
  return outcome;
}

std::string FeatureSetSha256() {
  Sha256 digest;
  for (const Feature& feature : FeatureTable()) digest.Update(feature.name + "\n");
  return digest.FinishHex();
}

std::string FeatureSetJson(const std::string& feature_set) {
  Json features = Json::array();
  for (const Feature& feature : FeatureTable()) {
    features.push_back({{"name", feature.name},
                        {"unit", feature.unit},
                        {"meaning", feature.meaning},
                        {"source", feature.source}});
  }
  return Json({{"feature_set", feature_set}, {"features", features}}).dump(2) + "\n";
}

void WriteFeatures(const JobContext& context, const std::vector<KeptRecord>& kept) {
  std::vector<std::int64_t> ordinals;
  std::vector<float> values;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].outcome.features.empty()) continue;
    ordinals.push_back(static_cast<std::int64_t>(i));
    values.insert(values.end(), kept[i].outcome.features.begin(), kept[i].outcome.features.end());
  }
  const std::string feature_set = FeatureSetSha256();
  const v1::JobSpec& spec = context.spec();
  SafetensorsWriter writer;
  writer.SetMetadata("dataset", spec.run_spec().dataset());
  writer.SetMetadata("dataset_version", spec.run_spec().dataset_version());
  writer.SetMetadata("feature_set", feature_set);
  writer.SetMetadata("run", spec.run());
  writer.SetMetadata("run_uid", spec.run_uid());
  writer.SetMetadata("code", std::string(CodeVersion()));
  writer.SetMetadata("synthetic", spec.synthetic() ? "true" : "false");
  const auto count = static_cast<std::int64_t>(ordinals.size());
  writer.Add<std::int64_t>("ordinal", {count}, ordinals);
  writer.Add<float>("value", {count, static_cast<std::int64_t>(FeatureTable().size())}, values);
  context.artifacts.WriteWith("features.safetensors", "features",
                              [&](const std::filesystem::path& path) { writer.Write(path); });
  context.artifacts.Write("features.json", "features", FeatureSetJson(feature_set));
}

void Compare(const JobContext& context, std::vector<KeptRecord>* kept,
             const std::vector<v1::ManifestEntry>& manifest) {
  std::vector<RuleOutcome> outcomes;
  outcomes.reserve(kept->size());
  for (KeptRecord& record : *kept) outcomes.push_back(std::move(record.outcome));
  RuleAccuracyOptions options;
  options.evaluation.bootstrap_count = kBootstrapCount;
  options.evaluation.seed = static_cast<std::uint64_t>(context.spec().run_spec().seed());
  options.threads = context.spec().threads();
  const RuleAccuracy accuracy = CompareWithTruth(outcomes, manifest, context.spec(), options);
  context.events.Metrics(MetricsOf(accuracy));
  const v1::RunSpec& run_spec = context.spec().run_spec();
  const std::string data =
      fmt::format("{} {} split {}, {}", run_spec.dataset(), run_spec.dataset_version(),
                  run_spec.split(), context.spec().synthetic() ? "synthetic" : "real");
  context.artifacts.Write("rules.txt", "file", RuleAccuracyText(accuracy, data));
  std::string disagreements;
  for (const KeptRecord& record : *kept) disagreements += record.disagreements;
  context.artifacts.Write("disagreements.jsonl", "file", disagreements);
}

void WriteFailures(const JobContext& context, const std::vector<IndexFailure>& failures,
                   std::size_t record_count) {
  if (failures.size() == record_count) {
    throw Error(Error::Kind::kCorruptData,
                failures.empty()
                    ? "the dataset version holds no record"
                    : "no record could be read; the first failure: " + failures.front().what,
                failures.empty() ? "" : failures.front().path);
  }
  std::string lines;
  for (const IndexFailure& failure : failures) lines += IndexFailureJson(failure) + "\n";
  context.artifacts.Write("failures.jsonl", "file", lines);
}

}  // namespace

v1::JobResult RunRulesJob(const JobContext& context) {
  const v1::JobSpec& spec = context.spec();
  const Index index =
      FromMessage(ReadMessageFile<v1::Index>(context.directory.InputFile("index", "index.binpb")));
  const std::vector<v1::ManifestEntry> manifest = ReadManifest(context);
  std::map<std::size_t, const v1::ManifestEntry*> truth;
  for (const v1::ManifestEntry& entry : manifest) {
    truth[static_cast<std::size_t>(entry.ordinal())] = &entry;
  }
  const std::vector<RecordToJudge> records = RecordsOf(index);
  std::vector<KeptRecord> kept(records.size());
  const int jobs = spec.run_spec().rules().jobs();
  const JudgeOptions options{
      .threads = jobs > 0 ? jobs : spec.threads(),
      .progress = [&](std::int64_t done,
                      std::int64_t total) { context.events.Progress("records", done, total); },
      .cancel = &context.stop.flag()};
  const std::vector<IndexFailure> failures = JudgeRecords(
      context.directory.DatasetRoot(), records, options,
      [&](std::size_t i, const JudgedRecord& judged) {
        KeptRecord& record = kept[i];
        record.outcome = OutcomeOf(judged);
        record.findings =
            FindingsJson(records[i].record_id, judged.ecg, judged.interpretation) + "\n";
        const auto entry = truth.find(i);
        if (entry != truth.end()) {
          record.disagreements = DisagreementLines(judged.interpretation, *entry->second, spec);
        }
      });
  context.stop.ThrowIfRequested();
  WriteFailures(context, failures, records.size());
  std::string findings;
  for (const KeptRecord& record : kept) findings += record.findings;
  context.artifacts.Write("findings.jsonl", "file", findings);
  WriteFeatures(context, kept);
  if (!manifest.empty()) Compare(context, &kept, manifest);
  v1::JobResult result;
  result.mutable_lineage()->set_targets_sha256(index.targets_sha256);
  result.mutable_lineage()->set_synthetic(index.synthetic);
  return result;
}

}  // namespace pecg
