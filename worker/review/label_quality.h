#ifndef PECG_WORKER_REVIEW_LABEL_QUALITY_H_
#define PECG_WORKER_REVIEW_LABEL_QUALITY_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "worker/review/probabilities.h"

/// Scores of how well a given label fits a prediction; low = doubtful. Source: Kuan & Mueller,
/// "Model-agnostic label quality scoring to detect real-world label errors", ICML DataPerf (2022).

namespace pecg {

/// With p the row, s the given label, H(p) = -sum p ln p / ln K:
enum class QualityScore : std::uint8_t {
  kSelfConfidence,    ///< p_s. Finds records that fit no class, too.
  kNormalizedMargin,  ///< (p_s - max of the others + 1) / 2. Finds swapped labels.
  /// With q = H(p) / max(p_s, 1e-6): ln(q + 1) / max(q, 1e-6). As in cleanlab a row of zeros and
  /// one 1 (H = 0) scores 0, the worst, whatever its label.
  kConfidenceWeightedEntropy,
};

/// Whether a class's threshold is taken off its probabilities before scoring, so that classes the
/// model is unsure of are not at a disadvantage: p - t + max t, scaled to sum 1 again.
enum class ThresholdAdjustment : std::uint8_t { kNone, kSubtract };

/// `self_confidence` and so on, as cleanlab spells them.
std::string_view NameOf(QualityScore score);
/// All of them, in the order of the enum.
std::span<const std::string_view> QualityScoreNames();
/// Throws Error::kBadInput for a name that is none, with the names as hint.
QualityScore QualityScoreOf(std::string_view name);

/// Scores every record, `[N]`. `labels` `[N]`, 0..K-1, K >= 2. Throws as FindLabelIssues, except
/// that one class is enough, and Error::kBadInput for entropy with adjustment, which is not
/// defined.
std::vector<double> LabelQualityScores(std::span<const std::int32_t> labels,
                                       const Probabilities& probabilities, QualityScore score,
                                       ThresholdAdjustment adjustment);

/// Rows p - t + max t, each scaled to sum 1, `[N, K]` row-major. `thresholds` `[K]`.
std::vector<double> SubtractThresholds(const Probabilities& probabilities,
                                       std::span<const double> thresholds);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_LABEL_QUALITY_H_
