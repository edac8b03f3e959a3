#include "worker/model/device.h"

#include <fmt/format.h>

#include <new>
#include <string_view>

#include "worker/ecg/error.h"
#include "worker/model/torch.h"

namespace pecg {
namespace {

constexpr const char* kDeviceHint = "use cpu, mps, cuda or cuda:N";

torch::Device ParseDevice(const std::string& device) {
  try {
    const torch::Device parsed(device);
    if (parsed.is_cpu() || parsed.is_cuda() || parsed.type() == torch::kMPS) return parsed;
  } catch (const c10::Error&) {
    // Not a name LibTorch knows; answered below in our own words.
  }
  throw Error(Error::Kind::kBadInput, fmt::format("unknown device \"{}\"", device), "device",
              kDeviceHint);
}

bool RanOutOfMemory(std::string_view message) {
  return message.find("out of memory") != std::string_view::npos ||
         message.find("can't allocate memory") != std::string_view::npos;
}

}  // namespace

void CheckDevice(const std::string& device) {
  const torch::Device parsed = ParseDevice(device);
  if (parsed.is_cuda()) {
    const auto count = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
    const auto index = static_cast<std::size_t>(parsed.has_index() ? parsed.index() : 0);
    if (index >= count) {
      throw Error(Error::Kind::kDevice,
                  fmt::format("device {} is not there: {} CUDA devices found", device, count),
                  "device", "use cpu, or a LibTorch built with CUDA");
    }
  }
  if (parsed.type() == torch::kMPS && !at::hasMPS()) {
    throw Error(Error::Kind::kDevice, "device mps is not there", "device",
                "use cpu; mps needs macOS on Apple silicon and a LibTorch built with MPS");
  }
}

std::string BestDevice() {
  if (torch::cuda::is_available()) return "cuda:0";
  return at::hasMPS() ? "mps" : "cpu";
}

void ConfigureCompute(int threads, const std::string& device) {
  at::set_num_threads(threads);
  auto& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/!ParseDevice(device).is_cpu());
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
}

std::string DescribeDevice(const std::string& device) { return ParseDevice(device).str(); }

std::string DescribeLibTorch() { return fmt::format("libtorch {}", TORCH_VERSION); }

void TranslateTorchErrors(const std::function<void()>& body) {
  try {
    body();
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    throw Error(RanOutOfMemory(message) ? Error::Kind::kOutOfMemory : Error::Kind::kDevice, message,
                "", RanOutOfMemory(message) ? "use a smaller batch_size or base_channels" : "");
  } catch (const std::bad_alloc&) {
    throw Error(Error::Kind::kOutOfMemory, "the machine has no memory left", "",
                "use a lower rate_hz, or fewer records");
  }
}

}  // namespace pecg
