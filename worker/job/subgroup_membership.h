#ifndef PECG_WORKER_JOB_SUBGROUP_MEMBERSHIP_H_
#define PECG_WORKER_JOB_SUBGROUP_MEMBERSHIP_H_

#include <string>
#include <vector>

#include "worker/evaluate/subgroup.h"
#include "worker/job/prediction_join.h"

namespace pecg {

/// Deals the records of a target into the groups figures are given for, family by family:
///   - `age`: the bands of worker/dataset/age_band.h, and `unknown`;
///   - `sex`: female, male, unknown;
///   - `leads`: 12 leads, 9 leads (I II III aVR aVL aVF V1 V3 V5), others;
///   - `quality`: lowest basSQI or bSQI of any lead at least 0.9, below, unknown;
///   - `subtype`: one group for each target named after this one (`chd_vsd` of `chd`): its
///   positives
///     beside all negatives;
///   - `exam`: the patients' first ECG; the first repeat of those who have one.
/// Empty groups are left out. `target_names`: those of RecordTraits::targets.
std::vector<Subgroup> MakeSubgroups(const RoleTarget& role_target,
                                    const std::vector<RecordTraits>& traits,
                                    const std::vector<std::string>& target_names);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_SUBGROUP_MEMBERSHIP_H_
