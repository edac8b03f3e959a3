#ifndef PECG_WORKER_MODEL_TENSOR_FILE_H_
#define PECG_WORKER_MODEL_TENSOR_FILE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/file/safetensors.h"
#include "worker/model/network.h"

namespace pecg {

using NamedTensor = std::pair<std::string, torch::Tensor>;

/// Parameters, then buffers, under their names in the module: `stage0_block0.first_conv.weight`.
/// The tensors share the module's memory.
std::vector<NamedTensor> StateOf(const torch::nn::Module& module);

/// Copies of the tensors on the CPU, contiguous and detached.
std::vector<NamedTensor> CopyToCpu(const std::vector<NamedTensor>& tensors);

/// Writes the tensors, which may lie on any device, as one safetensors file, by rename.
/// Throws Error::kDiskFull, kIo; kUnsupported for an element type the format lacks.
void WriteTensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

/// Reads the tensors whose name begins with `prefix`, which is cut off.
std::vector<NamedTensor> ReadTensors(const SafetensorsFile& file, std::string_view prefix);

/// Copies `values` into `state` by name, each to its own device. Throws Error::kCorruptData naming
/// `where` and the tensor that is missing, left over, or of another shape or element type.
void AssignTensors(const std::vector<NamedTensor>& values, const std::string& where,
                   const std::vector<NamedTensor>& state);

/// Builds the network of a model folder with its weights, on the CPU and in evaluation mode.
/// Throws as ReadModelCard, MakeNetwork and AssignTensors.
std::shared_ptr<Network> LoadNetwork(const std::filesystem::path& folder);

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_TENSOR_FILE_H_
