#include "client/cli/human.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace pecg {
namespace {

bool IsHash(std::string_view text) {
  constexpr size_t kSha256HexSize = 64;
  return text.size() == kSha256HexSize &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The largest unit alone: `3 min`.
std::string CoarseDuration(absl::Duration duration) {
  if (duration < absl::Minutes(1)) return fmt::format("{} s", absl::ToInt64Seconds(duration));
  if (duration < absl::Hours(1)) return fmt::format("{} min", absl::ToInt64Minutes(duration));
  const int64_t hours = absl::ToInt64Hours(duration);
  return hours < 48 ? fmt::format("{} h", hours) : fmt::format("{} d", hours / 24);
}

}  // namespace

std::string HumanDuration(absl::Duration duration) {
  if (duration < absl::ZeroDuration()) duration = absl::ZeroDuration();
  if (duration < absl::Seconds(10)) {
    return fmt::format("{:.1f} s", absl::ToDoubleSeconds(duration));
  }
  const int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  if (seconds < 48 * 3600) return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86400, seconds / 3600 % 24);
}

std::string HumanAge(absl::Time time, absl::Time now) {
  const absl::Duration age = now - time;
  if (age < absl::Seconds(1) && age > absl::Seconds(-1)) return "just now";
  if (age < absl::ZeroDuration()) return fmt::format("in {}", CoarseDuration(-age));
  return fmt::format("{} ago", CoarseDuration(age));
}

std::string HumanBytes(int64_t byte_count) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(byte_count);
  size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  const bool whole = unit == 0 || std::abs(value) >= 10;
  return whole ? fmt::format("{:.0f} {}", value, kUnits[unit])
               : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string HumanNumber(double value) {
  if (std::isnan(value)) return "nan";
  return fmt::format("{:.4g}", value);
}

std::string HumanCount(int64_t count) {
  std::string digits = fmt::format("{}", count);
  const size_t first = digits[0] == '-' ? 1 : 0;
  for (size_t end = digits.size(); end > first + 3;) {
    end -= 3;
    digits.insert(end, ",");
  }
  return digits;
}

std::string HumanName(std::string_view name) {
  constexpr size_t kShownHashSize = 12;
  const size_t slash = name.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? name : name.substr(slash + 1);
  return std::string(IsHash(last) ? last.substr(0, kShownHashSize) : last);
}

std::string HumanVersion(std::string_view name) {
  constexpr std::string_view kVersions = "/versions/";
  const size_t versions = name.find(kVersions);
  if (versions == std::string_view::npos) return HumanName(name);
  return fmt::format("{} {}", HumanName(name.substr(0, versions)), HumanName(name));
}

std::string HumanArtifact(std::string_view name) {
  constexpr std::string_view kArtifacts = "/artifacts/";
  const size_t artifacts = name.find(kArtifacts);
  if (artifacts == std::string_view::npos) return std::string(name);
  return std::string(name.substr(artifacts + kArtifacts.size()));
}

}  // namespace pecg
