#include "server/rpc/split_maker.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/digest/sha256.h"
#include "base/split.h"
#include "base/status.h"
#include "server/rpc/index_entries.h"
#include "server/rpc/run_spec_check.h"

namespace pecg {
namespace {

/// A band of ages, in days; a month has 30 days and a year 365, as the figures are given for.
struct AgeBand {
  std::string_view name;
  int last_day;
};
constexpr std::array<AgeBand, 9> kAgeBands = {{{"0-30d", 30},
                                               {"1-3mo", 90},
                                               {"3-6mo", 180},
                                               {"6-12mo", 365},
                                               {"1-3y", 3 * 365},
                                               {"3-5y", 5 * 365},
                                               {"5-8y", 8 * 365},
                                               {"8-12y", 12 * 365},
                                               {"12-15y", 15 * 365}}};

std::string AgeStratum(const v1::IndexEntry& entry) {
  if (!entry.has_age_days()) return "age:unknown";
  for (const AgeBand& band : kAgeBands) {
    if (entry.age_days() <= band.last_day) return fmt::format("age:{}", band.name);
  }
  return "age:15y+";
}

/// Orders strata for people: by kind, ages from young to old and unknown last, the rest by name.
bool IsListedBefore(const std::string& left, const std::string& right) {
  const auto place = [](const std::string& stratum) {
    const size_t colon = stratum.find(':');
    const auto* const band = std::find_if(
        kAgeBands.begin(), kAgeBands.end(),
        [&](const AgeBand& candidate) { return stratum.substr(colon + 1) == candidate.name; });
    return std::tuple(stratum.substr(0, colon), band - kAgeBands.begin(), stratum);
  };
  return place(left) < place(right);
}

std::string LeadStratum(const v1::IndexEntry& entry) {
  return fmt::format("leads:{}", std::popcount(static_cast<uint32_t>(entry.lead_mask())));
}

/// A target to balance and its place in IndexEntry.targets.
struct StratumTarget {
  std::string name;
  size_t position = 0;
};

absl::StatusOr<std::vector<StratumTarget>> FindTargets(const DatasetVersion& version,
                                                       const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const TargetCountRow& count : version.target_counts) names.push_back(count.target);
  std::vector<StratumTarget> targets;
  for (size_t i = 0; wanted.empty() && i < names.size(); ++i) {
    const bool is_disease =
        names[i].rfind("abnormal_", 0) != 0 && names[i].rfind("statement_", 0) != 0;
    if (is_disease) targets.push_back({names[i], i});
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto found = std::find(names.begin(), names.end(), wanted[i]);
    if (found == names.end()) {
      return BadField(fmt::format("split.strata_targets[{}]", i),
                      fmt::format("there is no target {}", wanted[i]),
                      SuggestName(wanted[i], names));
    }
    targets.push_back({wanted[i], static_cast<size_t>(found - names.begin())});
  }
  return targets;
}

struct Patient {
  int64_t record_count = 0;
  std::set<std::string> strata;
};

std::map<std::string, Patient> GroupByPatient(const std::vector<v1::IndexEntry>& entries,
                                              const std::vector<StratumTarget>& targets) {
  std::map<std::string, Patient> patients;
  for (const v1::IndexEntry& entry : entries) {
    Patient& patient = patients[entry.patient_id()];
    ++patient.record_count;
    patient.strata.insert(LeadStratum(entry));
    for (const StratumTarget& target : targets) {
      if (entry.targets()[target.position] == 1) patient.strata.insert("target:" + target.name);
    }
  }
  for (const auto& [patient, ordinal] : FirstExams(entries)) {
    patients[patient].strata.insert(AgeStratum(entries[ordinal]));
  }
  return patients;
}

/// Counts each part's patients, records and strata.
void Describe(const std::map<std::string, Patient>& patients,
              const std::vector<PatientFold>& places, const std::vector<std::string>& strata,
              v1::Split* details) {
  struct Counts {
    int64_t patient_count = 0;
    int64_t record_count = 0;
    std::map<std::string, int64_t> in_stratum;
  };
  std::array<Counts, kFoldCount + 1> parts;
  Counts whole;
  for (const PatientFold& place : places) {
    const Patient& patient = patients.at(place.patient_id);
    for (Counts* counts : {&parts.at(static_cast<size_t>(place.fold)), &whole}) {
      ++counts->patient_count;
      counts->record_count += patient.record_count;
      for (const std::string& stratum : patient.strata) ++counts->in_stratum[stratum];
    }
  }
  const auto share = [](int64_t count, int64_t all) {
    return all == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(all);
  };
  for (int fold = 0; fold <= kFoldCount; ++fold) {
    Counts& counts = parts.at(static_cast<size_t>(fold));
    v1::SplitPart* part = details->add_parts();
    part->set_fold(fold);
    part->set_patient_count(counts.patient_count);
    part->set_record_count(counts.record_count);
    for (const std::string& stratum : strata) {
      v1::StratumShare* added = part->add_strata();
      added->set_stratum(stratum);
      added->set_patient_count(counts.in_stratum[stratum]);
      added->set_share(share(counts.in_stratum[stratum], counts.patient_count));
      added->set_whole_share(share(whole.in_stratum[stratum], whole.patient_count));
    }
  }
}

std::string HashOf(const DatasetVersion& version, int64_t seed,
                   const std::vector<PatientFold>& places) {
  Sha256 hash;
  hash.Update(fmt::format("pecg split 1\nversion {}\nseed {}\n", version.sha256, seed));
  for (const PatientFold& place : places) {
    hash.Update(fmt::format("{}|{}|{}\n", place.patient_id, place.fold, place.inner));
  }
  return hash.FinishHex();
}

}  // namespace

