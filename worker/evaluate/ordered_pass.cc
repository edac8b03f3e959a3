#include "worker/evaluate/ordered_pass.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "worker/evaluate/recalibration.h"

namespace pecg {
namespace {

// On x86 these loops are compiled for three instruction sets, of which the program takes the best
// the processor has. All give the same sums: multiplications and additions are never fused.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
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
  for (int l = 0; l < kLaneCount; ++l) (*sums)[l] += values[l];
}

/// What Walk carries from record to record.
struct WalkState {
  Lanes positives{};  // Above the current group.
  Lanes negatives{};
  Lanes group_positives{};
  Lanes group_negatives{};
  Lanes probability{};
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

void OrderedPass::Run(const PatientCounts& counts, PassSums* sums) const {
  SumPatients(counts, sums);
  Walk(counts, sums);
}

PECG_CLONES void OrderedPass::SumPatients(const PatientCounts& counts, PassSums* sums) const {
  for (std::size_t column = 0; column < columns_.size(); ++column) LanesOf(sums, column).fill(0);
  // A tile's counts are converted once and stay in the first-level cache for all columns.
  std::array<Lanes, kTilePatients> tile;
  for (std::size_t begin = 0; begin < patient_count_; begin += kTilePatients) {
    const std::size_t count = std::min(kTilePatients, patient_count_ - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* from = counts.Of(begin + i);
      for (int l = 0; l < kLaneCount; ++l) tile[i][l] = from[l];
    }
    // Two columns at a time: one alone would wait for its own additions.
    for (std::size_t column = 0; column < columns_.size(); column += 2) {
      const double* one = &columns_[column][begin];
      const double* other = &columns_[column + 1][begin];
      Lanes sum_one{};
      Lanes sum_other{};
      for (std::size_t i = 0; i < count; ++i) {
        for (int l = 0; l < kLaneCount; ++l) sum_one[l] += one[i] * tile[i][l];
        for (int l = 0; l < kLaneCount; ++l) sum_other[l] += other[i] * tile[i][l];
      }
      AddTo(sum_one, &LanesOf(sums, column));
      AddTo(sum_other, &LanesOf(sums, column + 1));
    }
  }
}

PECG_CLONES void OrderedPass::Walk(const PatientCounts& counts, PassSums* sums) const {
  Lanes negative_limit;  // Still specific enough.
  Lanes positive_need;   // Sensitive enough.
  Lanes per_positive;
  Lanes per_negative;
  for (int l = 0; l < kLaneCount; ++l) {
    negative_limit[l] = (1 - kWantedShare + kRounding) * sums->negatives[l];
    positive_need[l] = (kWantedShare - kRounding) * sums->positives[l];
    per_positive[l] = sums->positives[l] > 0 ? 1 / sums->positives[l] : 0;
    per_negative[l] = sums->negatives[l] > 0 ? 1 / sums->negatives[l] : 0;
  }
  WalkState at;
  Lanes pairs{};
  Lanes precision{};
  Lanes youden{};
  Lanes specific_positives{};
  Lanes specific_negatives{};
  Lanes sensitive_positives{};
  Lanes sensitive_negatives{};
  sums->cuts.resize(cut_order_.size());
  std::size_t next_cut = 0;
  const auto read_cuts = [&](std::size_t position) {
    for (; next_cut < cut_positions_.size() && cut_positions_[next_cut] == position; ++next_cut) {
      sums->cuts[cut_order_[next_cut]] = {at.positives, at.negatives, at.probability};
    }
  };
  for (std::size_t i = 0; i < records_.size(); ++i) {
    read_cuts(i);
    const Record& record = records_[i];
    const std::uint8_t* count = counts.Of(record.patient);
    Lanes& group = record.positive != 0 ? at.group_positives : at.group_negatives;
    for (int l = 0; l < kLaneCount; ++l) group[l] += record.weight * count[l];
    if (with_probability_) {
      const double weighted = record.weight * record.score;
      for (int l = 0; l < kLaneCount; ++l) at.probability[l] += weighted * count[l];
    }
    if (record.ends_group == 0) continue;
    if (record.group_positive == 0) {
      for (int l = 0; l < kLaneCount; ++l) {
        pairs[l] += at.group_negatives[l] * at.positives[l];
        at.negatives[l] += at.group_negatives[l];
        at.group_negatives[l] = 0;
      }
      continue;
    }
    for (int l = 0; l < kLaneCount; ++l) {
      const double gained = at.group_positives[l];
      const double before = at.positives[l];
      const double positives = before + gained;
      const double negatives = at.negatives[l] + at.group_negatives[l];
      pairs[l] += at.group_negatives[l] * (before + 0.5 * gained);
      precision[l] +=
          gained * positives / std::max(positives + negatives, std::numeric_limits<double>::min());
      const bool specific = negatives <= negative_limit[l];
      specific_positives[l] = specific ? positives : specific_positives[l];
      specific_negatives[l] = specific && gained > 0 ? negatives : specific_negatives[l];
      const bool reached = before < positive_need[l] && positives >= positive_need[l];
      sensitive_positives[l] = reached ? positives : sensitive_positives[l];
      sensitive_negatives[l] = reached ? negatives : sensitive_negatives[l];
      youden[l] = std::max(youden[l], positives * per_positive[l] - negatives * per_negative[l]);
      at.positives[l] = positives;
      at.negatives[l] = negatives;
      at.group_positives[l] = 0;
      at.group_negatives[l] = 0;
    }
  }
  read_cuts(records_.size());
  sums->ordered_pairs = pairs;
  sums->precision = precision;
  sums->youden = youden;
  sums->positives_at_specificity = specific_positives;
  sums->negatives_at_specificity = specific_negatives;
  sums->positives_at_sensitivity = sensitive_positives;
  sums->negatives_at_sensitivity = sensitive_negatives;
}

}  // namespace pecg
