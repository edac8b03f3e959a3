#include "worker/evaluate/ordered_pass.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "worker/evaluate/recalibration.h"

namespace pecg {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PECG_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PECG_SANITIZED
#endif
#endif

// On x86 these loops are compiled for three instruction sets, of which the program takes the best
// the processor has; not under sanitizers, which are not ready when it chooses. All give the same
// sums: multiplications and additions are never fused.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(PECG_SANITIZED)
#define PECG_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PECG_CLONES
#endif

constexpr double kRounding = 1e-12;  // As in threshold_curve.cc.
constexpr std::size_t kTilePatients = 256;

/// Places of a patient's sums among the columns.
enum ColumnIndex : std::size_t {
  kPositives,
  kNegatives,
  kSquaredError,
  kLogLoss,
  kProbability,
  kLarge,
  kLine = kLarge + 2,
  kColumnCount = kLine + 5,  // Even, as kSquaredError is: columns are summed two at a time.
};

/// Adds what one record contributes to its patient's sums. `add` takes a column and a value.
template <typename Add>
void AddProbabilityTerms(double score, bool positive, double weight, const RecalibrationPoint& at,
                         Add add) {
  constexpr double kLeast = std::numeric_limits<double>::epsilon();  // As LogLoss has it.
  const double truth = positive ? 1 : 0;
  const double kept = std::clamp(score, kLeast, 1 - kLeast);
  add(kSquaredError, weight * (score - truth) * (score - truth));
  add(kProbability, weight * score);
  add(kLogLoss, -weight * std::log(positive ? kept : 1 - kept));
  const double x = Logit(score);
  const double large = Sigmoid(at.intercept + x);
  add(kLarge, weight * (truth - large));
  add(kLarge + 1, weight * large * (1 - large));
  const double mean = Sigmoid(at.slope_intercept + at.slope * x);
  const double information = weight * mean * (1 - mean);
  add(kLine, weight * (truth - mean));
  add(kLine + 1, weight * (truth - mean) * x);
  add(kLine + 2, information);
  add(kLine + 3, information * x);
  add(kLine + 4, information * x * x);
}

Lanes& LanesOf(PassSums* sums, std::size_t column) {
  switch (column) {
    case kPositives:
      return sums->positives;
    case kNegatives:
      return sums->negatives;
    case kSquaredError:
      return sums->squared_error;
    case kLogLoss:
      return sums->log_loss;
    case kProbability:
      return sums->probability;
    default:
      return column < kLine ? sums->large[column - kLarge] : sums->line[column - kLine];
  }
}

void AddTo(const Lanes& values, Lanes* sums) {
  for (std::size_t l = 0; l < kLaneCount; ++l) (*sums)[l] += values[l];
}

// Into the clones of Walk, so that they are compiled for its instruction set.
#define PECG_INTO_CLONES __attribute__((always_inline)) inline

/// What Walk carries from record to record.
struct WalkState {
  Lanes positives{};  // Above the current group.
  Lanes negatives{};
  Lanes group_positives{};
  Lanes group_negatives{};
  Lanes probability{};
  // Limits and scales, which the pass over the patients has told.
  Lanes negative_limit;  // Still specific enough.
  Lanes positive_need;   // Sensitive enough.
  Lanes per_positive;
  Lanes per_negative;

  PECG_INTO_CLONES explicit WalkState(const PassSums& sums) {
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      negative_limit[l] = (1 - kWantedShare + kRounding) * sums.negatives[l];
      positive_need[l] = (kWantedShare - kRounding) * sums.positives[l];
      per_positive[l] = sums.positives[l] > 0 ? 1 / sums.positives[l] : 0;
      per_negative[l] = sums.negatives[l] > 0 ? 1 / sums.negatives[l] : 0;
    }
  }

  PECG_INTO_CLONES void Add(bool positive, double weight, double score, const std::uint8_t* count,
                            bool with_probability) {
    Lanes& group = positive ? group_positives : group_negatives;
    for (std::size_t l = 0; l < kLaneCount; ++l) group[l] += weight * count[l];
    if (!with_probability) return;
    const double weighted = weight * score;
    for (std::size_t l = 0; l < kLaneCount; ++l) probability[l] += weighted * count[l];
  }

  PECG_INTO_CLONES void EndGroupOfNegatives(PassSums* sums) {
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      sums->ordered_pairs[l] += group_negatives[l] * positives[l];
      negatives[l] += group_negatives[l];
      group_negatives[l] = 0;
    }
  }

  PECG_INTO_CLONES void EndGroup(PassSums* sums) {
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      const double gained = group_positives[l];
      const double before = positives[l];
      const double now = before + gained;
      const double false_positives = negatives[l] + group_negatives[l];
      sums->ordered_pairs[l] += group_negatives[l] * (before + 0.5 * gained);
      sums->precision[l] +=
          gained * now / std::max(now + false_positives, std::numeric_limits<double>::min());
      // Where nobody was gained the point before is as sensitive, and more specific.
      const bool specific = false_positives <= negative_limit[l] && gained > 0;
      sums->positives_at_specificity[l] = specific ? now : sums->positives_at_specificity[l];
      sums->negatives_at_specificity[l] =
          specific ? false_positives : sums->negatives_at_specificity[l];
      const bool reached = before < positive_need[l] && now >= positive_need[l];
      sums->positives_at_sensitivity[l] = reached ? now : sums->positives_at_sensitivity[l];
      sums->negatives_at_sensitivity[l] =
          reached ? false_positives : sums->negatives_at_sensitivity[l];
      const double youden = now * per_positive[l] - false_positives * per_negative[l];
      sums->youden[l] = std::max(sums->youden[l], youden);
      positives[l] = now;
      negatives[l] = false_positives;
      group_positives[l] = 0;
      group_negatives[l] = 0;
    }
  }
};

}  // namespace

