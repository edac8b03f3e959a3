#include "server/rpc/index_entries.h"

#include <tuple>
#include <utility>

#include "base/status.h"
#include "storage/dataset_store.h"
#include "storage/split_store.h"

namespace pecg {
namespace {

constexpr int64_t kPageSize = 1000;

bool IsEarlier(const v1::IndexEntry& left, const v1::IndexEntry& right) {
  const bool left_untimed = left.acquisition_time().empty();
  const bool right_untimed = right.acquisition_time().empty();
  return std::forward_as_tuple(left_untimed, left.acquisition_time(), left.exam()) <
         std::forward_as_tuple(right_untimed, right.acquisition_time(), right.exam());
}

}  // namespace

absl::StatusOr<std::vector<v1::IndexEntry>> ReadIndexEntries(Snapshot& snapshot,
                                                             int64_t version_id) {
  std::vector<v1::IndexEntry> entries;
  for (;;) {
    PECG_ASSIGN_OR_RETURN(const std::vector<IndexEntryRow> page,
                          ListIndexEntries(snapshot, version_id,
                                           static_cast<int64_t>(entries.size()) - 1, kPageSize));
    for (const IndexEntryRow& row : page) {
      v1::IndexEntry entry;
      if (!entry.ParseFromString(row.entry)) {
        return DataLoss("record {} of a dataset version is damaged", row.ordinal);
      }
      entries.push_back(std::move(entry));
    }
    if (page.size() < kPageSize) return entries;
  }
}

absl::StatusOr<std::map<std::string, SplitAssignment>> ReadAssignments(Snapshot& snapshot,
                                                                       int64_t split_id) {
  std::map<std::string, SplitAssignment> assignments;
  for (;;) {
    const std::string after = assignments.empty() ? std::string() : assignments.rbegin()->first;
    PECG_ASSIGN_OR_RETURN(const std::vector<PatientFold> page,
                          ListPatientFolds(snapshot, split_id, after, kPageSize));
    for (const PatientFold& place : page) {
      assignments.emplace(place.patient_id, SplitAssignment{place.fold, place.inner});
    }
    if (page.size() < kPageSize) return assignments;
  }
}

std::map<std::string, size_t> FirstExams(const std::vector<v1::IndexEntry>& entries) {
  std::map<std::string, size_t> first;
  for (size_t ordinal = 0; ordinal < entries.size(); ++ordinal) {
    const auto [place, is_new] = first.emplace(entries[ordinal].patient_id(), ordinal);
    if (!is_new && IsEarlier(entries[ordinal], entries[place->second])) place->second = ordinal;
  }
  return first;
}

}  // namespace pecg
