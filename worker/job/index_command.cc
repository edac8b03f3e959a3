#include "worker/job/index_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "worker/dataset/build_index.h"
#include "worker/file/atomic_file.h"
#include "worker/job/index_json.h"
#include "worker/job/job_error.h"
#include "worker/job/terminal_progress.h"

namespace pecg {
namespace {

void WriteLine(const std::string& line, AtomicFile* file) {
  file->Write(std::string_view(line));
  file->Write(std::string_view("\n"));
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
  // Opened first: a path that cannot be written must not cost the time to read a dataset.
  AtomicFile entries(command.out);
  std::optional<AtomicFile> failures;
  if (!command.failures.empty()) failures.emplace(command.failures);
  TerminalProgress progress("records");
  const Index index = *BuildIndex(
      command.kind, command.root,
      {.jobs = command.jobs,
       .progress = [&](std::int64_t done, std::int64_t total) { progress.Show(done, total); },
       .cancel = nullptr});
  progress.Clear();
  PrintFailures(index);
  if (failures.has_value()) {
    for (const IndexFailure& failure : index.failures)
      WriteLine(IndexFailureJson(failure), &*failures);
    failures->Commit();
  }
  if (index.entries.empty()) {
    fmt::print(stderr, "error: no record could be indexed\n  where: {}\n", command.root.string());
    return kExitBadData;
  }
  for (const IndexEntry& entry : index.entries) WriteLine(IndexEntryJson(entry, index), &entries);
  entries.Commit();
  const auto warning_count = std::ranges::count(index.failures, kWarningKind, &IndexFailure::kind);
  fmt::print("{} records indexed, {} failures, {} warnings; version {}\n", index.entries.size(),
             static_cast<std::ptrdiff_t>(index.failures.size()) - warning_count, warning_count,
             index.version_sha256);
  return kExitDone;
}

}  // namespace pecg
