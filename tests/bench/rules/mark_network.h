#ifndef PECG_TESTS_BENCH_RULES_MARK_NETWORK_H_
#define PECG_TESTS_BENCH_RULES_MARK_NETWORK_H_

#include <Eigen/Core>
#include <string>

namespace pecg {

/// What one kind of mark is fitted on.
struct MarkExamples {
  Eigen::MatrixXf inputs;  ///< [N, inputs], one row per mark.
  Eigen::VectorXf shifts;  ///< [N], widths.
};

/// The network of worker/signal/mark_model.h, to be fitted: inputs, a layer of softsign units, the
/// shift and the logarithm of its expected error.
class MarkNetwork {
 public:
  /// Fits by Adam over `epochs` passes in batches of 256: Huber loss of the shift, from 0.35 widths
  /// on linear, and the Laplace likelihood of its error; weight decay and noise on the standardized
  /// inputs keep it from learning records by heart. Deterministic in `seed`.
  /// Source: Kingma & Ba, Adam, ICLR 2015.
  MarkNetwork(const MarkExamples& examples, int hidden_units, int epochs, unsigned seed);

  /// Returns [N, 2]: shift and expected error, widths.
  Eigen::MatrixXf Apply(const Eigen::MatrixXf& inputs) const;

  /// The initializer of one MarkWeights, see mark_model.cc.
  std::string Text() const;

 private:
  /// Works centre and scale of the inputs into the first layer.
  void TakeInScale(const Eigen::RowVectorXf& centre, const Eigen::RowVectorXf& scale);

  Eigen::MatrixXf first_;      // [inputs, hidden]
  Eigen::RowVectorXf bias_;    // [hidden]
  Eigen::MatrixXf second_;     // [hidden, 2]
  Eigen::RowVectorXf output_;  // [2]
};

}  // namespace pecg

#endif  // PECG_TESTS_BENCH_RULES_MARK_NETWORK_H_
