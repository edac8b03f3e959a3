#include "worker/model/network_config.h"

#include <fmt/format.h>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

void Check(bool good, const char* field, const std::string& value, const char* range) {
  if (good) return;
  throw Error(Error::Kind::kBadInput, fmt::format("{} is out of range: {}", field, value), field,
              range);
}

}  // namespace

void CheckNetworkConfig(const NetworkConfig& config) {
  Check(config.target_count >= 1, "targets", fmt::format("{} of them", config.target_count),
        "name at least one target");
  Check(config.base_channels >= 1 && config.base_channels <= 512, "base_channels",
        fmt::to_string(config.base_channels), "1 to 512");
  Check(config.blocks_per_stage >= 1 && config.blocks_per_stage <= 32, "blocks_per_stage",
        fmt::to_string(config.blocks_per_stage), "1 to 32");
  Check(config.kernel_size >= 1 && config.kernel_size <= 63 && config.kernel_size % 2 == 1,
        "kernel_size", fmt::to_string(config.kernel_size), "odd, 1 to 63");
  Check(config.dropout >= 0 && config.dropout < 1, "dropout", fmt::to_string(config.dropout),
        "at least 0 and below 1");
  Check(config.demographic_count >= 0, "demographic_count",
        fmt::to_string(config.demographic_count), "0 or more");
}

}  // namespace pecg