OrderedPass::OrderedPass(const PatientSample& sample, std::size_t patient_count,
                         const std::vector<Cut>& cuts, const RecalibrationPoint* probability)
    : patient_count_(patient_count), with_probability_(probability != nullptr) {
  std::vector<std::uint32_t> order(sample.scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return sample.scores[a] > sample.scores[b]; });
  columns_.assign(with_probability_ ? std::size_t{kColumnCount} : std::size_t{kSquaredError},
                  std::vector<double>(patient_count, 0));
  records_.reserve(order.size());
  std::uint8_t group_positive = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t from = order[i];
    const double score = sample.scores[from];
    const bool last = i + 1 == order.size() || sample.scores[order[i + 1]] < score;
    const std::uint8_t label = sample.labels[from];
    group_positive |= label;
    records_.push_back({.patient = sample.patients[from],
                        .positive = label,
                        .ends_group = static_cast<std::uint8_t>(last ? 1 : 0),
                        .group_positive = group_positive,
                        .weight = sample.weights[from],
                        .score = score});
    if (last) group_positive = 0;
    const auto add = [&](std::size_t column, double value) {
      columns_[column][sample.patients[from]] += value;
    };
    add(label != 0 ? kPositives : kNegatives, sample.weights[from]);
    if (with_probability_) {
      AddProbabilityTerms(score, label != 0, sample.weights[from], *probability, add);
    }
  }
  std::vector<std::size_t> positions;
  for (const Cut& cut : cuts) {
    const auto above = std::ranges::partition_point(records_, [&](const Record& record) {
      return cut.inclusive ? record.score >= cut.threshold : record.score > cut.threshold;
    });
    positions.push_back(static_cast<std::size_t>(above - records_.begin()));
  }
  cut_order_.resize(cuts.size());
  std::iota(cut_order_.begin(), cut_order_.end(), std::size_t{0});
  std::ranges::stable_sort(cut_order_, {}, [&](std::size_t cut) { return positions[cut]; });
  for (const std::size_t cut : cut_order_) cut_positions_.push_back(positions[cut]);
}

PECG_CLONES void OrderedPass::SumPatients(const PatientCounts& counts, PassSums* sums) const {
  for (std::size_t column = 0; column < columns_.size(); ++column) LanesOf(sums, column).fill(0);
  // A tile's counts are converted once and stay in the first-level cache for all columns.
  std::array<Lanes, kTilePatients> tile;
  for (std::size_t begin = 0; begin < patient_count_; begin += kTilePatients) {
    const std::size_t count = std::min(kTilePatients, patient_count_ - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* from = counts.Of(begin + i);
      for (std::size_t l = 0; l < kLaneCount; ++l) tile[i][l] = from[l];
    }
    // Two columns at a time: one alone would wait for its own additions.
    for (std::size_t column = 0; column < columns_.size(); column += 2) {
      const double* one = &columns_[column][begin];
      const double* other = &columns_[column + 1][begin];
      Lanes sum_one{};
      Lanes sum_other{};
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t l = 0; l < kLaneCount; ++l) sum_one[l] += one[i] * tile[i][l];
        for (std::size_t l = 0; l < kLaneCount; ++l) sum_other[l] += other[i] * tile[i][l];
      }
      AddTo(sum_one, &LanesOf(sums, column));
      AddTo(sum_other, &LanesOf(sums, column + 1));
    }
  }
}

PECG_CLONES void OrderedPass::Walk(const PatientCounts& counts, PassSums* sums) const {
  for (Lanes* lanes : {&sums->ordered_pairs, &sums->precision, &sums->youden,
                       &sums->positives_at_specificity, &sums->negatives_at_specificity,
                       &sums->positives_at_sensitivity, &sums->negatives_at_sensitivity}) {
    lanes->fill(0);
  }
  sums->cuts.resize(cut_order_.size());
  WalkState state(*sums);
  std::size_t next_cut = 0;
  for (std::size_t i = 0; i <= records_.size(); ++i) {
    for (; next_cut < cut_positions_.size() && cut_positions_[next_cut] == i; ++next_cut) {
      sums->cuts[cut_order_[next_cut]] = {state.positives, state.negatives, state.probability};
    }
    if (i == records_.size()) break;
    const Record& record = records_[i];
    state.Add(record.positive != 0, record.weight, record.score, counts.Of(record.patient),
              with_probability_);
    if (record.ends_group == 0) continue;
    if (record.group_positive != 0) {
      state.EndGroup(sums);
    } else {
      state.EndGroupOfNegatives(sums);
    }
  }
}

// Behind the two: clang wants to know of the clones before anybody calls them.
void OrderedPass::Run(const PatientCounts& counts, PassSums* sums) const {
  SumPatients(counts, sums);
  Walk(counts, sums);
}

}  // namespace pecg
