#ifndef PECG_WORKER_MODEL_NETWORK_CONFIG_H_
#define PECG_WORKER_MODEL_NETWORK_CONFIG_H_

#include <string>
#include <vector>

namespace pecg {

/// Everything that decides the shape of a network: enough to build it again for its weights.
struct NetworkConfig {
  std::string variant = "resnet1d";  ///< A name of the registry in network.cc.
  int target_count = 0;              ///< T, logits per record; at least 1.
  int base_channels = 32;     ///< Channels of the first stage, doubled in each of the next 3.
  int blocks_per_stage = 2;   ///< Residual blocks in each of the 4 stages.
  int kernel_size = 7;        ///< Convolution width in samples; odd.
  double dropout = 0.2;       ///< Before the last layer; 0 <= dropout < 1.
  int demographic_count = 0;  ///< D, inputs beside the signal; 0 = the signal alone.

  friend bool operator==(const NetworkConfig&, const NetworkConfig&) = default;
};

/// Names of the registry in network.cc.
std::vector<std::string> NetworkVariants();

/// Throws Error::kBadInput naming the first field that is out of its range.
void CheckNetworkConfig(const NetworkConfig& config);

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_NETWORK_CONFIG_H_
