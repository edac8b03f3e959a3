#include "tests/bench/rules/mark_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <random>
#include <vector>

namespace pecg {
namespace {

constexpr Eigen::Index kBatch = 256;
constexpr float kHuber = 0.35F;
constexpr float kInputNoise = 0.15F;
constexpr float kDecay = 1e-3F;
constexpr float kStep = 3e-3F;
constexpr float kErrorWeight = 0.02F;

/// One parameter matrix under Adam.
class Adam {
 public:
  explicit Adam(Eigen::MatrixXf start)
      : value(std::move(start)),
        mean_(Eigen::MatrixXf::Zero(value.rows(), value.cols())),
        square_(mean_) {}

  void Step(const Eigen::MatrixXf& gradient, float rate, int count) {
    mean_ = 0.9F * mean_ + 0.1F * gradient;
    square_ = 0.999F * square_ + 0.001F * gradient.cwiseAbs2();
    const float mean_scale = 1 - std::pow(0.9F, static_cast<float>(count));
    const float square_scale = 1 - std::pow(0.999F, static_cast<float>(count));
    value.array() -=
        rate * (mean_.array() / mean_scale) / ((square_.array() / square_scale).sqrt() + 1e-8F);
  }

  Eigen::MatrixXf value;

 private:
  Eigen::MatrixXf mean_;
  Eigen::MatrixXf square_;
};

Eigen::MatrixXf Softsign(const Eigen::MatrixXf& x) {
  return (x.array() / (1 + x.array().abs())).matrix();
}

Eigen::MatrixXf Normal(Eigen::Index rows, Eigen::Index columns, float scale, std::mt19937* random) {
  std::normal_distribution<float> normal(0, scale);
  return Eigen::MatrixXf::NullaryExpr(rows, columns, [&] { return normal(*random); });
}

/// Gradient of both outputs, [B, 2].
Eigen::MatrixXf OutputGradient(const Eigen::MatrixXf& outputs, const Eigen::VectorXf& truth) {
  Eigen::MatrixXf gradient(outputs.rows(), 2);
  const auto count = static_cast<float>(outputs.rows());
  for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
    const float error = outputs(i, 0) - truth(i);
    const float expected = std::exp(std::clamp(outputs(i, 1), -6.0F, 2.0F));
    gradient(i, 0) = std::clamp(error, -kHuber, kHuber) / count;
    gradient(i, 1) =
        std::clamp(kErrorWeight * (1 - std::abs(error) / expected), -0.1F, 0.1F) / count;
  }
  return gradient;
}

std::string Row(const Eigen::RowVectorXf& values) {
  std::string text = "{";
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    text += fmt::format("{}{:.5e}F", i == 0 ? "" : ", ", values(i));
  }
  return text + "}";
}

}  // namespace

MarkNetwork::MarkNetwork(const MarkExamples& examples, int hidden_units, int epochs,
                         unsigned seed) {
  std::mt19937 random(seed);
  const Eigen::Index count = examples.inputs.rows();
  const Eigen::Index width = examples.inputs.cols();
  const Eigen::RowVectorXf centre = examples.inputs.colwise().mean();
  const Eigen::MatrixXf centred = examples.inputs.rowwise() - centre;
  const Eigen::RowVectorXf scale =
      ((centred.cwiseAbs2().colwise().mean()).array().sqrt() + 0.05F).matrix();
  const Eigen::MatrixXf standard = centred * scale.cwiseInverse().asDiagonal();
  const auto inner = static_cast<float>(hidden_units);
  Adam first(Normal(width, hidden_units, 1 / std::sqrt(static_cast<float>(width)), &random));
  Adam bias(Eigen::MatrixXf::Zero(1, hidden_units));
  Adam second(Normal(hidden_units, 2, 1 / std::sqrt(inner), &random));
  Adam output(Eigen::MatrixXf::Zero(1, 2));
  second.value.col(1) *= 0.1F;
  output.value(0, 1) = -2;
  std::vector<Eigen::Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  const auto batches = static_cast<int>(count / kBatch);
  Eigen::MatrixXf x(kBatch, width);
  Eigen::VectorXf truth(kBatch);
  int step = 0;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::ranges::shuffle(order, random);
    for (int batch = 0; batch < batches; ++batch) {
      for (Eigen::Index i = 0; i < kBatch; ++i) {
        const Eigen::Index k = order[static_cast<std::size_t>(batch * kBatch + i)];
        x.row(i) = standard.row(k);
        truth(i) = std::clamp(examples.shifts(k), -1.0F, 1.0F);
      }
      x += Normal(kBatch, width, kInputNoise, &random);
      const Eigen::MatrixXf hidden =
          Softsign((x * first.value).rowwise() + Eigen::RowVectorXf(bias.value));
      const Eigen::MatrixXf outputs =
          (hidden * second.value).rowwise() + Eigen::RowVectorXf(output.value);
      const Eigen::MatrixXf gradient = OutputGradient(outputs, truth);
      const Eigen::MatrixXf inside =
          ((gradient * second.value.transpose()).array() * (1 - hidden.array().abs()).square())
              .matrix();
      ++step;
      const float progress = static_cast<float>(step) / static_cast<float>(epochs * batches);
      const float rate = kStep * (1 + std::cos(std::numbers::pi_v<float> * progress)) / 2;
      first.Step(x.transpose() * inside + kDecay * first.value, rate, step);
      bias.Step(inside.colwise().sum(), rate, step);
      second.Step(hidden.transpose() * gradient + kDecay * second.value, rate, step);
      output.Step(gradient.colwise().sum(), rate, step);
    }
  }
  first_ = first.value;
  bias_ = bias.value;
  second_ = second.value;
  output_ = output.value;
  TakeInScale(centre, scale);
}

void MarkNetwork::TakeInScale(const Eigen::RowVectorXf& centre, const Eigen::RowVectorXf& scale) {
  first_ = scale.cwiseInverse().asDiagonal() * first_;
  bias_ -= centre * first_;
}

Eigen::MatrixXf MarkNetwork::Apply(const Eigen::MatrixXf& inputs) const {
  Eigen::MatrixXf outputs = (Softsign((inputs * first_).rowwise() + bias_) * second_);
  outputs.rowwise() += output_;
  outputs.col(1) = outputs.col(1).cwiseMax(-6.0F).cwiseMin(2.0F).array().exp().matrix();
  return outputs;
}

std::string MarkNetwork::Text() const {
  std::string text = "{{{";
  for (Eigen::Index i = 0; i < first_.rows(); ++i) {
    text += (i == 0 ? "" : ",\n  ") + Row(first_.row(i));
  }
  return text + "}},\n " + Row(bias_) + ",\n " + Row(second_.col(0).transpose()) + ",\n " +
         Row(second_.col(1).transpose()) +
         fmt::format(",\n {:.5e}F, {:.5e}F}}", output_(0), output_(1));
}

}  // namespace pecg
