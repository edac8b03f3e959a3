#include "worker/evaluate/figure_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/evaluate/decision_curve.h"
#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/recalibration.h"
#include "worker/evaluate/reliability.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
/// Enough groups for the acceleration of BCa, which is a skewness.
constexpr std::size_t kJackknifeGroups = 200;

/// All records of all parts as one sample.
LabelledScores Pool(std::span<const ScoredPart> parts) {
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  std::vector<double> weights;
  for (const ScoredPart& part : parts) {
    const PatientSample& sample = part.sample;
    scores.insert(scores.end(), sample.scores.begin(), sample.scores.end());
    labels.insert(labels.end(), sample.labels.begin(), sample.labels.end());
    weights.insert(weights.end(), sample.weights.begin(), sample.weights.end());
  }
  if (std::ranges::find(labels, kLabelMissing) != labels.end()) {
    throw Error(Error::Kind::kBadInput, "labels must be 0 or 1");
  }
  return {scores, labels, weights};
}

PooledCut operator-(const PooledCut& a, const PooledCut& b) {
  return {a.positives - b.positives, a.negatives - b.negatives, a.probability - b.probability};
}

/// What calibration figures make of bins.
class BinFigures {
 public:
  BinFigures(double total, double positives)
      : total_(total), prevalence_(total > 0 ? positives / total : kUndefined) {}

  /// Counts a bin in; answers its share of positives, NaN for an empty bin.
  double Add(const PooledCut& bin) {
    const double weight = bin.positives + bin.negatives;
    if (!(weight > kNothing * total_)) return kUndefined;
    const double gap = (bin.probability - bin.positives) / weight;
    const double share = bin.positives / weight;
    gap_squares_ += weight * gap * gap;
    shift_squares_ += weight * (share - prevalence_) * (share - prevalence_);
    gaps_ += weight * std::abs(gap);
    largest_gap_ = std::max(largest_gap_, std::abs(gap));
    return share;
  }

  double reliability() const { return Per(gap_squares_); }
  double resolution() const { return Per(shift_squares_); }
  double uncertainty() const { return prevalence_ * (1 - prevalence_); }
  double expected_error() const { return Per(gaps_); }
  double maximum_error() const { return Per(total_ * largest_gap_); }

 private:
  /// Weights below this share of the whole are what rounding leaves of an empty bin.
  static constexpr double kNothing = 1e-12;
  double Per(double sum) const { return total_ > 0 ? sum / total_ : kUndefined; }

  double total_;
  double prevalence_;
  double gap_squares_ = 0;
  double shift_squares_ = 0;
  double gaps_ = 0;
  double largest_gap_ = 0;
};

/// Mean over what is defined; NaN when nothing is.
class Mean {
 public:
  void Add(double value) {
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
  }
  double Value() const { return count_ > 0 ? sum_ / count_ : kUndefined; }

 private:
  double sum_ = 0;
  int count_ = 0;
};

}  // namespace

/// Sums over the records of several folds, in one lane.
struct FigureColumn::Pooled {
  double positives = 0;
  double negatives = 0;
  double squared_error = 0;
  double log_loss = 0;
  double probability = 0;
  std::array<double, 2> large{};
  std::array<double, 5> line{};
  std::vector<PooledCut> cuts;

  void Add(const PassSums& sums, std::size_t lane) {
    positives += sums.positives[lane];
    negatives += sums.negatives[lane];
    squared_error += sums.squared_error[lane];
    log_loss += sums.log_loss[lane];
    probability += sums.probability[lane];
    for (std::size_t i = 0; i < large.size(); ++i) large[i] += sums.large[i][lane];
    for (std::size_t i = 0; i < line.size(); ++i) line[i] += sums.line[i][lane];
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      cuts[i].positives += sums.cuts[i].positives[lane];
      cuts[i].negatives += sums.cuts[i].negatives[lane];
      cuts[i].probability += sums.cuts[i].probability[lane];
    }
  }

  Confusion At(std::size_t cut) const {
    return {.true_positives = cuts[cut].positives,
            .false_positives = cuts[cut].negatives,
            .false_negatives = std::max(0.0, positives - cuts[cut].positives),
            .true_negatives = std::max(0.0, negatives - cuts[cut].negatives)};
  }
};

