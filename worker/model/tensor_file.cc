#include "worker/model/tensor_file.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <map>
#include <sstream>

#include "worker/ecg/error.h"
#include "worker/model/model_card.h"

namespace pecg {
namespace {

struct TypePair {
  TensorType stored;
  torch::ScalarType computed;
};

/// The element types networks and optimisers have.
constexpr std::array kTypes = {
    TypePair{TensorType::kF32, torch::kFloat32}, TypePair{TensorType::kF64, torch::kFloat64},
    TypePair{TensorType::kI64, torch::kInt64},   TypePair{TensorType::kU8, torch::kUInt8},
    TypePair{TensorType::kF16, torch::kFloat16}, TypePair{TensorType::kBF16, torch::kBFloat16},
};

TensorType StoredTypeOf(const NamedTensor& tensor) {
  for (const TypePair& pair : kTypes) {
    if (pair.computed == tensor.second.scalar_type()) return pair.stored;
  }
  throw Error(Error::Kind::kUnsupported,
              fmt::format("element type of tensor {} cannot be stored", tensor.first));
}

torch::Tensor ToTensor(const std::string& name, const TensorView& view) {
  for (const TypePair& pair : kTypes) {
    if (pair.stored != view.type) continue;
    torch::Tensor tensor = torch::empty(view.shape, pair.computed);
    if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
    return tensor;
  }
  throw Error(Error::Kind::kUnsupported,
              fmt::format("tensor {} has element type {}", name, NameOf(view.type)));
}

std::string Describe(const torch::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.scalar_type() << " " << tensor.sizes();
  return text.str();
}

}  // namespace

std::vector<NamedTensor> StateOf(const torch::nn::Module& module) {
  std::vector<NamedTensor> state;
  for (const auto& item : module.named_parameters()) state.emplace_back(item.key(), item.value());
  for (const auto& item : module.named_buffers()) state.emplace_back(item.key(), item.value());
  return state;
}

std::vector<NamedTensor> CopyToCpu(const std::vector<NamedTensor>& tensors) {
  std::vector<NamedTensor> copies;
  copies.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) {
    copies.emplace_back(
        name, tensor.detach().to(torch::kCPU, /*non_blocking=*/false, /*copy=*/true).contiguous());
  }
  return copies;
}

void WriteTensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors) {
  const std::vector<NamedTensor> copies = CopyToCpu(tensors);
  SafetensorsWriter writer;
  for (const NamedTensor& named : copies) {
    const torch::Tensor& tensor = named.second;
    writer.AddBytes(named.first, StoredTypeOf(named), tensor.sizes().vec(),
                    {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()});
  }
  writer.Write(path);
}

std::vector<NamedTensor> ReadTensors(const SafetensorsFile& file, std::string_view prefix) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, view] : file.tensors()) {
    if (name.starts_with(prefix)) {
      tensors.emplace_back(name.substr(prefix.size()), ToTensor(name, view));
    }
  }
  return tensors;
}

void AssignTensors(const std::vector<NamedTensor>& values, const std::string& where,
                   const std::vector<NamedTensor>& state) {
  std::map<std::string, torch::Tensor> left(values.begin(), values.end());
  const torch::NoGradGuard no_grad;
  for (const auto& [name, target] : state) {
    const auto found = left.find(name);
    if (found == left.end()) {
      throw Error(Error::Kind::kCorruptData, fmt::format("tensor {} is missing", name), where);
    }
    const torch::Tensor& value = found->second;
    if (value.sizes() != target.sizes() || value.scalar_type() != target.scalar_type()) {
      throw Error(
          Error::Kind::kCorruptData,
          fmt::format("tensor {} is {}, expected {}", name, Describe(value), Describe(target)),
          where);
    }
    torch::Tensor(target).copy_(value);
    left.erase(found);
  }
  if (!left.empty()) {
    throw Error(Error::Kind::kCorruptData,
                fmt::format("tensor {} belongs to another network", left.begin()->first), where);
  }
}

std::shared_ptr<Network> LoadNetwork(const std::filesystem::path& folder) {
  const ModelCard card = ReadModelCard(folder);
  const std::filesystem::path weights = folder / kWeightsFile;
  std::shared_ptr<Network> network = MakeNetwork(card.network);
  AssignTensors(ReadTensors(SafetensorsFile::Read(weights), ""), weights.string(),
                StateOf(*network));
  network->eval();
  return network;
}

}  // namespace pecg
