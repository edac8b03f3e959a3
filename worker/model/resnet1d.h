#ifndef PECG_WORKER_MODEL_RESNET1D_H_
#define PECG_WORKER_MODEL_RESNET1D_H_

#include <memory>

#include "worker/model/network.h"

namespace pecg {

/// Residual network over time (He et al., CVPR 2016, in one dimension; widths and the pooled head
/// follow Strodthoff et al., "Deep Learning for ECG Analysis", IEEE JBHI 25:1519, 2021):
///
///   leads [B, 12, S], zeroed where missing
///   stem: conv k/2 -> C, plus an embedding of the lead mask; batch norm, ReLU      [B, C, S/2]
///   4 stages of residual blocks, C, 2C, 4C, 8C; each stage but the first halves time [B, 8C, S/16]
///   concatenated maximum and mean over time                                        [B, 16C]
///   (with demographics: D -> 16, ReLU, concatenated)                               [B, 16C + 16]
///   dropout, linear                                                                [B, T]
///
/// The mask enters as a learnt offset per lead and channel (linear 12 -> C added to the stem's
/// output). That is what 12 further constant input channels would amount to, without their cost and
/// without their artefacts at a crop's ends. So a missing lead is told apart from a flat one.
std::shared_ptr<Network> MakeResNet1d(const NetworkConfig& config);

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_RESNET1D_H_
