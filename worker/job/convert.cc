#include "worker/job/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr int kSqiValueCount = kLeadCount * 3;

struct SchemeName {
  SplitScheme scheme;
  std::string_view name;
};
constexpr std::array<SchemeName, 3> kSchemeNames = {{
    {SplitScheme::kPlain, "plain"},
    {SplitScheme::kCrossValidation, "cross_validation"},
    {SplitScheme::kFinal, "final"},
}};

v1::SqiSource ToMessage(SqiSource source) {
  switch (source) {
    case SqiSource::kFile:
      return v1::SQI_SOURCE_FILE;
    case SqiSource::kComputed:
      return v1::SQI_SOURCE_COMPUTED;
    case SqiSource::kNone:
      break;
  }
  return v1::SQI_SOURCE_UNSPECIFIED;
}

SqiSource FromMessage(v1::SqiSource source) {
  if (source == v1::SQI_SOURCE_FILE) return SqiSource::kFile;
  if (source == v1::SQI_SOURCE_COMPUTED) return SqiSource::kComputed;
  return SqiSource::kNone;
}

void ToMessage(const IndexEntry& entry, v1::IndexEntry* message) {
  message->set_record_id(entry.record_id);
  message->set_patient_id(entry.patient_id);
  message->set_exam(entry.exam);
  message->set_path(entry.path);
  message->set_signal_sha256(entry.signal_sha256);
  if (entry.age_days.has_value()) message->set_age_days(*entry.age_days);
  message->set_sex(pecg::ToMessage(entry.sex));
  message->set_rate_hz(entry.rate_hz);
  message->set_sample_count(entry.sample_count);
  message->set_lead_mask(static_cast<int>(entry.leads.bits()));
  message->mutable_icd_codes()->Add(entry.icd_codes.begin(), entry.icd_codes.end());
  message->mutable_statements()->Add(entry.statements.begin(), entry.statements.end());
  message->set_targets(std::string(entry.targets.begin(), entry.targets.end()));
  message->set_statement_bits(
      std::string(entry.statement_bits.begin(), entry.statement_bits.end()));
  if (entry.sqi_source != SqiSource::kNone) {
    for (const auto& lead : entry.sqi) message->mutable_sqi()->Add(lead.begin(), lead.end());
  }
  message->set_sqi_source(ToMessage(entry.sqi_source));
  message->mutable_rail_fraction()->Add(entry.rail_fraction.begin(), entry.rail_fraction.end());
  message->mutable_flat_fraction()->Add(entry.flat_fraction.begin(), entry.flat_fraction.end());
  message->set_acquisition_time(entry.acquisition_time);
  message->set_comment(entry.comment);
  for (const RecordAttribute& attribute : entry.attributes) {
    v1::RecordAttribute& row = *message->add_attributes();
    row.set_name(attribute.name);
    row.set_value(attribute.value);
  }
}

void CheckCounts(const v1::IndexEntry& message, int target_count) {
  const auto check = [&](std::string_view what, int found, int wanted) {
    if (found == wanted) return;
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the index entry has {} {} instead of {}", found, what, wanted),
                "record " + message.record_id());
  };
  check("targets", static_cast<int>(message.targets().size()), target_count);
  check("rail fractions", message.rail_fraction_size(), kLeadCount);
  check("flat fractions", message.flat_fraction_size(), kLeadCount);
  if (message.sqi_size() != 0) check("quality indices", message.sqi_size(), kSqiValueCount);
}

SqiTable SqiFromMessage(const v1::IndexEntry& message) {
  SqiTable table;
  for (std::size_t lead = 0; lead < table.size(); ++lead) {
    for (std::size_t i = 0; i < table[lead].size(); ++i) {
      const int position = static_cast<int>(lead * table[lead].size() + i);
      table[lead][i] =
          message.sqi_size() == 0 ? std::numeric_limits<float>::quiet_NaN() : message.sqi(position);
    }
  }
  return table;
}

IndexEntry FromMessage(const v1::IndexEntry& message) {
  IndexEntry entry;
  entry.record_id = message.record_id();
  entry.patient_id = message.patient_id();
  entry.exam = message.exam();
  entry.path = message.path();
  entry.signal_sha256 = message.signal_sha256();
  if (message.has_age_days()) entry.age_days = message.age_days();
  entry.sex = pecg::FromMessage(message.sex());
  entry.rate_hz = message.rate_hz();
  entry.sample_count = message.sample_count();
  entry.leads = LeadMask(static_cast<std::uint32_t>(message.lead_mask()));
  entry.icd_codes.assign(message.icd_codes().begin(), message.icd_codes().end());
  entry.statements.assign(message.statements().begin(), message.statements().end());
  entry.targets.assign(message.targets().begin(), message.targets().end());
  entry.statement_bits.assign(message.statement_bits().begin(), message.statement_bits().end());
  entry.sqi = SqiFromMessage(message);
  entry.sqi_source = FromMessage(message.sqi_source());
  std::ranges::copy(message.rail_fraction(), entry.rail_fraction.begin());
  std::ranges::copy(message.flat_fraction(), entry.flat_fraction.begin());
  entry.acquisition_time = message.acquisition_time();
  entry.comment = message.comment();
  for (const v1::RecordAttribute& row : message.attributes()) {
    entry.attributes.push_back({.name = row.name(), .value = row.value()});
  }
  return entry;
}

}  // namespace

Sex FromMessage(v1::Sex sex) {
  if (sex == v1::SEX_FEMALE) return Sex::kFemale;
  if (sex == v1::SEX_MALE) return Sex::kMale;
  return Sex::kUnknown;
}

