#ifndef PECG_TESTS_WORKER_REVIEW_REFERENCE_ISSUES_H_
#define PECG_TESTS_WORKER_REVIEW_REFERENCE_ISSUES_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

/// Confident learning as slowly and as plainly as it can be written, for tests: whole sorts, no
/// grouping, one loop per sentence of docs/confident-learning.md. Equal keys go by position, so
/// that it agrees with worker/review only where no cut falls between equal keys.

namespace pecg::reference {

using Matrix = std::vector<std::vector<double>>;

struct Problem {
  std::vector<int> labels;  // [N], 0..K-1
  Matrix p;                 // [N][K]

  std::size_t record_count() const { return labels.size(); }
  int class_count() const { return static_cast<int>(p.front().size()); }
};

inline std::vector<std::size_t> OrderOf(const std::vector<double>& keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return keys[i]; });
  return order;
}

inline std::vector<double> Thresholds(const Problem& problem) {
  std::vector<double> thresholds;
  for (int k = 0; k < problem.class_count(); ++k) {
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < problem.record_count(); ++i) {
      if (problem.labels[i] != k) continue;
      sum += problem.p[i][static_cast<std::size_t>(k)];
      ++count;
    }
    thresholds.push_back(count == 0 ? 2.0 : std::max(sum / count, 2e-6));
  }
  return thresholds;
}

/// The class a record is confidently of, or -1.
inline int Guess(const std::vector<double>& row, const std::vector<double>& thresholds) {
  std::vector<int> confident;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (row[k] >= thresholds[k] - 1e-6) confident.push_back(static_cast<int>(k));
  }
  if (confident.empty()) return -1;
  if (confident.size() == 1) return confident.front();
  return static_cast<int>(std::ranges::max_element(row) - row.begin());
}

/// [given][guessed]
inline Matrix Counts(const Problem& problem) {
  const auto size = static_cast<std::size_t>(problem.class_count());
  Matrix counts(size, std::vector<double>(size));
  const std::vector<double> thresholds = Thresholds(problem);
  for (std::size_t i = 0; i < problem.record_count(); ++i) {
    const int guess = Guess(problem.p[i], thresholds);
    if (guess < 0) continue;
    counts[static_cast<std::size_t>(problem.labels[i])][static_cast<std::size_t>(guess)] += 1;
  }
  for (std::size_t k = 0; k < size; ++k) counts[k][k] = std::max(counts[k][k], 1.0);
  return counts;
}

/// Whole numbers that sum to what the row sums to, each at most one from its entry; where several
/// are equally far, the later ones move up and the earlier ones down.
inline std::vector<double> RoundRow(const std::vector<double>& row) {
  std::vector<double> rounded;
  for (const double value : row) rounded.push_back(std::nearbyint(value));
  const double wanted = std::nearbyint(std::accumulate(row.begin(), row.end(), 0.0));
  while (std::accumulate(rounded.begin(), rounded.end(), 0.0) != wanted) {
    const bool up = std::accumulate(rounded.begin(), rounded.end(), 0.0) < wanted;
    std::size_t most = 0;
    for (std::size_t i = 1; i < row.size(); ++i) {
      const double distance = row[i] - rounded[i];
      const double most_distance = row[most] - rounded[most];
      if (up ? distance >= most_distance : distance < most_distance) most = i;
    }
    rounded[most] += up ? 1 : -1;
  }
  return rounded;
}

/// Each row scaled to the number of records given that label.
inline Matrix Scaled(const Problem& problem) {
  Matrix counts = Counts(problem);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double sum = std::accumulate(counts[k].begin(), counts[k].end(), 0.0);
    const auto given = static_cast<double>(std::ranges::count(problem.labels, static_cast<int>(k)));
    for (double& count : counts[k]) count = count / sum * given;
  }
  return counts;
}

inline Matrix Calibrated(const Problem& problem) {
  Matrix counts = Scaled(problem);
  for (auto& row : counts) row = RoundRow(row);
  return counts;
}

/// Whether the last bit of a scaled count decides how its row is rounded: it lies at a half, or two
/// different counts are equally far from whole numbers.
inline bool RoundsByTheLastBit(const Problem& problem) {
  constexpr double kClose = 1e-9;
  for (const auto& row : Scaled(problem)) {
    for (const double a : row) {
      if (std::abs(a - std::floor(a) - 0.5) < kClose) return true;
      for (const double b : row) {
        const double apart = (a - std::nearbyint(a)) - (b - std::nearbyint(b));
        if (std::abs(a - b) > kClose && std::abs(apart) < kClose) return true;
      }
    }
  }
  return false;
}

inline bool IsPredicted(const std::vector<double>& row, int given) {
  std::vector<double> raised = row;
  raised[static_cast<std::size_t>(given)] += 1e-6;
  return std::ranges::max_element(raised) - raised.begin() == given;
}

