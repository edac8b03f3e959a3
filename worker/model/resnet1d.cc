#include "worker/model/resnet1d.h"

#include <vector>

#include "worker/ecg/lead.h"

namespace pecg {
namespace {

namespace nn = torch::nn;

constexpr int kStageCount = 4;
constexpr int kDemographicWidth = 16;

nn::Conv1d MakeConv(int inputs, int outputs, int kernel_size, int stride) {
  return nn::Conv1d(nn::Conv1dOptions(inputs, outputs, kernel_size)
                        .stride(stride)
                        .padding(kernel_size / 2)
                        .bias(false));
}

/// Two convolutions beside a shortcut. With `stride` 2 the shortcut averages pairs of samples
/// before its 1-wide convolution, so that no sample is dropped.
class ResidualBlock : public nn::Module {
 public:
  ResidualBlock(int inputs, int outputs, int kernel_size, int stride)
      : first_conv_(register_module("first_conv", MakeConv(inputs, outputs, kernel_size, stride))),
        first_norm_(register_module("first_norm", nn::BatchNorm1d(outputs))),
        second_conv_(register_module("second_conv", MakeConv(outputs, outputs, kernel_size, 1))),
        second_norm_(register_module("second_norm", nn::BatchNorm1d(outputs))) {
    if (stride > 1) {
      pool_ = register_module(
          "pool", nn::AvgPool1d(nn::AvgPool1dOptions(stride).stride(stride).ceil_mode(true)));
    }
    if (inputs != outputs) {
      shortcut_conv_ = register_module("shortcut_conv", MakeConv(inputs, outputs, 1, 1));
      shortcut_norm_ = register_module("shortcut_norm", nn::BatchNorm1d(outputs));
    }
    // Each block starts as the identity (Goyal et al., arXiv:1706.02677, section 5.1).
    nn::init::zeros_(second_norm_->weight);
  }

  // [B, inputs, S] -> [B, outputs, ceil(S / stride)]
  torch::Tensor forward(const torch::Tensor& input) {
    torch::Tensor shortcut = pool_.is_empty() ? input : pool_->forward(input);
    if (!shortcut_conv_.is_empty()) {
      shortcut = shortcut_norm_->forward(shortcut_conv_->forward(shortcut));
    }
    const torch::Tensor hidden = torch::relu(first_norm_->forward(first_conv_->forward(input)));
    return torch::relu(second_norm_->forward(second_conv_->forward(hidden)) + shortcut);
  }

 private:
  nn::Conv1d first_conv_;
  nn::BatchNorm1d first_norm_;
  nn::Conv1d second_conv_;
  nn::BatchNorm1d second_norm_;
  nn::AvgPool1d pool_ = nullptr;
  nn::Conv1d shortcut_conv_ = nullptr;
  nn::BatchNorm1d shortcut_norm_ = nullptr;
};

class ResNet1d : public Network {
 public:
  explicit ResNet1d(const NetworkConfig& config)
      : demographic_count_(config.demographic_count),
        stem_(register_module("stem",
                              MakeConv(kLeadCount, config.base_channels, config.kernel_size, 2))),
        mask_embedding_(
            register_module("mask_embedding", nn::Linear(kLeadCount, config.base_channels))),
        stem_norm_(register_module("stem_norm", nn::BatchNorm1d(config.base_channels))),
        dropout_(register_module("dropout", nn::Dropout(config.dropout))) {
    int inputs = config.base_channels;
    for (int stage = 0; stage < kStageCount; ++stage) {
      const int outputs = config.base_channels << stage;
      for (int block = 0; block < config.blocks_per_stage; ++block) {
        const int stride = stage > 0 && block == 0 ? 2 : 1;
        blocks_.push_back(register_module(
            "stage" + std::to_string(stage) + "_block" + std::to_string(block),
            std::make_shared<ResidualBlock>(inputs, outputs, config.kernel_size, stride)));
        inputs = outputs;
      }
    }
    int features = 2 * inputs;
    if (demographic_count_ > 0) {
      demographics_ =
          register_module("demographics", nn::Linear(demographic_count_, kDemographicWidth));
      features += kDemographicWidth;
    }
    head_ = register_module("head", nn::Linear(features, config.target_count));
    InitialiseConvolutions();
  }

  torch::Tensor Forward(const NetworkInput& input) override {
    TORCH_CHECK(input.signal.dim() == 3 && input.signal.size(1) == kLeadCount,
                "expected [B, 12, S], got ", input.signal.sizes());
    const torch::Tensor present = input.lead_mask.unsqueeze(-1);  // [B, 12, 1]
    const torch::Tensor leads =
        torch::where(present > 0, input.signal, torch::zeros_like(input.signal));
    const torch::Tensor layout = mask_embedding_->forward(input.lead_mask).unsqueeze(-1);
    torch::Tensor features =
        torch::relu(stem_norm_->forward(stem_->forward(leads) + layout));          // [B, C, S/2]
    for (const auto& block : blocks_) features = block->forward(features);         // [B, 8C, S/16]
    torch::Tensor pooled = torch::cat({features.amax(-1), features.mean(-1)}, 1);  // [B, 16C]
    if (demographic_count_ > 0) {
      pooled = torch::cat({pooled, torch::relu(demographics_->forward(input.demographics))}, 1);
    }
    return head_->forward(dropout_->forward(pooled));  // [B, T]
  }

 private:
  void InitialiseConvolutions() {
    for (const auto& module : modules(/*include_self=*/false)) {
      if (auto* conv = module->as<nn::Conv1d>()) {
        nn::init::kaiming_normal_(conv->weight, 0.0, torch::kFanOut, torch::kReLU);
      }
    }
  }

  int demographic_count_;
  nn::Conv1d stem_;
  nn::Linear mask_embedding_;
  nn::BatchNorm1d stem_norm_;
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
  nn::Linear demographics_ = nullptr;
  nn::Dropout dropout_;
  nn::Linear head_ = nullptr;
};

}  // namespace

std::shared_ptr<Network> MakeResNet1d(const NetworkConfig& config) {
  return std::make_shared<ResNet1d>(config);
}

}  // namespace pecg
