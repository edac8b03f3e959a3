#include "worker/evaluate/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "worker/ecg/error.h"
#include "worker/evaluate/roc.h"

namespace pecg {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

void Check(std::span<const ScoredRecord> records) {
  for (const ScoredRecord& record : records) {
    if (record.label > 1) throw Error(Error::Kind::kBadInput, "labels must be 0 or 1");
    if (!std::isfinite(record.score) ||
        (record.floor_score.has_value() && !std::isfinite(*record.floor_score))) {
      throw Error(Error::Kind::kBadInput, "a score is not finite", "",
                  "the model diverged or the predictions file is damaged");
    }
  }
}

/// Records of one fold, ready for figures under many weightings of the patients.
class Fold {
 public:
  Fold(const std::vector<const ScoredRecord*>& records, const std::vector<std::size_t>& patients,
       const std::vector<double>& base_weights, bool use_floor)
      : patients_(patients),
        base_weights_(base_weights),
        ranked_(Column(records, use_floor), Labels(records)),
        weights_(records.size()) {}

  /// `draws`: how often each patient was drawn.
  double Auroc(const std::vector<int>& draws) { return ranked_.Auroc(Weights(draws)); }
  double AveragePrecision(const std::vector<int>& draws) {
    return ranked_.AveragePrecision(Weights(draws));
  }

 private:
  static std::vector<double> Column(const std::vector<const ScoredRecord*>& records,
                                    bool use_floor) {
    std::vector<double> scores;
    scores.reserve(records.size());
    for (const ScoredRecord* record : records) {
      scores.push_back(use_floor ? *record->floor_score : record->score);
    }
    return scores;
  }

  static std::vector<std::uint8_t> Labels(const std::vector<const ScoredRecord*>& records) {
    std::vector<std::uint8_t> labels;
    labels.reserve(records.size());
    for (const ScoredRecord* record : records) labels.push_back(record->label);
    return labels;
  }

  const std::vector<double>& Weights(const std::vector<int>& draws) {
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      weights_[i] = base_weights_[i] * draws[patients_[i]];
    }
    return weights_;
  }

  std::vector<std::size_t> patients_;  // Dense patient number of each record.
  std::vector<double> base_weights_;
  RankedScores ranked_;
  std::vector<double> weights_;
};

/// The records of one selection (first exams, or all), per fold.
class Selection {
 public:
  Selection(std::span<const ScoredRecord> records, const std::map<int, std::size_t>& dense,
            bool first_exam_only, bool use_floor) {
    std::map<int, std::vector<const ScoredRecord*>> by_fold;
    std::map<int, double> record_count;  // Per patient.
    for (const ScoredRecord& record : records) {
      if (first_exam_only && !record.first_exam) continue;
      by_fold[record.fold].push_back(&record);
      record_count[record.patient] += 1;
    }
    for (const auto& [fold, members] : by_fold) {
      std::vector<std::size_t> patients;
      std::vector<double> weights;
      for (const ScoredRecord* record : members) {
        patients.push_back(dense.at(record->patient));
        weights.push_back(1.0 / record_count.at(record->patient));
      }
      folds_.emplace_back(members, patients, weights, use_floor);
    }
  }

  double MeanAuroc(const std::vector<int>& draws) {
    return Mean([&](Fold& fold) { return fold.Auroc(draws); });
  }
  double MeanAveragePrecision(const std::vector<int>& draws) {
    return Mean([&](Fold& fold) { return fold.AveragePrecision(draws); });
  }

 private:
  template <typename Figure>
  double Mean(Figure figure) {
    double sum = 0;
    int count = 0;
    for (Fold& fold : folds_) {
      const double value = figure(fold);
      if (std::isnan(value)) continue;
      sum += value;
      ++count;
    }
    return count > 0 ? sum / count : kUndefined;
  }

  std::vector<Fold> folds_;
};

/// Percentile of sorted values, linear between them.
double Percentile(const std::vector<double>& sorted, double fraction) {
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double rest = position - static_cast<double>(below);
  return sorted[below] * (1 - rest) + sorted[above] * rest;
}

