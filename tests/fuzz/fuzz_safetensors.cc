// A file either is refused with an Error or has tensors that cover its data exactly.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/file/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> bytes(size);
  if (size > 0) std::memcpy(bytes.data(), data, size);
  try {
    const auto file = pecg::SafetensorsFile::Parse(std::move(bytes), "fuzz.safetensors");
    std::uint64_t header = 0;
    std::memcpy(&header, data, sizeof(header));
    std::size_t covered = sizeof(header) + header;
    for (const auto& [name, tensor] : file.tensors()) {
      covered += tensor.bytes.size();
      if (tensor.type == pecg::TensorType::kF32) {
        if (file.Values<float>(name).size() * sizeof(float) != tensor.bytes.size()) std::abort();
      }
    }
    if (covered != size) std::abort();
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  return 0;
}
