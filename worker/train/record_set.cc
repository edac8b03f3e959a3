#include "worker/train/record_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "worker/ecg/error.h"
#include "worker/file/read_record.h"

namespace pecg {
namespace {

/// Work that the reading threads share.
struct LoadState {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::condition_variable changed;
  // The rest is guarded by `mutex`.
  std::size_t done_count = 0;
  std::size_t running_count = 0;
  std::size_t failure_count = 0;
  std::optional<std::pair<std::size_t, Error>> first_failure;  // Position and error.
  std::exception_ptr unexpected;
};

/// Reads one record and checks that it is the one that was indexed.
PreparedRecord LoadOne(const Preprocessor& preprocessor, const RecordRow& row, WfdbReader* reader,
                       WfdbRecord* buffer) {
  reader->Read(row.path, /*hash=*/!row.signal_sha256.empty(), buffer);
  if (buffer->signal_sha256 != row.signal_sha256) {
    throw Error(Error::Kind::kCorruptData, "the signal is not the one that was indexed", row.path,
                "restore the file, or index the dataset again");
  }
  PreparedRecord prepared = preprocessor.Prepare(buffer->ecg);
  if (prepared.leads.Count() == 0) {
    throw Error(Error::Kind::kCorruptData, "no lead has a usable signal", row.path,
                "every lead is off its electrode for more than half of the record; leave it out");
  }
  return prepared;
}

void NoteFailure(std::size_t position, const Error& error, LoadState* state) {
  const std::lock_guard lock(state->mutex);
  ++state->failure_count;
  if (!state->first_failure || position < state->first_failure->first) {
    state->first_failure.emplace(position, error);
  }
}

void LoadUntilDone(const Preprocessor& preprocessor, const LoadOptions& options, RecordSet* records,
                   LoadState* state) {
  WfdbReader reader(options.root);
  WfdbRecord buffer;
  for (;;) {
    const std::size_t position = state->next.fetch_add(1);
    if (position >= records->rows.size()) return;
    if (options.stop_requested && options.stop_requested()) state->stopped = true;
    if (state->stopped) return;
    try {
      records->signals[position] = LoadOne(preprocessor, records->rows[position], &reader, &buffer);
    } catch (const Error& error) {
      NoteFailure(position, error, state);
    }
    const std::lock_guard lock(state->mutex);
    ++state->done_count;
    state->changed.notify_one();
  }
}

/// Body of a reading thread: nothing may leave it by throwing.
void RunThread(const Preprocessor& preprocessor, const LoadOptions& options, RecordSet* records,
               LoadState* state) {
  std::exception_ptr unexpected;
  try {
    LoadUntilDone(preprocessor, options, records, state);
  } catch (...) {
    unexpected = std::current_exception();
    state->next = records->rows.size();
  }
  const std::lock_guard lock(state->mutex);
  if (unexpected) state->unexpected = unexpected;
  --state->running_count;
  state->changed.notify_one();
}

/// Reports progress until the last thread has ended.
void Watch(const std::function<void(std::int64_t)>& on_progress, LoadState* state) {
  std::unique_lock lock(state->mutex);
  std::size_t reported = 0;
  while (state->running_count > 0) {
    state->changed.wait(lock,
                        [&] { return state->running_count == 0 || state->done_count > reported; });
    reported = state->done_count;
    if (!on_progress) continue;
    lock.unlock();
    on_progress(static_cast<std::int64_t>(reported));
    lock.lock();
  }
}

/// Threads that are ended and joined when the scope is left, by an exception too.
struct ThreadGroup {
  explicit ThreadGroup(LoadState* shared) : state(shared) {}
  ~ThreadGroup() {
    if (std::uncaught_exceptions() > 0) state->stopped = true;
    for (std::thread& thread : threads) thread.join();
  }
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  LoadState* const state;
  std::vector<std::thread> threads;
};

[[noreturn]] void ThrowFailure(const RecordSet& records, const LoadState& state) {
  const auto& [position, error] = *state.first_failure;
  const std::string others =
      state.failure_count > 1 ? fmt::format(", nor can {} more", state.failure_count - 1) : "";
  throw Error(error.kind(),
              fmt::format("record {} cannot be used{}: {}", records.rows[position].record_id,
                          others, error.message()),
              error.where(), error.hint());
}

}  // namespace

std::vector<std::size_t> RecordSet::PositionsOf(RecordPart part) const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].part == part) positions.push_back(i);
  }
  return positions;
}

bool LoadSignals(const Preprocessor& preprocessor, const LoadOptions& options, RecordSet* records) {
  records->signals.assign(records->rows.size(), {});
  LoadState state;
  const auto wanted = static_cast<std::size_t>(std::max(1, options.threads));
  state.running_count = std::min(wanted, std::max<std::size_t>(1, records->rows.size()));
  {
    ThreadGroup group(&state);
    for (std::size_t i = state.running_count; i > 0; --i) {
      group.threads.emplace_back([&] { RunThread(preprocessor, options, records, &state); });
    }
    Watch(options.on_progress, &state);
  }
  if (state.unexpected) std::rethrow_exception(state.unexpected);
  if (state.stopped) return false;
  if (state.first_failure) ThrowFailure(*records, state);
  return true;
}

}  // namespace pecg