v1::Sex ToMessage(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return v1::SEX_FEMALE;
    case Sex::kMale:
      return v1::SEX_MALE;
    case Sex::kUnknown:
      break;
  }
  return v1::SEX_UNSPECIFIED;
}

SplitScheme FromMessage(v1::Scheme scheme) {
  switch (scheme) {
    case v1::SCHEME_UNSPECIFIED:
    case v1::SCHEME_PLAIN:
      return SplitScheme::kPlain;
    case v1::SCHEME_CROSS_VALIDATION:
      return SplitScheme::kCrossValidation;
    case v1::SCHEME_FINAL:
      return SplitScheme::kFinal;
    default:
      throw Error(Error::Kind::kBadInput,
                  fmt::format("the scheme is not known: {}", static_cast<int>(scheme)),
                  "run_spec.train.scheme");
  }
}

std::string_view NameOf(SplitScheme scheme) {
  return std::ranges::find(kSchemeNames, scheme, &SchemeName::scheme)->name;
}

SplitScheme SchemeFromName(std::string_view name) {
  const auto* found = std::ranges::find(kSchemeNames, name, &SchemeName::name);
  if (found == kSchemeNames.end()) {
    throw Error(Error::Kind::kCorruptData, fmt::format("the scheme is not known: \"{}\"", name), "",
                "schemes are plain, cross_validation and final");
  }
  return found->scheme;
}

v1::RecordRole ToMessage(RecordRole role) {
  switch (role) {
    case RecordRole::kTrain:
      return v1::RECORD_ROLE_TRAIN;
    case RecordRole::kValidate:
      return v1::RECORD_ROLE_VALIDATE;
    case RecordRole::kHeldOut:
      return v1::RECORD_ROLE_HELD_OUT;
    case RecordRole::kTest:
      return v1::RECORD_ROLE_TEST;
    case RecordRole::kNone:
      break;
  }
  return v1::RECORD_ROLE_UNSPECIFIED;
}

RecordRole FromMessage(v1::RecordRole role) {
  switch (role) {
    case v1::RECORD_ROLE_TRAIN:
      return RecordRole::kTrain;
    case v1::RECORD_ROLE_VALIDATE:
      return RecordRole::kValidate;
    case v1::RECORD_ROLE_HELD_OUT:
      return RecordRole::kHeldOut;
    case v1::RECORD_ROLE_TEST:
      return RecordRole::kTest;
    default:
      return RecordRole::kNone;
  }
}

v1::Index ToMessage(const Index& index) {
  v1::Index message;
  message.set_kind(index.kind);
  message.set_version_sha256(index.version_sha256);
  message.set_targets_sha256(index.targets_sha256);
  message.mutable_targets()->Add(index.targets.begin(), index.targets.end());
  message.mutable_statement_names()->Add(index.statement_names.begin(),
                                         index.statement_names.end());
  message.set_synthetic(index.synthetic);
  for (const IndexEntry& entry : index.entries) ToMessage(entry, message.add_entries());
  for (const IndexFailure& failure : index.failures) {
    v1::IndexFailure& row = *message.add_failures();
    row.set_path(failure.path);
    row.set_line(failure.line);
    row.set_kind(failure.kind);
    row.set_what(failure.what);
    row.set_hint(failure.hint);
  }
  return message;
}

Index FromMessage(const v1::Index& message) {
  Index index;
  index.kind = message.kind();
  index.version_sha256 = message.version_sha256();
  index.targets_sha256 = message.targets_sha256();
  index.targets.assign(message.targets().begin(), message.targets().end());
  index.statement_names.assign(message.statement_names().begin(), message.statement_names().end());
  index.synthetic = message.synthetic();
  index.entries.reserve(static_cast<std::size_t>(message.entries_size()));
  for (const v1::IndexEntry& entry : message.entries()) {
    CheckCounts(entry, message.targets_size());
    index.entries.push_back(FromMessage(entry));
  }
  for (const v1::IndexFailure& row : message.failures()) {
    index.failures.push_back({.path = row.path(),
                              .line = row.line(),
                              .kind = row.kind(),
                              .what = row.what(),
                              .hint = row.hint()});
  }
  return index;
}

v1::Estimate ToMessage(const Estimate& estimate) {
  v1::Estimate message;
  message.set_value(estimate.value);
  message.set_lower(estimate.lower);
  message.set_upper(estimate.upper);
  message.set_reason(estimate.reason);
  message.set_interval_method(std::string(NameOf(estimate.method)));
  return message;
}

v1::Curve ToMessage(const FigureCurve& curve) {
  v1::Curve message;
  message.set_name(curve.name);
  message.mutable_x()->Assign(curve.x.begin(), curve.x.end());
  message.mutable_y()->Assign(curve.y.begin(), curve.y.end());
  message.mutable_lower()->Assign(curve.lower.begin(), curve.lower.end());
  message.mutable_upper()->Assign(curve.upper.begin(), curve.upper.end());
  message.mutable_weight()->Assign(curve.weight.begin(), curve.weight.end());
  return message;
}

FigureCurve FromMessage(const v1::Curve& message) {
  FigureCurve curve{.name = message.name()};
  curve.x.assign(message.x().begin(), message.x().end());
  curve.y.assign(message.y().begin(), message.y().end());
  curve.lower.assign(message.lower().begin(), message.lower().end());
  curve.upper.assign(message.upper().begin(), message.upper().end());
  curve.weight.assign(message.weight().begin(), message.weight().end());
  return curve;
}

}  // namespace pecg
