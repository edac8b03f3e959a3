#ifndef PECG_WORKER_REVIEW_LATENT_NOISE_H_
#define PECG_WORKER_REVIEW_LATENT_NOISE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/square_matrix.h"

namespace pecg {

/// What the confident joint says about how labels went wrong.
struct LatentNoise {
  std::vector<double> true_prior;  ///< `[K]`, P(true = y), at least 1e-5 before scaling to sum 1.
  RealMatrix noise;                ///< (s, y): P(given = s | true = y); columns sum to 1.
  RealMatrix inverse_noise;        ///< (y, s): P(true = y | given = s); columns sum to 1.
};

/// Estimates prior and noise rates from the calibrated `counts`, each by counting; noise rates are
/// clipped to 0..0.9999. The prior is P(given) * P(true = k | given = k) / P(given = k | true = k),
/// which uses the diagonals only and so bears badly estimated rates (cleanlab's method "cnt",
/// without its iteration to convergence). `label_counts` `[K]`: records per given class, N > 0 in
/// all. Source: Northcutt, Jiang & Chuang 2021, section 3.1; Northcutt, Wu & Chuang, "Learning with
/// Confident Examples", UAI (2017).
LatentNoise EstimateLatentNoise(const CountMatrix& counts,
                                std::span<const std::int64_t> label_counts);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_LATENT_NOISE_H_
