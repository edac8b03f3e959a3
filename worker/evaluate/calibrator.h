#ifndef PECG_WORKER_EVALUATE_CALIBRATOR_H_
#define PECG_WORKER_EVALUATE_CALIBRATOR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "worker/evaluate/isotonic.h"
#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/recalibration.h"

namespace pecg {

/// Makes a probability of a logit. Value type, thread-safe to use.
struct Calibrator {
  enum class Kind {
    kTemperature,  ///< 1 / (1 + e^(-logit / T)): keeps 0.5 where it is. Guo et al., ICML 2017.
    kPlatt,        ///< 1 / (1 + e^-(a + b logit)). Platt, Adv. Large Margin Classif., 1999.
    kIsotonic,     ///< Any function that does not fall. Zadrozny & Elkan, KDD 2002.
  };
  Kind kind = Kind::kPlatt;
  LogisticLine line;      ///< Of kTemperature (intercept 0, slope 1/T) and kPlatt.
  IsotonicLine isotonic;  ///< Of kIsotonic: probability over logit.

  /// 0 to 1.
  double Apply(double logit) const;
};

/// `temperature`, `platt`, `isotonic`.
std::string_view NameOf(Calibrator::Kind kind);

/// What was fitted for one target, on records its model was not fitted to.
struct FittedCalibrators {
  std::int64_t record_count = 0;
  std::int64_t positive_count = 0;
  std::map<Calibrator::Kind, Calibrator> by_kind;
  std::string reason;  ///< Why there is none; empty when there are.

  /// The one that figures and users take: Platt's, whose two parameters suit the few hundred
  /// records of an inner validation. Empty where there is none.
  std::optional<Calibrator> Chosen() const;
};

/// Fits all kinds to logits. Platt's truths are pulled inwards as in his paper, (N+ + 1) / (N+ + 2)
/// and 1 / (N- + 2), so that separated classes have a fit too. There is none for one class only, or
/// where a higher logit does not mean a higher probability.
FittedCalibrators FitCalibrators(const LabelledScores& logits);

/// Calibrators of several targets as one JSON object, by target; what FormatCalibrators writes,
/// ParseCalibrators reads, to the last bit. Throws Error::kCorruptData naming `where`.
std::string FormatCalibrators(const std::map<std::string, FittedCalibrators>& by_target);
std::map<std::string, FittedCalibrators> ParseCalibrators(std::string_view json,
                                                          const std::string& where);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_CALIBRATOR_H_
