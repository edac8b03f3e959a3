#include "server/rpc/run_spec_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/split.h"
#include "base/status.h"
#include "server/rpc/resource_name.h"

namespace pecg {
namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();
constexpr int kMaxTitleBytes = 200;
constexpr int kMaxInputs = 100;
constexpr size_t kMaxAliasSize = 63;
constexpr size_t kMaxNamesInHint = 12;

/// A number of the spec and the range it must lie in, ends included.
struct Range {
  std::string_view field;
  double value;
  double lowest;
  double highest;
};

absl::Status CheckRange(const Range& range) {
  if (std::isfinite(range.value) && range.value >= range.lowest && range.value <= range.highest) {
    return absl::OkStatus();
  }
  return BadField(range.field, fmt::format("{} is out of range", range.value),
                  range.highest == kUnlimited
                      ? fmt::format("{} or more", range.lowest)
                      : fmt::format("{} to {}", range.lowest, range.highest));
}

absl::Status CheckCommon(const v1::RunSpec& spec) {
  for (const Range& range : std::initializer_list<Range>{
           {"seed", static_cast<double>(spec.seed()), 0, kUnlimited},
           {"threads", static_cast<double>(spec.threads()), 0, 1024},
           {"max_retries", static_cast<double>(spec.max_retries()), 0, 100}}) {
    PECG_RETURN_IF_ERROR(CheckRange(range));
  }
  if (spec.title().size() > kMaxTitleBytes) {
    return BadField("title", "it is too long", fmt::format("{} bytes at most", kMaxTitleBytes));
  }
  if (spec.dataset().empty()) return BadField("dataset", "it is missing", "pecg dataset ls");
  if (!IsDatasetId(spec.dataset())) {
    return BadField("dataset", fmt::format("not a dataset's name: {}", spec.dataset()),
                    "1 to 63 letters, digits, `-` or `_`");
  }
  if (!v1::Device_IsValid(spec.device())) {
    return BadField("device", fmt::format("there is no device {}", static_cast<int>(spec.device())),
                    "cpu, mps or cuda");
  }
  if (spec.has_time_limit() &&
      (spec.time_limit().seconds() < 0 || spec.time_limit().nanos() < 0 ||
       (spec.time_limit().seconds() == 0 && spec.time_limit().nanos() == 0))) {
    return BadField("time_limit", "it is not more than nothing", "for example 2h");
  }
  return absl::OkStatus();
}

bool IsAlias(std::string_view alias) {
  return !alias.empty() && alias.size() <= kMaxAliasSize &&
         alias.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == alias.npos;
}

absl::Status CheckInputs(const v1::RunSpec& spec) {
  if (spec.inputs_size() > kMaxInputs) {
    return BadField("inputs", fmt::format("{} are too many", spec.inputs_size()),
                    fmt::format("{} at most", kMaxInputs));
  }
  std::set<std::string_view> aliases;
  for (int i = 0; i < spec.inputs_size(); ++i) {
    const v1::RunInput& input = spec.inputs(i);
    const std::string field = fmt::format("inputs[{}]", i);
    if (!IsAlias(input.alias())) {
      return BadField(field + ".alias", fmt::format("not an alias: {}", input.alias()),
                      "1 to 63 lower-case letters, digits or `_`");
    }
    if (!aliases.insert(input.alias()).second) {
      return BadField(field + ".alias", fmt::format("{} is there twice", input.alias()));
    }
    PECG_RETURN_IF_ERROR(ParseRunName(input.run(), field + ".run").status());
  }
  return absl::OkStatus();
}

/// Checks that nothing is set that the kind would ignore.
absl::Status CheckUnused(const v1::RunSpec& spec) {
  const std::string kind = KindOf(spec);
  const auto unused = [&](std::string_view field) {
    return BadField(field, fmt::format("a run of kind {} does not use it", kind), "remove it");
  };
  const bool needs_split = spec.has_train() || spec.has_evaluate();
  const bool uses_split = needs_split || spec.has_rules();
  if (spec.has_index() && !spec.dataset_version().empty()) return unused("dataset_version");
  if (!uses_split && !spec.split().empty()) return unused("split");
  if (!uses_split && spec.unlock_test()) return unused("unlock_test");
  if (!spec.has_evaluate() && !spec.has_report() && spec.inputs_size() > 0) return unused("inputs");
  if (!spec.has_train() && spec.device() != v1::DEVICE_UNSPECIFIED &&
      spec.device() != v1::DEVICE_CPU) {
    return BadField("device", fmt::format("a run of kind {} runs on the cpu", kind),
                    "cpu, or remove it");
  }
  if (spec.has_rules() && spec.split().empty() && spec.unlock_test()) {
    return BadField("unlock_test", "labels are looked at only with a split", "name the split too");
  }
  if (needs_split && spec.split().empty()) {
    return BadField("split", fmt::format("a run of kind {} needs one", kind),
                    "pecg split create, pecg split show");
  }
  return absl::OkStatus();
}

absl::Status CheckScheme(const v1::TrainSpec& train) {
  if (!v1::Scheme_IsValid(train.scheme())) {
    return BadField("train.scheme",
                    fmt::format("there is no scheme {}", static_cast<int>(train.scheme())),
                    "plain, cross_validation or final");
  }
  PECG_RETURN_IF_ERROR(CheckRange(
      {"train.fold", static_cast<double>(train.fold()), 0, static_cast<double>(kFoldCount - 1)}));
  if (train.fold() != 0 && train.scheme() != v1::SCHEME_CROSS_VALIDATION) {
    return BadField("train.fold", "only the scheme cross_validation holds a fold out",
                    "scheme: cross_validation, or remove it");
  }
  return absl::OkStatus();
}

absl::Status CheckTrain(const v1::TrainSpec& train) {
  const std::vector<std::string> variants = {"resnet1d", "demographics"};
  if (std::find(variants.begin(), variants.end(), train.variant()) == variants.end()) {
    return BadField("train.variant",
                    train.variant().empty()
                        ? "it is missing"
                        : fmt::format("there is no variant {}", train.variant()),
                    SuggestName(train.variant(), variants));
  }
  PECG_RETURN_IF_ERROR(CheckScheme(train));
  for (const Range& range : std::initializer_list<Range>{
           {"train.min_positive_count", static_cast<double>(train.min_positive_count()), 0, 1e9},
           {"train.epochs", static_cast<double>(train.epochs()), 0, 1e6},
           {"train.batch_size", static_cast<double>(train.batch_size()), 0, 65536},
           {"train.lr", train.lr(), 0, 100},
           {"train.weight_decay", train.weight_decay(), 0, 100},
           {"train.warmup_fraction", train.warmup_fraction(), 0, 1},
           {"train.max_gradient_norm", train.max_gradient_norm(), 0, kUnlimited},
           {"train.patience", static_cast<double>(train.patience()), 0, 1e6},
           {"train.max_positive_weight", train.max_positive_weight(), 0, kUnlimited},
           {"train.checkpoint_every_epochs", static_cast<double>(train.checkpoint_every_epochs()),
            0, 1e6},
           {"train.crop_seconds", train.crop_seconds(), 0, 120},
           {"train.rate_hz", train.rate_hz(), 0, 10000},
           {"train.scale_mv", train.scale_mv(), 0, 1000},
           {"train.clip_mv", train.clip_mv(), 0, 1000},
           {"train.nine_lead_probability", train.nine_lead_probability(), 0, 1},
           {"train.lead_dropout_probability", train.lead_dropout_probability(), 0, 1},
           {"train.noise_mv", train.noise_mv(), 0, 1000},
           {"train.base_channels", static_cast<double>(train.base_channels()), 0, 4096},
           {"train.blocks_per_stage", static_cast<double>(train.blocks_per_stage()), 0, 64},
           {"train.kernel_size", static_cast<double>(train.kernel_size()), 0, 511},
           {"train.dropout", train.dropout(), 0, 1}}) {
    PECG_RETURN_IF_ERROR(CheckRange(range));
  }
  if (train.kernel_size() != 0 && train.kernel_size() % 2 == 0) {
    return BadField("train.kernel_size", fmt::format("{} is even", train.kernel_size()),
                    "an odd width, for example 7");
  }
  return absl::OkStatus();
}

absl::Status CheckEvaluate(const v1::EvaluateSpec& evaluate) {
  PECG_RETURN_IF_ERROR(CheckRange(
      {"evaluate.bootstrap_count", static_cast<double>(evaluate.bootstrap_count()), 0, 1e6}));
  PECG_RETURN_IF_ERROR(CheckRange({"evaluate.confidence", evaluate.confidence(), 0, 1}));
  if (evaluate.confidence() == 1) {
    return BadField("evaluate.confidence", "no interval covers everything", "for example 0.95");
  }
  PECG_RETURN_IF_ERROR(CheckRange({"evaluate.prevalence", evaluate.prevalence(), 0, 1}));
  if (evaluate.prevalence() == 1) {
    return BadField("evaluate.prevalence", "nobody would be healthy", "for example 0.01");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status BadField(std::string_view field, std::string what, std::string hint) {
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {std::move(what), std::string(field), std::move(hint)});
}

std::string SuggestName(std::string_view name, const std::vector<std::string>& names) {
  const std::string closest = ClosestName(name, names);
  if (!closest.empty()) return fmt::format("did you mean {}?", closest);
  if (names.empty()) return "there are none yet";
  std::vector<std::string> shown = names;
  if (shown.size() > kMaxNamesInHint) {
    shown.resize(kMaxNamesInHint);
    shown.emplace_back("...");
  }
  return fmt::format("there are {}", fmt::join(shown, ", "));
}

std::string KindOf(const v1::RunSpec& spec) {
  switch (spec.job_case()) {
    case v1::RunSpec::kIndex:
      return "index";
    case v1::RunSpec::kAudit:
      return "audit";
    case v1::RunSpec::kTrain:
      return "train";
    case v1::RunSpec::kEvaluate:
      return "evaluate";
    case v1::RunSpec::kReport:
      return "report";
    case v1::RunSpec::kRules:
      return "rules";
    case v1::RunSpec::JOB_NOT_SET:
      return "";
  }
  return "";
}

absl::Status CheckRunSpec(const v1::RunSpec& spec) {
  if (spec.job_case() == v1::RunSpec::JOB_NOT_SET) {
    return BadField("job", "the spec does not say what to do",
                    "set one of index, audit, rules, train, evaluate, report");
  }
  PECG_RETURN_IF_ERROR(CheckCommon(spec));
  PECG_RETURN_IF_ERROR(CheckUnused(spec));
  PECG_RETURN_IF_ERROR(CheckInputs(spec));
  if (spec.has_index()) {
    return CheckRange({"index.jobs", static_cast<double>(spec.index().jobs()), 0, 1024});
  }
  if (spec.has_rules()) {
    return CheckRange({"rules.jobs", static_cast<double>(spec.rules().jobs()), 0, 1024});
  }
  if (spec.has_train()) return CheckTrain(spec.train());
  if (spec.has_evaluate()) return CheckEvaluate(spec.evaluate());
  return absl::OkStatus();
}

}  // namespace pecg
