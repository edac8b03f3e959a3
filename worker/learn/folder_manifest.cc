#include "worker/learn/folder_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/digest/sha256.h"
#include "worker/dataset/age_band.h"
#include "worker/job/convert.h"

namespace pecg {
namespace {

/// Strata of a patient, as numbers: targets, then age bands (the last one: none), then lead
/// layouts.
std::vector<int> StrataOf(const Index& index, const std::vector<const IndexEntry*>& exams) {
  const auto target_count = static_cast<int>(index.targets.size());
  std::vector<int> strata;
  for (int target = 0; target < target_count; ++target) {
    const bool has = std::ranges::any_of(exams, [&](const IndexEntry* exam) {
      return exam->targets[static_cast<std::size_t>(target)] == 1;
    });
    if (has) strata.push_back(target);
  }
  const IndexEntry& first = **std::ranges::min_element(exams, {}, &IndexEntry::exam);
  const auto band = first.age_days ? AgeBandOf(*first.age_days) : std::nullopt;
  strata.push_back(target_count + static_cast<int>(band.value_or(kAgeBands.size())));
  const int layouts = target_count + static_cast<int>(kAgeBands.size()) + 1;
  if (first.leads == LeadMask::All()) {
    strata.push_back(layouts);
  } else {
    strata.push_back(first.leads == LeadMask::NineLead() ? layouts + 1 : layouts + 2);
  }
  return strata;
}

using ExamsByPatient = std::map<std::string, std::vector<const IndexEntry*>>;

ExamsByPatient GroupByPatient(const Index& index) {
  ExamsByPatient patients;
  for (const IndexEntry& entry : index.entries) patients[entry.patient_id].push_back(&entry);
  return patients;
}

void FillEntry(const IndexEntry& entry, v1::ManifestEntry* message) {
  message->set_record_id(entry.record_id);
  message->set_path(entry.path);
  message->set_signal_sha256(entry.signal_sha256);
  message->set_sample_count(entry.sample_count);
  message->set_rate_hz(entry.rate_hz);
  message->set_lead_mask(static_cast<int>(entry.leads.bits()));
  if (entry.age_days) message->set_age_days(*entry.age_days);
  message->set_sex(ToMessage(entry.sex));
  message->set_targets(std::string(entry.targets.begin(), entry.targets.end()));
  message->set_statement_bits(
      std::string(entry.statement_bits.begin(), entry.statement_bits.end()));
  message->set_weight(1);
}

}  // namespace

PatientSplit DealPatients(const Index& index, std::uint64_t seed) {
  PatientSplit split;
  std::vector<SplitGroup> groups;
  for (const auto& [patient_id, exams] : GroupByPatient(index)) {
    split.patient_ids.push_back(patient_id);
    groups.push_back(
        {.id = patient_id, .record_count = std::ssize(exams), .strata = StrataOf(index, exams)});
  }
  constexpr int kLayoutCount = 3;
  const int stratum_count =
      static_cast<int>(index.targets.size() + kAgeBands.size()) + 1 + kLayoutCount;
  split.assignments = DealIntoFolds(groups, stratum_count, seed);
  Sha256 digest;
  digest.Update(fmt::format("{}|{}\n", index.version_sha256, seed));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    digest.Update(fmt::format("{}|{}|{}\n", split.patient_ids[i], split.assignments[i].fold,
                              split.assignments[i].inner));
  }
  split.sha256 = digest.FinishHex();
  return split;
}

std::vector<v1::ManifestEntry> MakeManifest(const Index& index, const PatientSplit& split,
                                            SplitScheme scheme, int fold) {
  const ExamsByPatient patients = GroupByPatient(index);
  std::vector<v1::ManifestEntry> manifest;
  for (std::size_t ordinal = 0; ordinal < index.entries.size(); ++ordinal) {
    const IndexEntry& entry = index.entries[ordinal];
    const auto place = std::ranges::lower_bound(split.patient_ids, entry.patient_id);
    const auto patient = place - split.patient_ids.begin();
    const SplitAssignment& assignment = split.assignments[static_cast<std::size_t>(patient)];
    const RecordRole role = RoleOf(scheme, fold, assignment);
    if (role == RecordRole::kTest || role == RecordRole::kNone) continue;
    v1::ManifestEntry& message = manifest.emplace_back();
    FillEntry(entry, &message);
    message.set_ordinal(static_cast<int>(ordinal));
    message.set_patient_ordinal(static_cast<int>(patient));
    message.set_role(ToMessage(role));
    message.set_fold(assignment.fold);
    message.set_inner(assignment.inner);
    const auto& exams = patients.at(entry.patient_id);
    message.set_first_exam(*std::ranges::min_element(exams, {}, &IndexEntry::exam) == &entry);
  }
  return manifest;
}

}  // namespace pecg
