#ifndef PECG_WORKER_MODEL_TORCH_H_
#define PECG_WORKER_MODEL_TORCH_H_

/// The only file that includes LibTorch (a file that includes it costs some 20 s to compile).
/// Differences between LibTorch 1.13 (Debian 12) and 2.x are dealt with here and in device.cc.

// clang rejects LibTorch 1.13's headers in C++20 unless IValue is complete first.
// clang-format off
#include <ATen/core/ivalue.h>  // IWYU pragma: export
#include <torch/torch.h>       // IWYU pragma: export
// clang-format on

#endif  // PECG_WORKER_MODEL_TORCH_H_
