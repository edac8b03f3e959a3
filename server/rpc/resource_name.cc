#include "server/rpc/resource_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/error_detail.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr size_t kMaxIdSize = 63;

absl::Status BadName(std::string_view name, std::string_view field, std::string_view form) {
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {fmt::format("not a resource name: {}", name), std::string(field),
                        fmt::format("its form is {}", form)});
}

/// Takes `prefix` and the text up to the next slash, or to the end for the last part.
std::optional<std::string_view> TakePart(std::string_view* name, std::string_view prefix) {
  if (name->substr(0, prefix.size()) != prefix) return std::nullopt;
  name->remove_prefix(prefix.size());
  const size_t end = std::min(name->find('/'), name->size());
  const std::string_view part = name->substr(0, end);
  name->remove_prefix(end);
  if (part.empty()) return std::nullopt;
  return part;
}

template <typename Number>
std::optional<Number> PositiveNumber(std::optional<std::string_view> text) {
  if (!text.has_value()) return std::nullopt;
  Number number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 1) {
    return std::nullopt;
  }
  return number;
}

absl::StatusOr<std::string> ParseOnePart(std::string_view name, std::string_view prefix,
                                         std::string_view field, std::string_view form) {
  std::string_view rest = name;
  const std::optional<std::string_view> part = TakePart(&rest, prefix);
  if (!part.has_value() || !rest.empty()) return BadName(name, field, form);
  return std::string(*part);
}

}  // namespace

std::string RunName(int64_t number) { return fmt::format("runs/{}", number); }

absl::StatusOr<int64_t> ParseRunName(std::string_view name, std::string_view field) {
  std::string_view rest = name;
  const auto number = PositiveNumber<int64_t>(TakePart(&rest, "runs/"));
  if (!number.has_value() || !rest.empty()) return BadName(name, field, "runs/{number}");
  return *number;
}

std::string AttemptName(int64_t run, int attempt) {
  return fmt::format("runs/{}/attempts/{}", run, attempt);
}

absl::StatusOr<AttemptId> ParseAttemptName(std::string_view name, std::string_view field) {
  std::string_view rest = name;
  const auto run = PositiveNumber<int64_t>(TakePart(&rest, "runs/"));
  const auto attempt = PositiveNumber<int>(TakePart(&rest, "/attempts/"));
  if (!run.has_value() || !attempt.has_value() || !rest.empty()) {
    return BadName(name, field, "runs/{number}/attempts/{k}");
  }
  return AttemptId{*run, *attempt};
}

std::string ArtifactName(int64_t run, std::string_view path) {
  return fmt::format("runs/{}/artifacts/{}", run, path);
}

absl::StatusOr<ArtifactId> ParseArtifactName(std::string_view name, std::string_view field) {
  constexpr std::string_view kFolder = "/artifacts/";
  std::string_view rest = name;
  const auto run = PositiveNumber<int64_t>(TakePart(&rest, "runs/"));
  if (!run.has_value() || rest.substr(0, kFolder.size()) != kFolder ||
      rest.size() == kFolder.size()) {
    return BadName(name, field, "runs/{number}/artifacts/{path}");
  }
  return ArtifactId{*run, std::string(rest.substr(kFolder.size()))};
}

std::string DatasetName(std::string_view dataset) { return fmt::format("datasets/{}", dataset); }

absl::StatusOr<std::string> ParseDatasetName(std::string_view name, std::string_view field) {
  PECG_ASSIGN_OR_RETURN(std::string dataset,
                        ParseOnePart(name, "datasets/", field, "datasets/{dataset}"));
  if (!IsDatasetId(dataset)) {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {fmt::format("not a dataset's name: {}", dataset), std::string(field),
                          "1 to 63 letters, digits, `-` or `_`"});
  }
  return dataset;
}

std::string DatasetVersionName(std::string_view dataset, std::string_view sha256) {
  return fmt::format("datasets/{}/versions/{}", dataset, sha256);
}

absl::StatusOr<DatasetVersionId> ParseDatasetVersionName(std::string_view name,
                                                         std::string_view field) {
  std::string_view rest = name;
  const auto dataset = TakePart(&rest, "datasets/");
  const auto version = TakePart(&rest, "/versions/");
  if (!dataset.has_value() || !version.has_value() || !rest.empty()) {
    return BadName(name, field, "datasets/{dataset}/versions/{sha256 or latest}");
  }
  return DatasetVersionId{std::string(*dataset), std::string(*version)};
}

std::string SplitName(std::string_view sha256) { return fmt::format("splits/{}", sha256); }

absl::StatusOr<std::string> ParseSplitName(std::string_view name, std::string_view field) {
  return ParseOnePart(name, "splits/", field, "splits/{sha256}");
}

std::string UserName(std::string_view user) { return fmt::format("users/{}", user); }

absl::StatusOr<std::string> ParseUserName(std::string_view name, std::string_view field) {
  return ParseOnePart(name, "users/", field, "users/{user}");
}

std::string WorkerName(std::string_view worker) { return fmt::format("workers/{}", worker); }

bool IsDatasetId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdSize &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

bool IsSha256(std::string_view text) {
  constexpr size_t kDigits = 64;
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace pecg
