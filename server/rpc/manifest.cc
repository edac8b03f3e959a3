#include "server/rpc/manifest.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/status.h"
#include "server/rpc/index_entries.h"

namespace pecg {
namespace {

SplitScheme SchemeOf(const v1::TrainSpec& train) {
  switch (train.scheme()) {
    case v1::SCHEME_CROSS_VALIDATION:
      return SplitScheme::kCrossValidation;
    case v1::SCHEME_FINAL:
      return SplitScheme::kFinal;
    default:
      return SplitScheme::kPlain;
  }
}

v1::RecordRole ToMessage(RecordRole role) {
  switch (role) {
    case RecordRole::kNone:
      return v1::RECORD_ROLE_UNSPECIFIED;
    case RecordRole::kTrain:
      return v1::RECORD_ROLE_TRAIN;
    case RecordRole::kValidate:
      return v1::RECORD_ROLE_VALIDATE;
    case RecordRole::kHeldOut:
      return v1::RECORD_ROLE_HELD_OUT;
    case RecordRole::kTest:
      return v1::RECORD_ROLE_TEST;
  }
  return v1::RECORD_ROLE_UNSPECIFIED;
}

/// The role of a patient's records; nothing when they are not for this run.
std::optional<v1::RecordRole> RoleIn(const v1::RunSpec& spec, const SplitAssignment& place) {
  if (place.fold == kTestFold) {
    if (!spec.unlock_test()) return std::nullopt;
    return v1::RECORD_ROLE_TEST;
  }
  if (!spec.has_train()) return v1::RECORD_ROLE_UNSPECIFIED;
  const RecordRole role = RoleOf(SchemeOf(spec.train()), spec.train().fold(), place);
  if (role == RecordRole::kNone) return std::nullopt;
  return ToMessage(role);
}

/// The lowest of basSQI and bSQI over the leads that have them; NaN when none has.
float LowestSqi(const v1::IndexEntry& entry) {
  constexpr int kIndexCount = 3;  // pSQI, basSQI, bSQI of each lead.
  float lowest = std::numeric_limits<float>::quiet_NaN();
  for (int i = 0; i < entry.sqi_size(); ++i) {
    if (i % kIndexCount != 0) lowest = std::fmin(lowest, entry.sqi(i));
  }
  return lowest;
}

v1::ManifestEntry ToManifestEntry(const v1::IndexEntry& entry) {
  v1::ManifestEntry message;
  message.set_record_id(entry.record_id());
  message.set_path(entry.path());
  message.set_signal_sha256(entry.signal_sha256());
  message.set_sample_count(entry.sample_count());
  message.set_rate_hz(entry.rate_hz());
  message.set_lead_mask(entry.lead_mask());
  if (entry.has_age_days()) message.set_age_days(entry.age_days());
  message.set_sex(entry.sex());
  message.set_targets(entry.targets());
  message.set_statement_bits(entry.statement_bits());
  message.set_weight(1.0);
  if (const float lowest = LowestSqi(entry); !std::isnan(lowest)) message.set_lowest_sqi(lowest);
  return message;
}

}  // namespace

absl::StatusOr<std::string> MakeManifest(
    const v1::RunSpec& spec, const std::vector<v1::IndexEntry>& entries,
    const std::map<std::string, SplitAssignment>& assignments) {
  const std::map<std::string, size_t> first_exams = FirstExams(entries);
  std::map<std::string, int32_t> patient_ordinals;
  for (const auto& [patient, ordinal] : first_exams) {
    patient_ordinals.emplace(patient, static_cast<int32_t>(patient_ordinals.size()));
  }
  std::string manifest;
  google::protobuf::io::StringOutputStream stream(&manifest);
  for (size_t ordinal = 0; ordinal < entries.size(); ++ordinal) {
    const v1::IndexEntry& entry = entries[ordinal];
    const auto place = assignments.find(entry.patient_id());
    if (place == assignments.end()) {
      return FailedPrecondition("the split does not place every patient of the dataset version");
    }
    const std::optional<v1::RecordRole> role = RoleIn(spec, place->second);
    if (!role.has_value()) continue;
    v1::ManifestEntry message = ToManifestEntry(entry);
    message.set_ordinal(static_cast<int32_t>(ordinal));
    message.set_patient_ordinal(patient_ordinals.at(entry.patient_id()));
    message.set_role(*role);
    message.set_fold(place->second.fold);
    message.set_inner(place->second.inner);
    message.set_first_exam(first_exams.at(entry.patient_id()) == ordinal);
    google::protobuf::util::SerializeDelimitedToZeroCopyStream(message, &stream);
  }
  return manifest;
}

bool NeedsManifest(const v1::RunSpec& spec) {
  return spec.has_train() || spec.has_evaluate() || (spec.has_rules() && !spec.split().empty());
}

}  // namespace pecg
