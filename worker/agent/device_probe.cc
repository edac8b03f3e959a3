#include "worker/agent/device_probe.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <thread>

#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#include "worker/agent/program_output.h"

namespace pecg {
namespace {

constexpr absl::Duration kNvidiaSmiPatience = absl::Seconds(5);

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Takes the text up to the next `separator` off the front of `rest`.
std::string_view TakeUntil(char separator, std::string_view* rest) {
  const size_t end = rest->find(separator);
  const std::string_view taken = rest->substr(0, end);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end + 1);
  return Trim(taken);
}

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int64_t MemoryByteCount() {
  const int64_t pages = sysconf(_SC_PHYS_PAGES);
  const int64_t page_byte_count = sysconf(_SC_PAGESIZE);
  return pages > 0 && page_byte_count > 0 ? pages * page_byte_count : 0;
}

#if defined(__APPLE__)
std::string CpuModel() {
  char model[256] = {};
  size_t byte_count = sizeof(model) - 1;
  if (sysctlbyname("machdep.cpu.brand_string", model, &byte_count, nullptr, 0) != 0) return "";
  return model;
}
#else
std::string CpuModel() {
  constexpr std::string_view kKey = "model name";
  std::ifstream input("/proc/cpuinfo");
  for (std::string line; std::getline(input, line);) {
    std::string_view rest = line;
    if (TakeUntil(':', &rest) == kKey) return std::string(Trim(rest));
  }
  return "";
}
#endif

struct Gpu {
  int64_t index;
  std::string model;
  int64_t memory_mib;
};

std::vector<Gpu> ParseGpus(std::string_view csv) {
  std::vector<Gpu> gpus;
  while (!csv.empty()) {
    std::string_view line = TakeUntil('\n', &csv);
    const std::optional<int64_t> index = ParseNumber(TakeUntil(',', &line));
    const std::string_view model = TakeUntil(',', &line);
    const std::optional<int64_t> memory_mib = ParseNumber(Trim(line));
    // A GPU that shares the machine's memory has no number of its own: `[N/A]`.
    if (index.has_value()) gpus.push_back({*index, std::string(model), memory_mib.value_or(0)});
  }
  return gpus;
}

/// The GPUs in the order CUDA numbers them. Entries that are a UUID cannot be told apart here, so
/// each stands for a GPU of the first model.
std::vector<Gpu> SelectVisible(const std::vector<Gpu>& gpus, std::string_view visible) {
  std::vector<Gpu> selected;
  while (!visible.empty() && !gpus.empty()) {
    const std::string_view entry = TakeUntil(',', &visible);
    if (entry.starts_with("GPU-") || entry.starts_with("MIG-")) {
      selected.push_back(gpus.front());
      continue;
    }
    const std::optional<int64_t> index = ParseNumber(entry);
    const auto found =
        std::find_if(gpus.begin(), gpus.end(), [&](const Gpu& gpu) { return gpu.index == index; });
    if (found == gpus.end()) break;
    selected.push_back(*found);
  }
  return selected;
}

v1::WorkerDevice MakeDevice(std::string name, v1::Device kind, std::string model,
                            int64_t memory_byte_count) {
  v1::WorkerDevice device;
  device.set_name(std::move(name));
  device.set_kind(kind);
  device.set_model(std::move(model));
  device.set_memory_bytes(memory_byte_count);
  return device;
}

std::optional<std::string> FromEnvironment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it.
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

std::vector<v1::WorkerDevice> ParseNvidiaSmi(std::string_view csv,
                                             const std::optional<std::string>& visible) {
  std::vector<Gpu> gpus = ParseGpus(csv);
  if (visible.has_value()) gpus = SelectVisible(gpus, *visible);
  std::vector<v1::WorkerDevice> devices;
  for (const Gpu& gpu : gpus) {
    devices.push_back(MakeDevice(fmt::format("cuda:{}", devices.size()), v1::DEVICE_CUDA, gpu.model,
                                 gpu.memory_mib << 20));
  }
  return devices;
}

std::vector<v1::WorkerDevice> ProbeDevices() {
  std::vector<v1::WorkerDevice> devices = {
      MakeDevice("cpu", v1::DEVICE_CPU, CpuModel(), MemoryByteCount())};
#if defined(__APPLE__) && defined(__aarch64__)
  devices.push_back(MakeDevice("mps", v1::DEVICE_MPS, CpuModel(), MemoryByteCount()));
#endif
  // /dev/dxg is how a GPU shows in the Windows subsystem for Linux.
  if (access("/dev/nvidiactl", F_OK) != 0 && access("/dev/dxg", F_OK) != 0) return devices;
  const absl::StatusOr<std::string> csv = ProgramOutput(
      {"nvidia-smi", "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits"},
      kNvidiaSmiPatience);
  if (!csv.ok()) return devices;
  for (v1::WorkerDevice& device : ParseNvidiaSmi(*csv, FromEnvironment("CUDA_VISIBLE_DEVICES"))) {
    devices.push_back(std::move(device));
  }
  return devices;
}

int CoreCount() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

int64_t OomKillCount() {
  std::ifstream input("/proc/vmstat");
  std::string key;
  int64_t count = 0;
  while (input >> key >> count) {
    if (key == "oom_kill") return count;
  }
  return 0;
}

}  // namespace pecg