Estimate ToEstimate(double value, std::vector<double> resampled, double confidence) {
  const std::size_t wanted = resampled.size();
  std::erase_if(resampled, [](double x) { return std::isnan(x); });
  if (std::isnan(value) || resampled.empty() || 2 * resampled.size() < wanted) {
    return {value, kUndefined, kUndefined};
  }
  std::ranges::sort(resampled);
  const double tail = (1 - confidence) / 2;
  return {value, Percentile(resampled, tail), Percentile(resampled, 1 - tail)};
}

/// Draws as many patients as there are, with replacement.
class PatientSampler {
 public:
  PatientSampler(std::size_t patient_count, std::uint64_t seed)
      : draws_(patient_count, 0), generator_(seed) {}

  const std::vector<int>& Draw() {
    std::ranges::fill(draws_, 0);
    const std::uint64_t count = draws_.size();
    for (std::uint64_t i = 0; i < count; ++i) {
      // The high half of a product is even enough, and the same on every machine, unlike
      // std::uniform_int_distribution. Source: Lemire, ACM TOMACS 29:3 (2019).
      const std::uint64_t word = generator_() >> 32U;
      ++draws_[static_cast<std::size_t>((word * count) >> 32U)];
    }
    return draws_;
  }

 private:
  std::vector<int> draws_;
  std::mt19937_64 generator_;
};

struct Resamples {
  std::vector<double> auroc, auprc, all_records, floor_auroc, floor_auprc, over_floor;
};

}  // namespace

TargetFigures EvaluateTarget(std::span<const ScoredRecord> records,
                             const EvaluationOptions& options) {
  Check(records);
  std::map<int, std::size_t> dense;
  TargetFigures figures;
  for (const ScoredRecord& record : records) {
    dense.try_emplace(record.patient, dense.size());
    if (!record.first_exam) continue;
    ++figures.patient_count;
    figures.positive_count += record.label;
  }
  const bool has_floor =
      !records.empty() &&
      std::ranges::all_of(records, [](const ScoredRecord& r) { return r.floor_score.has_value(); });
  Selection first(records, dense, /*first_exam_only=*/true, /*use_floor=*/false);
  Selection all(records, dense, /*first_exam_only=*/false, /*use_floor=*/false);
  const std::vector<ScoredRecord> none;
  Selection floor(has_floor ? records : none, dense, /*first_exam_only=*/true, has_floor);

  const auto measure = [&](const std::vector<int>& draws, Resamples& into) {
    into.auroc.push_back(first.MeanAuroc(draws));
    into.auprc.push_back(first.MeanAveragePrecision(draws));
    into.all_records.push_back(all.MeanAuroc(draws));
    if (!has_floor) return;
    into.floor_auroc.push_back(floor.MeanAuroc(draws));
    into.floor_auprc.push_back(floor.MeanAveragePrecision(draws));
    into.over_floor.push_back(into.auroc.back() - into.floor_auroc.back());
  };
  Resamples whole;
  measure(std::vector<int>(dense.size(), 1), whole);
  Resamples resamples;
  PatientSampler sampler(dense.size(), options.seed);
  for (int b = 0; b < options.bootstrap_count; ++b) measure(sampler.Draw(), resamples);

  const auto estimate = [&](const std::vector<double>& value, std::vector<double>& resampled) {
    return ToEstimate(value.front(), std::move(resampled), options.confidence);
  };
  figures.auroc = estimate(whole.auroc, resamples.auroc);
  figures.auprc = estimate(whole.auprc, resamples.auprc);
  figures.auroc_all_records = estimate(whole.all_records, resamples.all_records);
  if (has_floor) {
    figures.floor_auroc = estimate(whole.floor_auroc, resamples.floor_auroc);
    figures.floor_auprc = estimate(whole.floor_auprc, resamples.floor_auprc);
    figures.auroc_over_floor = estimate(whole.over_floor, resamples.over_floor);
  }
  return figures;
}

}  // namespace pecg