FigureColumn::FigureColumn(std::span<const ScoredPart> parts, std::size_t patient_count,
                           ColumnPlan plan)
    : plan_(std::move(plan)) {
  const LabelledScores pooled = Pool(parts);
  one_class_reason_ = pooled.OneClassReason();
  if (plan_.probability && pooled.size() > 0) {
    if (const std::string reason = pooled.NotProbabilityReason(); !reason.empty()) {
      throw Error(Error::Kind::kBadInput, reason);
    }
    const Recalibration fit = FitRecalibration(pooled);
    recalibration_reason_ = fit.slope.reason();
    if (fit.intercept.defined()) recalibration_.intercept = fit.intercept.value();
    if (fit.slope.defined()) {
      recalibration_.slope = fit.slope.value();
      recalibration_.slope_intercept = fit.slope_intercept.value();
    }
    for (const double edge : InnerEdges(Binning::kUniform, plan_.bin_count, {})) {
      places_.cuts.push_back({edge, /*inclusive=*/false});
    }
    places_.thresholds = places_.cuts.size();
    for (const double threshold : plan_.thresholds) places_.cuts.push_back({threshold});
    places_.decisions = places_.cuts.size();
    for (const double threshold : plan_.decision_thresholds) places_.cuts.push_back({threshold});
  }
  std::map<std::pair<int, int>, const ScoredPart*> ordered;
  for (const ScoredPart& part : parts) ordered[{part.seed, part.fold}] = &part;
  for (const auto& [key, part] : ordered) {
    if (passes_.empty() || passes_.back().seed != key.first) seed_begin_.push_back(passes_.size());
    passes_.push_back({key.first,
                       OrderedPass(part->sample, patient_count, places_.cuts,
                                   plan_.probability ? &recalibration_ : nullptr),
                       {}});
  }
  seed_begin_.push_back(passes_.size());
  Name();
}

void FigureColumn::Name() {
  const auto add = [&](std::string name, FigureScale scale) {
    series_.push_back({.name = std::move(name), .scale = scale, .figure = {}, .reason = ""});
  };
  if (plan_.discrimination) add("auroc", FigureScale::kAuroc);
  if (plan_.discrimination && !plan_.auroc_only) {
    for (const char* name :
         {"auprc", "sensitivity_at_95_specificity", "ppv_at_95_specificity",
          "npv_at_95_specificity", "specificity_at_95_sensitivity", "youden_index"}) {
      add(name, FigureScale::kShare);
    }
  }
  if (!plan_.probability) return;
  for (const char* name : {"brier", "brier_reliability", "brier_resolution", "brier_uncertainty"}) {
    add(name, FigureScale::kShare);
  }
  add("log_loss", FigureScale::kUnbounded);
  add("ece", FigureScale::kShare);
  add("mce", FigureScale::kShare);
  add("calibration_intercept", FigureScale::kUnbounded);
  add("calibration_slope", FigureScale::kUnbounded);
  for (const double threshold : plan_.thresholds) {
    for (const char* name : {"sensitivity", "specificity", "ppv", "npv", "f1"}) {
      add(fmt::format("{}_at_{:g}", name, threshold), FigureScale::kShare);
    }
  }
  for (int bin = 0; bin < plan_.bin_count; ++bin) {
    add(fmt::format("observed_share/{}", bin), FigureScale::kShare);
  }
  for (const double threshold : plan_.decision_thresholds) {
    add(fmt::format("net_benefit/{:g}", threshold), FigureScale::kUnbounded);
  }
}

void FigureColumn::RunPasses(const PatientCounts& counts) {
  for (Pass& pass : passes_) pass.pass.Run(counts, &pass.sums);
}

void FigureColumn::DiscriminationOf(std::span<const Pass> passes, std::size_t lane,
                                    double** next) const {
  Mean auroc;
  Mean auprc;
  Mean sensitivity;
  Mean ppv;
  Mean npv;
  Mean specificity;
  Mean youden;
  for (const Pass& pass : passes) {
    const PassSums& sums = pass.sums;
    const double positives = sums.positives[lane];
    const double negatives = sums.negatives[lane];
    if (!(positives > 0) || !(negatives > 0)) continue;
    auroc.Add(sums.ordered_pairs[lane] / (positives * negatives));
    if (plan_.auroc_only) continue;
    auprc.Add(sums.precision[lane] / positives);
    const double found = sums.positives_at_specificity[lane] / positives;
    const double spared = 1 - sums.negatives_at_specificity[lane] / negatives;
    const double prevalence =
        plan_.prevalence > 0 ? plan_.prevalence : positives / (positives + negatives);
    sensitivity.Add(found);
    ppv.Add(PositivePredictiveValue(found, spared, prevalence).value());
    npv.Add(NegativePredictiveValue(found, spared, prevalence).value());
    specificity.Add(1 - sums.negatives_at_sensitivity[lane] / negatives);
    youden.Add(sums.youden[lane]);
  }
  *(*next)++ = auroc.Value();
  if (plan_.auroc_only) return;
  for (const Mean& mean : {auprc, sensitivity, ppv, npv, specificity, youden}) {
    *(*next)++ = mean.Value();
  }
}

