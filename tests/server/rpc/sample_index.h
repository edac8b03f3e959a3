#ifndef PECG_TESTS_SERVER_RPC_SAMPLE_INDEX_H_
#define PECG_TESTS_SERVER_RPC_SAMPLE_INDEX_H_

#include <fmt/format.h>

#include "pecg/v1/dataset.pb.h"
#include "server/rpc/index_result.h"

namespace pecg {

/// An index of `patient_count` patients with two records each, every third with `chd`, every second
/// not `abnormal_a1`; the ages go round from newborn to 14 years, the layouts between 12 and 9
/// leads.
inline v1::Index MakeSampleIndex(int patient_count) {
  v1::Index index;
  index.set_kind("zzu_pecg");
  index.set_targets_sha256(std::string(64, 'e'));
  index.add_targets("chd");
  index.add_targets("abnormal_a1");
  index.add_statement_names("sinus rhythm");
  for (int patient = 1; patient <= patient_count; ++patient) {
    for (int exam = 1; exam <= 2; ++exam) {
      v1::IndexEntry* entry = index.add_entries();
      entry->set_patient_id(fmt::format("P{:05}", patient));
      entry->set_record_id(fmt::format("P{:05}_E{:02}", patient, exam));
      entry->set_exam(exam);
      entry->set_path("Child_ecg/" + entry->record_id());
      entry->set_signal_sha256(std::string(64, 'a'));
      entry->set_age_days(patient * 397 % (14 * 365));
      entry->set_sex(patient % 2 == 0 ? v1::SEX_FEMALE : v1::SEX_MALE);
      entry->set_rate_hz(500);
      entry->set_sample_count(5000);
      entry->set_lead_mask(patient % 5 == 0 ? 0x1ff : 0xfff);
      entry->set_targets(std::string{static_cast<char>(patient % 3 == 0 ? 1 : 0),
                                     static_cast<char>(patient % 2 == 0 ? 1 : 0)});
      entry->set_statement_bits(std::string(1, '\1'));
    }
  }
  index.set_version_sha256(VersionSha256(index));
  return index;
}

}  // namespace pecg

#endif  // PECG_TESTS_SERVER_RPC_SAMPLE_INDEX_H_
