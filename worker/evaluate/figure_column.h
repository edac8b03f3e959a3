#ifndef PECG_WORKER_EVALUATE_FIGURE_COLUMN_H_
#define PECG_WORKER_EVALUATE_FIGURE_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/evaluate/interval.h"
#include "worker/evaluate/ordered_pass.h"
#include "worker/evaluate/patient_counts.h"

namespace pecg {

/// The records that one model scored. Models of one cross-validation differ in `fold`; trainings of
/// the same with another seed of the random numbers differ in `seed`.
struct ScoredPart {
  int seed = 0;
  int fold = 0;
  PatientSample sample;
};

/// Which figures a FigureColumn has.
struct ColumnPlan {
  /// AUROC, AUPRC, sensitivity at 95 % specificity, its predictive values, the reverse, Youden.
  bool discrimination = false;
  /// Brier score and its parts, log loss, calibration errors, recalibration, figures at
  /// `thresholds`, net benefits: scores must be probabilities.
  bool probability = false;
  bool auroc_only = false;                  ///< Of discrimination, the AUROC alone.
  std::vector<double> thresholds;           ///< Probabilities.
  std::vector<double> decision_thresholds;  ///< Probabilities, exclusive of 0 and 1.
  int bin_count = 10;                       ///< Of equal width, for calibration figures.
  double prevalence = 0;                    ///< For predictive values; 0 = the sample's own.
};

/// Sums over the records above a cut, or in a bin.
struct PooledCut {
  double positives = 0;
  double negatives = 0;
  double probability = 0;  ///< Weighted sum of the scores.
};

/// One figure of a column.
struct FigureSeries {
  std::string name;
  FigureScale scale = FigureScale::kShare;
  ResampledFigure figure;
  std::string reason;  ///< Why it is not defined; empty when it is.
};

/// All figures of one set of scores, over any weighting of the patients.
///
/// A figure of discrimination is the mean over folds of the figure within each fold (folds with one
/// class only are left out), so that scores of different models are never compared; those of
/// probabilities are computed over all folds together. Either is then averaged over seeds, each
/// weighted as often as it was drawn. Not thread-safe.
class FigureColumn {
 public:
  /// Throws Error::kBadInput for a label other than 0 and 1, a score that is not finite or, where
  /// the plan needs probabilities, lies outside 0..1.
  FigureColumn(std::span<const ScoredPart> parts, std::size_t patient_count, ColumnPlan plan);

  /// The figures on the sample itself; to be called once, first.
  void MeasureWhole(const PatientCounts& everybody);
  /// Appends resamples, lanes 0 to `lane_count` - 1. `first`: number of the resample in lane 0.
  void MeasureResamples(const PatientCounts& counts, std::int64_t first, int lane_count,
                        std::uint64_t seed);
  /// Appends what the figures are without some of the patients.
  void MeasureJackknife(const PatientCounts& counts, int lane_count);

  /// The bins of the sample itself, by probability, averaged over seeds; `[bin_count]`, empty
  /// without probabilities. After MeasureWhole.
  const std::vector<PooledCut>& WholeBins() const { return whole_bins_; }

  /// In the plan's order.
  const std::vector<FigureSeries>& series() const { return series_; }
  /// Null when there is no figure of that name.
  const FigureSeries* Find(std::string_view name) const;

 private:
  struct Pass {
    int seed;
    OrderedPass pass;
    PassSums sums;
  };
  /// Where in PassSums::cuts things are.
  struct CutPlaces {
    std::size_t bins = 0;
    std::size_t thresholds = 0;
    std::size_t decisions = 0;
    std::vector<Cut> cuts;
  };

  struct Pooled;

  Pooled PoolOf(std::span<const Pass> passes, std::size_t lane) const;
  std::vector<PooledCut> BinsOf(const Pooled& all) const;
  std::vector<PooledCut> MeanBins() const;
  void Name();
  void RunPasses(const PatientCounts& counts);
  /// Figures of one lane, one seed; `figures` `[series]`.
  void FiguresOf(std::size_t seed, std::size_t lane, double* figures) const;
  void DiscriminationOf(std::span<const Pass> passes, std::size_t lane, double** next) const;
  void ProbabilityOf(std::span<const Pass> passes, std::size_t lane, double** next) const;
  double InterceptOf(const Pooled& all) const;
  double SlopeOf(const Pooled& all) const;
  /// Figures averaged over seeds that count `seed_counts` times.
  void Average(std::size_t lane, std::span<const int> seed_counts,
               std::vector<double>* figures) const;

  ColumnPlan plan_;
  CutPlaces places_;
  std::vector<Pass> passes_;             // By seed, then fold.
  std::vector<std::size_t> seed_begin_;  // Of passes_; one more than there are seeds.
  RecalibrationPoint recalibration_;
  std::string one_class_reason_;
  std::string recalibration_reason_;
  std::vector<FigureSeries> series_;
  std::vector<PooledCut> whole_bins_;
};

/// Runs every column over the sample, `bootstrap_count` resamples and, when `jackknife`, over
/// groups of patients left out; the same draws for all columns, so that their figures can be
/// compared within each resample.
void MeasureAll(std::span<FigureColumn* const> columns, std::size_t patient_count,
                int bootstrap_count, std::uint64_t seed, bool jackknife);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_FIGURE_COLUMN_H_
