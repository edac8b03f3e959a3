#ifndef PECG_WORKER_EVALUATE_INTERVAL_H_
#define PECG_WORKER_EVALUATE_INTERVAL_H_

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// How an interval is made from resamples.
enum class IntervalMethod {
  kNone,
  kPercentile,  ///< Percentiles of the resampled figures. Efron & Tibshirani 1993, ch. 13.
  kBca,         ///< Bias-corrected and accelerated percentiles. Efron, JASA 82:171, 1987.
  kLogit,       ///< Normal on the logit scale, with the resamples' standard deviation there.
  kNewcombe,    ///< For an AUROC, without resamples. Newcombe, Stat. Med. 25:559, 2006, method 5.
};

/// `percentile`, `bca`, `logit`, `newcombe`; empty for kNone.
std::string_view NameOf(IntervalMethod method);

/// Both ends, or why there are none.
struct Interval {
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  IntervalMethod method = IntervalMethod::kNone;
  std::string reason;  ///< Empty when there is an interval.
};

/// One figure on the sample and on its resamples; NaN where it is not defined.
struct ResampledFigure {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> resampled;
  std::vector<double> jackknife;  ///< One group of patients left out each time; for kBca only.
};

/// `a` less `b`, resample by resample, which must be those of the same draws.
ResampledFigure Difference(const ResampledFigure& a, const ResampledFigure& b);

/// Each answers no interval, with the reason, where the value is not defined or where more than
/// half of the resamples have none; those that have none are left out.
Interval PercentileInterval(const ResampledFigure& figure, double confidence);
Interval BcaInterval(const ResampledFigure& figure, double confidence);
Interval LogitInterval(const ResampledFigure& figure, double confidence);  ///< Values in 0..1.

/// All values of an AUROC that are not refuted by `auroc`, observed on that many patients.
Interval NewcombeInterval(double auroc, double positives, double negatives, double confidence);

/// What a figure is.
enum class FigureScale {
  kAuroc,      ///< 0 to 1; Newcombe's interval can stand in.
  kShare,      ///< 0 to 1.
  kUnbounded,  ///< Anything, differences too.
};

/// Patients behind a figure, those of the rarer class.
inline constexpr double kManyPatients = 100;

/// Chooses by what tests/bench/evaluate/coverage shows (docs/statistics.md): percentiles where the
/// rarer class has at least kManyPatients patients, and for unbounded figures BCa below that; for
/// shares the logit scale below that. Where a share and all its resamples are 0 or 1, [1, 1] would
/// claim that there is no doubt: an AUROC then gets Newcombe's interval, another share none.
Interval ChooseInterval(const ResampledFigure& figure, FigureScale scale, double positives,
                        double negatives, double confidence);

/// Two-sided p of the hypothesis that the figure is 0: twice the smaller share of resamples on one
/// side of 0, each side counted with one more, as Davison & Hinkley 1997, section 4.2, do. NaN
/// where more than half of the resamples have no figure.
double TwoSidedP(const ResampledFigure& figure);

/// Adjusts p values for how many they are, keeping the order given; NaN stays and is not counted.
/// Source: Holm, Scand. J. Stat. 6:65, 1979.
std::vector<double> HolmAdjusted(const std::vector<double>& p_values);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_INTERVAL_H_
