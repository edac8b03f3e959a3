#include "worker/dataset/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/digest/sha256.h"
#include "worker/figure/utf8.h"

namespace pecg {
namespace {

std::string_view LetterOf(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return "F";
    case Sex::kMale:
      return "M";
    case Sex::kUnknown:
      return "";
  }
  return "";
}

/// A place as errors write it: `<path>` or `<path>:<line>`.
struct Place {
  std::string_view path;
  std::int64_t line = 0;  // 0 = none.
};

Place SplitPlace(std::string_view where) {
  const std::size_t colon = where.rfind(':');
  if (colon == std::string_view::npos) return {where, 0};
  std::int64_t line = 0;
  const char* end = where.data() + where.size();
  const auto [stop, status] = std::from_chars(where.data() + colon + 1, end, line);
  if (status != std::errc() || stop != end || line <= 0) return {where, 0};
  return {where.substr(0, colon), line};
}

}  // namespace

bool IndexEntry::HasStatement(int statement) const {
  const auto byte = static_cast<std::size_t>(statement) / 8;
  return byte < statement_bits.size() && (statement_bits[byte] >> (statement % 8) & 1) != 0;
}

std::optional<std::size_t> Index::FindTarget(std::string_view name) const {
  const auto found = std::ranges::find(targets, name);
  if (found == targets.end()) return std::nullopt;
  return static_cast<std::size_t>(found - targets.begin());
}

IndexFailure FailureOf(const Error& error, std::string_view path, std::int64_t line) {
  IndexFailure failure{.path = ToUtf8(path),
                       .line = line,
                       .kind = NameOf(error.kind()),
                       .what = ToUtf8(error.message()),
                       .hint = ToUtf8(error.hint())};
  if (error.where().starts_with(path)) {
    const Place place = SplitPlace(error.where());
    failure.path = ToUtf8(place.path);
    if (place.line > 0) failure.line = place.line;
  } else if (!error.where().empty()) {
    failure.what = ToUtf8(error.where()) + ": " + failure.what;
  }
  return failure;
}

std::string VersionSha256(std::span<const IndexEntry> entries) {
  Sha256 digest;
  for (const IndexEntry& entry : entries) {
    digest.Update(fmt::format(
        "{}|{}|{}|{}|{}|{}|{}\n", entry.record_id, entry.patient_id, entry.signal_sha256,
        entry.age_days ? std::to_string(*entry.age_days) : "", LetterOf(entry.sex),
        fmt::join(entry.icd_codes, ";"), fmt::join(entry.statements, ";")));
  }
  return digest.FinishHex();
}

}  // namespace pecg
