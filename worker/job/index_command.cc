#include "worker/job/index_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "worker/dataset/build_index.h"
#include "worker/file/atomic_file.h"
#include "worker/job/index_json.h"
#include "worker/job/job_error.h"
#include "worker/job/terminal_progress.h"

namespace pecg {
namespace {

void WriteEntries(const Index& index, const std::filesystem::path& path) {
  AtomicFile file(path);
  for (const IndexEntry& entry : index.entries) {
    file.Write(std::string_view(IndexEntryJson(entry, index) + "\n"));
  }
  file.Commit();
}

void WriteFailures(const Index& index, const std::filesystem::path& path) {
  AtomicFile file(path);
  for (const IndexFailure& failure : index.failures) {
    file.Write(std::string_view(IndexFailureJson(failure) + "\n"));
  }
  file.Commit();
}

/// A table on stderr: kind, place, what; the hint below.
void PrintFailures(const Index& index) {
  if (index.failures.empty()) return;
  std::size_t place_width = 0;
  const auto place = [](const IndexFailure& failure) {
    return failure.line > 0 ? fmt::format("{}:{}", failure.path, failure.line) : failure.path;
  };
  for (const IndexFailure& failure : index.failures) {
    place_width = std::max(place_width, place(failure).size());
  }
  fmt::print(stderr, "{:<12}  {:<{}}  {}\n", "kind", "where", place_width, "what");
  for (const IndexFailure& failure : index.failures) {
    fmt::print(stderr, "{:<12}  {:<{}}  {}\n", failure.kind, place(failure), place_width,
               failure.what);
    if (!failure.hint.empty()) fmt::print(stderr, "{:<12}  hint: {}\n", "", failure.hint);
  }
}

}  // namespace

int IndexDataset(const IndexCommand& command) {
  TerminalProgress progress("records");
  const Index index = *BuildIndex(
      command.kind, command.root,
      {.jobs = command.jobs,
       .progress = [&](std::int64_t done, std::int64_t total) { progress.Show(done, total); },
       .cancel = nullptr});
  progress.Clear();
  PrintFailures(index);
  if (!command.failures.empty()) WriteFailures(index, command.failures);
  if (index.entries.empty()) {
    fmt::print(stderr, "error: no record could be indexed\n  where: {}\n", command.root.string());
    return kExitBadData;
  }
  WriteEntries(index, command.out);
  const auto warning_count = std::ranges::count(index.failures, kWarningKind, &IndexFailure::kind);
  fmt::print("{} records indexed, {} failures, {} warnings; version {}\n", index.entries.size(),
             static_cast<std::ptrdiff_t>(index.failures.size()) - warning_count, warning_count,
             index.version_sha256);
  return kExitDone;
}

}  // namespace pecg
