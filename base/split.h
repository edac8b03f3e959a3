#ifndef PECG_BASE_SPLIT_H_
#define PECG_BASE_SPLIT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace pecg {

/// Folds 0 to 3 hold 20 % of the groups each; this one is the locked test, 20 % too.
inline constexpr int kTestFold = 4;
inline constexpr int kFoldCount = 4;
/// Each fold is dealt into this many inner groups.
inline constexpr int kInnerCount = 8;

/// Records that must stay together: all records of a patient.
struct SplitGroup {
  std::string id;                 ///< Unique among the groups.
  std::int64_t record_count = 1;  ///< At least 1.
  std::vector<int> strata;        ///< Strata the group belongs to, 0 to stratum_count - 1.
};

struct SplitAssignment {
  int fold = 0;   ///< 0 to 3, or kTestFold.
  int inner = 0;  ///< 0 to kInnerCount - 1, dealt within the fold.
  friend bool operator==(const SplitAssignment&, const SplitAssignment&) = default;
};

/// Deals groups into the four folds and the test so that every stratum is spread as evenly as whole
/// groups allow: iterative stratification, rarest stratum first (Sechidis, Tsoumakas & Vlahavas,
/// "On the Stratification of Multi-Label Data", ECML PKDD 2011), groups instead of single records,
/// ties broken by what the part lacks in records. The answer depends on the ids, strata and seed
/// only, not on the order of `groups`, and is the same on every machine.
std::vector<SplitAssignment> DealIntoFolds(const std::vector<SplitGroup>& groups,
                                           int stratum_count, std::uint64_t seed);

/// Deals groups into `share.size()` parts; `share` are positive and need not sum to 1. What
/// DealIntoFolds is made of. Returns a part for each group.
std::vector<int> DealIntoParts(const std::vector<SplitGroup>& groups, int stratum_count,
                               const std::vector<double>& share, std::uint64_t seed);

/// How a training run uses a split.
enum class SplitScheme {
  kPlain,            ///< VALIDATE = fold 0, TRAIN = folds 1 to 3.
  kCrossValidation,  ///< HELD_OUT = fold k, VALIDATE = the others with inner == k, TRAIN the rest.
  kFinal,            ///< VALIDATE = inner 7, TRAIN = the rest of the four folds.
};

enum class RecordRole { kNone, kTrain, kValidate, kHeldOut, kTest };

/// Role of a record whose group lies in `assignment`; `k` is the held-out fold, 0 to 3, and is read
/// for kCrossValidation only.
RecordRole RoleOf(SplitScheme scheme, int k, SplitAssignment assignment);

}  // namespace pecg

#endif  // PECG_BASE_SPLIT_H_