FigureColumn::Pooled FigureColumn::PoolOf(std::span<const Pass> passes, std::size_t lane) const {
  Pooled all;
  all.cuts.resize(places_.cuts.size());
  for (const Pass& pass : passes) all.Add(pass.sums, lane);
  return all;
}

std::vector<PooledCut> FigureColumn::BinsOf(const Pooled& all) const {
  std::vector<PooledCut> bins(static_cast<std::size_t>(plan_.bin_count));
  PooledCut above;  // The bins above; they are taken from the highest probability down.
  for (std::size_t bin = bins.size(); bin-- > 0;) {
    const PooledCut edge =
        bin > 0 ? all.cuts[bin - 1] : PooledCut{all.positives, all.negatives, all.probability};
    bins[bin] = edge - above;
    above = edge;
  }
  return bins;
}

void FigureColumn::ProbabilityOf(std::span<const Pass> passes, std::size_t lane,
                                 double** next) const {
  const Pooled all = PoolOf(passes, lane);
  const double total = all.positives + all.negatives;
  const bool both = all.positives > 0 && all.negatives > 0;
  BinFigures bins(total, all.positives);
  std::vector<double> shares;
  for (const PooledCut& bin : BinsOf(all)) shares.push_back(bins.Add(bin));
  for (const double value :
       {total > 0 ? all.squared_error / total : kUndefined, bins.reliability(), bins.resolution(),
        bins.uncertainty(), total > 0 ? all.log_loss / total : kUndefined, bins.expected_error(),
        bins.maximum_error(), both ? InterceptOf(all) : kUndefined,
        both ? SlopeOf(all) : kUndefined}) {
    *(*next)++ = value;
  }
  for (std::size_t i = 0; i < plan_.thresholds.size(); ++i) {
    const Confusion confusion = all.At(places_.thresholds + i);
    const double sensitivity = confusion.Sensitivity().value();
    const double specificity = confusion.Specificity().value();
    const double prevalence = plan_.prevalence > 0 ? plan_.prevalence : all.positives / total;
    *(*next)++ = sensitivity;
    *(*next)++ = specificity;
    *(*next)++ = PositivePredictiveValue(sensitivity, specificity, prevalence).value();
    *(*next)++ = NegativePredictiveValue(sensitivity, specificity, prevalence).value();
    *(*next)++ = confusion.F1().value();
  }
  *next = std::ranges::copy(shares, *next).out;
  for (std::size_t i = 0; i < plan_.decision_thresholds.size(); ++i) {
    const PooledCut& cut = all.cuts[places_.decisions + i];
    *(*next)++ = NetBenefitOf(cut.positives, cut.negatives, total, plan_.decision_thresholds[i]);
  }
}

double FigureColumn::InterceptOf(const Pooled& all) const {
  return all.large[1] > 0 ? recalibration_.intercept + all.large[0] / all.large[1] : kUndefined;
}

double FigureColumn::SlopeOf(const Pooled& all) const {
  const auto& [score_a, score_b, aa, ab, bb] = all.line;
  const double determinant = aa * bb - ab * ab;
  if (!recalibration_reason_.empty() || !(determinant > 1e-14 * aa * bb)) return kUndefined;
  return recalibration_.slope + (aa * score_b - ab * score_a) / determinant;
}

void FigureColumn::FiguresOf(std::size_t seed, std::size_t lane, double* figures) const {
  const std::span<const Pass> passes =
      std::span(passes_).subspan(seed_begin_[seed], seed_begin_[seed + 1] - seed_begin_[seed]);
  double* next = figures;
  if (plan_.discrimination) DiscriminationOf(passes, lane, &next);
  if (plan_.probability) ProbabilityOf(passes, lane, &next);
}