absl::StatusOr<DealtSplit> DealSplit(const DatasetVersion& version,
                                     const std::vector<v1::IndexEntry>& entries, int64_t seed,
                                     const std::vector<std::string>& strata_targets) {
  if (entries.empty()) return FailedPrecondition("the dataset version has no records");
  if (seed < 0) return BadField("split.seed", fmt::format("{} is negative", seed), "0 or more");
  PECG_ASSIGN_OR_RETURN(const std::vector<StratumTarget> targets,
                        FindTargets(version, strata_targets));
  const std::map<std::string, Patient> patients = GroupByPatient(entries, targets);

  std::map<std::string, int> stratum_numbers;
  std::vector<std::string> strata;
  std::vector<SplitGroup> groups;
  for (const auto& [patient_id, patient] : patients) {
    SplitGroup group{patient_id, patient.record_count, {}};
    for (const std::string& stratum : patient.strata) {
      const auto [number, is_new] =
          stratum_numbers.emplace(stratum, static_cast<int>(stratum_numbers.size()));
      if (is_new) strata.push_back(stratum);
      group.strata.push_back(number->second);
    }
    groups.push_back(std::move(group));
  }
  const std::vector<SplitAssignment> assignments =
      DealIntoFolds(groups, static_cast<int>(strata.size()), static_cast<uint64_t>(seed));

  DealtSplit dealt;
  for (size_t i = 0; i < groups.size(); ++i) {
    dealt.patients.push_back({groups[i].id, assignments[i].fold, assignments[i].inner});
  }
  std::sort(strata.begin(), strata.end(), IsListedBefore);
  v1::Split details;
  for (const StratumTarget& target : targets) details.add_strata_targets(target.name);
  Describe(patients, dealt.patients, strata, &details);
  dealt.split.sha256 = HashOf(version, seed, dealt.patients);
  dealt.split.version_id = version.id;
  dealt.split.seed = seed;
  dealt.split.details = details.SerializeAsString();
  return dealt;
}

}  // namespace pecg