/// The records of a class, ascending.
inline std::vector<std::size_t> Members(const Problem& problem, int k) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < problem.record_count(); ++i) {
    if (problem.labels[i] == k) members.push_back(i);
  }
  return members;
}

inline std::set<std::size_t> PruneByClass(const Problem& problem) {
  std::set<std::size_t> flagged;
  const Matrix counts = Calibrated(problem);
  for (int k = 0; k < problem.class_count(); ++k) {
    const auto c = static_cast<std::size_t>(k);
    const std::vector<std::size_t> members = Members(problem, k);
    if (members.size() <= 1) continue;
    std::vector<double> keys;
    for (const std::size_t i : members) keys.push_back(problem.p[i][c]);
    const double kept = std::max(counts[c][c], 1.0);
    const double wanted = static_cast<double>(members.size()) - kept;
    const std::vector<std::size_t> order = OrderOf(keys);
    for (std::size_t i = 0; i < order.size() && static_cast<double>(i) < wanted; ++i) {
      flagged.insert(members[order[i]]);
    }
  }
  return flagged;
}

/// Least one record per class is kept, at the expense of the other non-zero counts of the class.
inline double PruneCount(const Matrix& counts, std::size_t given, std::size_t truth) {
  const double missing = std::max(1.0 - counts[given][given], 0.0);
  const auto nonzero = static_cast<double>(
      std::ranges::count_if(counts[given], [](double count) { return count != 0; }));
  const double left = counts[given][truth] - missing / std::max(nonzero - 1.0, 1.0);
  return std::trunc(std::max(left, 0.0));
}

inline std::set<std::size_t> PruneByNoiseRate(const Problem& problem) {
  std::set<std::size_t> flagged;
  const Matrix counts = Calibrated(problem);
  for (int given = 0; given < problem.class_count(); ++given) {
    const std::vector<std::size_t> members = Members(problem, given);
    if (members.size() <= 1) continue;
    for (int truth = 0; truth < problem.class_count(); ++truth) {
      if (truth == given) continue;
      std::vector<double> keys;
      for (const std::size_t i : members) {
        keys.push_back(problem.p[i][static_cast<std::size_t>(given)] -
                       problem.p[i][static_cast<std::size_t>(truth)]);
      }
      const double wanted =
          PruneCount(counts, static_cast<std::size_t>(given), static_cast<std::size_t>(truth));
      const std::vector<std::size_t> order = OrderOf(keys);
      for (std::size_t i = 0; i < order.size() && static_cast<double>(i) < wanted; ++i) {
        flagged.insert(members[order[i]]);
      }
    }
  }
  return flagged;
}

inline std::set<std::size_t> OffDiagonal(const Problem& problem) {
  std::set<std::size_t> flagged;
  const std::vector<double> thresholds = Thresholds(problem);
  for (std::size_t i = 0; i < problem.record_count(); ++i) {
    const int guess = Guess(problem.p[i], thresholds);
    if (guess >= 0 && guess != problem.labels[i]) flagged.insert(i);
  }
  return flagged;
}

/// Without those whose given label is predicted.
inline std::set<std::size_t> Confirmed(const Problem& problem,
                                       const std::set<std::size_t>& flagged) {
  std::set<std::size_t> confirmed;
  for (const std::size_t i : flagged) {
    if (!IsPredicted(problem.p[i], problem.labels[i])) confirmed.insert(i);
  }
  return confirmed;
}

inline double SelfConfidence(const Problem& problem, std::size_t i) {
  return problem.p[i][static_cast<std::size_t>(problem.labels[i])];
}

inline double Margin(const Problem& problem, std::size_t i) {
  double highest = -1;
  for (int k = 0; k < problem.class_count(); ++k) {
    if (k != problem.labels[i])
      highest = std::max(highest, problem.p[i][static_cast<std::size_t>(k)]);
  }
  return (SelfConfidence(problem, i) - highest + 1) / 2;
}

inline double WeightedEntropy(const Problem& problem, std::size_t i) {
  double entropy = 0;
  for (const double p : problem.p[i]) entropy -= p == 0 ? 0 : p * std::log(p);
  entropy /= std::log(static_cast<double>(problem.class_count()));
  const double weighted = entropy / std::max(SelfConfidence(problem, i), 1e-6);
  return std::log(weighted + 1) / std::max(weighted, 1e-6);
}

/// The lowest scores, as many as are confidently off the diagonal.
inline std::set<std::size_t> Lowest(const Problem& problem,
                                    double (*score)(const Problem&, std::size_t)) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < problem.record_count(); ++i) scores.push_back(score(problem, i));
  const std::vector<std::size_t> order = OrderOf(scores);
  const std::size_t count = Confirmed(problem, OffDiagonal(problem)).size();
  return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace pecg::reference

#endif  // PECG_TESTS_WORKER_REVIEW_REFERENCE_ISSUES_H_