void FigureColumn::Average(std::size_t lane, std::span<const int> seed_counts,
                           std::vector<double>* figures) const {
  std::vector<double> of_seed(series_.size());
  figures->assign(series_.size(), 0);
  double drawn = 0;
  for (std::size_t seed = 0; seed < seed_counts.size(); ++seed) {
    if (seed_counts[seed] == 0) continue;
    FiguresOf(seed, lane, of_seed.data());
    for (std::size_t i = 0; i < of_seed.size(); ++i) {
      (*figures)[i] += seed_counts[seed] * of_seed[i];
    }
    drawn += seed_counts[seed];
  }
  for (double& figure : *figures) figure = drawn > 0 ? figure / drawn : kUndefined;
}

void FigureColumn::MeasureWhole(const PatientCounts& everybody) {
  RunPasses(everybody);
  std::vector<double> figures;
  Average(0, std::vector<int>(seed_begin_.size() - 1, 1), &figures);
  if (plan_.probability && !passes_.empty()) whole_bins_ = MeanBins();
  for (std::size_t i = 0; i < series_.size(); ++i) {
    FigureSeries& series = series_[i];
    series.figure.value = figures[i];
    if (!std::isnan(figures[i])) continue;
    series.reason = one_class_reason_;
    if (series.reason.empty()) {
      series.reason = series.name == "calibration_slope" ? recalibration_reason_
                                                         : "no record is called positive";
    }
  }
}

std::vector<PooledCut> FigureColumn::MeanBins() const {
  const auto seed_count = static_cast<double>(seed_begin_.size() - 1);
  const std::vector<PooledCut> sums = BinsOf(PoolOf(passes_, 0));
  std::vector<PooledCut> means;
  for (const PooledCut& bin : sums) {
    means.push_back(
        {bin.positives / seed_count, bin.negatives / seed_count, bin.probability / seed_count});
  }
  return means;
}

void FigureColumn::MeasureResamples(const PatientCounts& counts, std::int64_t first, int lane_count,
                                    std::uint64_t seed) {
  RunPasses(counts);
  const std::size_t seed_count = seed_begin_.size() - 1;
  std::vector<double> figures;
  for (int lane = 0; lane < lane_count; ++lane) {
    const std::vector<int> drawn = DrawCounts(seed_count, seed, first + lane);
    Average(static_cast<std::size_t>(lane), drawn, &figures);
    for (std::size_t i = 0; i < series_.size(); ++i) {
      series_[i].figure.resampled.push_back(figures[i]);
    }
  }
}

void FigureColumn::MeasureJackknife(const PatientCounts& counts, int lane_count) {
  RunPasses(counts);
  std::vector<double> figures;
  for (int lane = 0; lane < lane_count; ++lane) {
    Average(static_cast<std::size_t>(lane), std::vector<int>(seed_begin_.size() - 1, 1), &figures);
    for (std::size_t i = 0; i < series_.size(); ++i) {
      series_[i].figure.jackknife.push_back(figures[i]);
    }
  }
}

const FigureSeries* FigureColumn::Find(std::string_view name) const {
  const auto found = std::ranges::find(series_, name, &FigureSeries::name);
  return found == series_.end() ? nullptr : &*found;
}

void MeasureAll(std::span<FigureColumn* const> columns, std::size_t patient_count,
                int bootstrap_count, std::uint64_t seed, bool jackknife) {
  PatientCounts counts(patient_count);
  for (FigureColumn* column : columns) column->MeasureWhole(counts);
  for (int first = 0; first < bootstrap_count; first += kLaneCount) {
    counts.Draw(seed, first);
    const int lane_count = std::min(kLaneCount, bootstrap_count - first);
    for (FigureColumn* column : columns) column->MeasureResamples(counts, first, lane_count, seed);
  }
  if (!jackknife) return;
  const std::size_t group_count = std::min(kJackknifeGroups, patient_count);
  for (std::size_t first = 0; first < group_count; first += kLaneCount) {
    counts.LeaveOut(first, group_count);
    const std::size_t lane_count = std::min<std::size_t>(kLaneCount, group_count - first);
    for (FigureColumn* column : columns) {
      column->MeasureJackknife(counts, static_cast<int>(lane_count));
    }
  }
}

}  // namespace pecg
