#include "worker/model/network.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "worker/ecg/error.h"
#include "worker/model/resnet1d.h"

namespace pecg {
namespace {

struct Variant {
  std::string_view name;
  std::shared_ptr<Network> (*make)(const NetworkConfig&);
};

constexpr std::array kVariants = {
    Variant{"resnet1d", &MakeResNet1d},
};

}  // namespace

std::shared_ptr<Network> MakeNetwork(const NetworkConfig& config) {
  for (const Variant& variant : kVariants) {
    if (variant.name != config.variant) continue;
    CheckNetworkConfig(config);
    return variant.make(config);
  }
  throw Error(Error::Kind::kBadInput, fmt::format("no network is called \"{}\"", config.variant),
              "variant");
}

std::vector<std::string> NetworkVariants() {
  std::vector<std::string> names;
  for (const Variant& variant : kVariants) names.emplace_back(variant.name);
  return names;
}

}  // namespace pecg
