#ifndef PECG_WORKER_MODEL_NETWORK_H_
#define PECG_WORKER_MODEL_NETWORK_H_

#include <memory>

#include "worker/model/network_config.h"
#include "worker/model/torch.h"

namespace pecg {

/// What every network takes, on one device, float32.
struct NetworkInput {
  torch::Tensor signal;        ///< [B, 12, S], leads I..V6, scaled; a missing lead holds anything.
  torch::Tensor lead_mask;     ///< [B, 12], 1 where the lead is present, else 0.
  torch::Tensor demographics;  ///< [B, D]; undefined when the network takes none.
};

/// A network from crops to logits. The parameters' and buffers' names are the weight file's names.
class Network : public torch::nn::Module {
 public:
  /// Returns logits, [B, T]. They do not depend on what `signal` holds where `lead_mask` is 0.
  virtual torch::Tensor Forward(const NetworkInput& input) = 0;
};

/// Builds the network `config` describes, on the CPU, initialised from LibTorch's generator.
/// Throws Error::kBadInput for a variant that is not registered or a bad field.
std::shared_ptr<Network> MakeNetwork(const NetworkConfig& config);

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_NETWORK_H_
