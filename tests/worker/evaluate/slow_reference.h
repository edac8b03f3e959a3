#ifndef PECG_TESTS_WORKER_EVALUATE_SLOW_REFERENCE_H_
#define PECG_TESTS_WORKER_EVALUATE_SLOW_REFERENCE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

/// Figures straight from their definitions, in quadratic time: what the fast code is compared with.

namespace pecg::testing {

struct Sample {
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  std::vector<double> weights;
};

/// A made-up sample of probabilities; `grid` > 0 rounds them to multiples of 1/grid: ties.
/// `whole_weights`: 0, 1, 2 or 3, else between 0 and 2.
inline Sample MakeSample(int count, int grid, bool whole_weights, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Sample sample;
  for (int i = 0; i < count; ++i) {
    const auto label = static_cast<std::uint8_t>(uniform(generator) < 0.3);
    double score = std::clamp(0.25 * label + 0.75 * uniform(generator), 0.0, 1.0);
    if (grid > 0) score = std::round(score * grid) / grid;
    sample.scores.push_back(score);
    sample.labels.push_back(label);
    const double draw = uniform(generator);
    sample.weights.push_back(whole_weights ? std::floor(4 * draw) : 2 * draw);
  }
  return sample;
}

inline double SlowAuroc(const Sample& s) {
  double right = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < s.scores.size(); ++i) {
    for (std::size_t j = 0; j < s.scores.size(); ++j) {
      if (s.labels[i] != 1 || s.labels[j] != 0) continue;
      const double weight = s.weights[i] * s.weights[j];
      pairs += weight;
      if (s.scores[i] > s.scores[j]) right += weight;
      if (s.scores[i] == s.scores[j]) right += weight / 2;
    }
  }
  return right / pairs;
}

/// Weight of the records of a class whose score is at least `threshold`.
inline double WeightAtLeast(const Sample& s, int label, double threshold) {
  double sum = 0;
  for (std::size_t i = 0; i < s.scores.size(); ++i) {
    if (s.labels[i] == label && s.scores[i] >= threshold) sum += s.weights[i];
  }
  return sum;
}

inline double SlowAveragePrecision(const Sample& s) {
  const double positives = WeightAtLeast(s, 1, -1);
  double sum = 0;
  for (const double score : std::set<double>(s.scores.begin(), s.scores.end())) {
    const double here = WeightAtLeast(s, 1, score);
    const double above = WeightAtLeast(s, 1, std::nextafter(score, 2.0));
    if (here > above) sum += (here - above) * here / (here + WeightAtLeast(s, 0, score));
  }
  return sum / positives;
}

/// Thresholds worth trying: every score and one above them all.
inline std::vector<double> Thresholds(const Sample& s) {
  std::vector<double> all = s.scores;
  all.push_back(2);
  return all;
}

inline double SlowSensitivityAtSpecificity(const Sample& s, double least) {
  double best = 0;
  for (const double t : Thresholds(s)) {
    const double specificity = 1 - WeightAtLeast(s, 0, t) / WeightAtLeast(s, 0, -1);
    if (specificity >= least - 1e-12) {
      best = std::max(best, WeightAtLeast(s, 1, t) / WeightAtLeast(s, 1, -1));
    }
  }
  return best;
}

inline double SlowSpecificityAtSensitivity(const Sample& s, double least) {
  double best = 0;
  for (const double t : Thresholds(s)) {
    const double sensitivity = WeightAtLeast(s, 1, t) / WeightAtLeast(s, 1, -1);
    if (sensitivity >= least - 1e-12) {
      best = std::max(best, 1 - WeightAtLeast(s, 0, t) / WeightAtLeast(s, 0, -1));
    }
  }
  return best;
}

inline double SlowYouden(const Sample& s) {
  double best = 0;
  for (const double t : Thresholds(s)) {
    best = std::max(best, WeightAtLeast(s, 1, t) / WeightAtLeast(s, 1, -1) -
                              WeightAtLeast(s, 0, t) / WeightAtLeast(s, 0, -1));
  }
  return best;
}

inline double SlowBrier(const Sample& s) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < s.scores.size(); ++i) {
    sum += s.weights[i] * std::pow(s.scores[i] - s.labels[i], 2);
    total += s.weights[i];
  }
  return sum / total;
}

/// Uniform bins `(i/n, (i+1)/n]`, the first one closed: mean |gap|, or the largest one.
inline double SlowCalibrationError(const Sample& s, int bin_count, bool largest) {
  double sum = 0;
  double highest = 0;
  double total = 0;
  for (int bin = 0; bin < bin_count; ++bin) {
    double gap = 0;
    double weight = 0;
    for (std::size_t i = 0; i < s.scores.size(); ++i) {
      const bool above = bin == 0 || s.scores[i] > bin * (1.0 / bin_count);
      const bool below = bin == bin_count - 1 || s.scores[i] <= (bin + 1) * (1.0 / bin_count);
      if (!above || !below) continue;
      gap += s.weights[i] * (s.scores[i] - s.labels[i]);
      weight += s.weights[i];
    }
    sum += std::abs(gap);
    total += weight;
    if (weight > 0) highest = std::max(highest, std::abs(gap) / weight);
  }
  return largest ? highest : sum / total;
}

}  // namespace pecg::testing

#endif  // PECG_TESTS_WORKER_EVALUATE_SLOW_REFERENCE_H_
