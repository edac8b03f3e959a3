#ifndef PECG_WORKER_EVALUATE_RELIABILITY_H_
#define PECG_WORKER_EVALUATE_RELIABILITY_H_

#include <vector>

#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/measure.h"

namespace pecg {

/// How probabilities are grouped into bins. Edges are 0, ..., 1; a probability that equals an inner
/// edge belongs to the lower bin, as in scikit-learn's calibration_curve.
enum class Binning {
  kUniform,   ///< Bins of equal width.
  kQuantile,  ///< Bins of about equally many records; weights play no part in where the edges lie.
};

/// Inner edges of `bin_count` bins, ascending, `[bin_count - 1]`; quantiles are linear between
/// neighbours, as numpy.percentile has them. `probabilities` are not read for kUniform.
std::vector<double> InnerEdges(Binning binning, int bin_count,
                               const std::vector<double>& probabilities);

/// The records whose probabilities lie in one bin.
struct ReliabilityBin {
  double weight = 0;
  double mean_probability = 0;
  double observed_share = 0;  ///< Weighted share of positives.
};

/// The bins that hold any record, in ascending order of probability. Empty for scores that are no
/// probabilities. Source: scikit-learn 1.2.1, calibration_curve.
std::vector<ReliabilityBin> ReliabilityCurve(const LabelledScores& sample, Binning binning,
                                             int bin_count);

/// Expected calibration error: mean over bins, by weight, of |mean probability - observed share|.
/// Source: Naeini, Cooper & Hauskrecht, AAAI 2015.
Measure ExpectedCalibrationError(const LabelledScores& sample, Binning binning, int bin_count);

/// The largest |mean probability - observed share| of any bin. Same source.
Measure MaximumCalibrationError(const LabelledScores& sample, Binning binning, int bin_count);

/// Mean squared difference of probability and truth. Source: Brier, Mon. Weather Rev. 78:1, 1950.
Measure BrierScore(const LabelledScores& sample);

/// Mean of -ln(probability given to what happened); probabilities are kept 2^-52 away from 0 and 1,
/// as scikit-learn 1.2.1 does for double precision.
Measure LogLoss(const LabelledScores& sample);

/// Brier = reliability - resolution + uncertainty + within_bin.
struct BrierDecomposition {
  double reliability = 0;  ///< Mean squared gap of mean probability and observed share of the bins.
  double resolution = 0;   ///< Variance of the bins' observed shares.
  double uncertainty = 0;  ///< prevalence * (1 - prevalence).
  /// What the bins' own spread adds: variance of the probabilities within bins less twice their
  /// covariance with the truth. 0 when all records of a bin have one probability.
  double within_bin = 0;
};

/// Sources: Murphy, J. Appl. Meteorol. 12:595, 1973; within-bin terms: Stephenson, Coelho &
/// Jolliffe, Weather Forecast. 23:752, 2008. All zeros for scores that are no probabilities.
BrierDecomposition DecomposeBrier(const LabelledScores& sample, Binning binning, int bin_count);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_RELIABILITY_H_
