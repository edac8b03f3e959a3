#include "worker/agent/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/status.h"
#include "worker/agent/delimited.h"

namespace pecg {
namespace {

constexpr std::chrono::seconds kRetryInterval(1);
constexpr int64_t kCompactionByteCount = int64_t{4} << 20;

bool ParseEvent(std::string_view bytes, v1::AttemptEvent* event) {
  return event->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

absl::StatusOr<Spool::Index> Spool::Recover(int file, const std::string& path) {
  const int64_t byte_count_on_disk = lseek(file, 0, SEEK_END);
  if (byte_count_on_disk < 0) return ErrnoStatus(errno, fmt::format("cannot measure {}", path));
  PECG_ASSIGN_OR_RETURN(const std::string content, ReadAt(file, 0, byte_count_on_disk, path));
  Index index;
  std::string_view rest = content;
  while (!rest.empty()) {
    const DelimitedSize size = ReadDelimitedSize(rest);
    if (size.prefix_byte_count == 0 ||
        size.message_byte_count > rest.size() - size.prefix_byte_count) {
      break;
    }
    v1::AttemptEvent event;
    const size_t byte_count = size.prefix_byte_count + size.message_byte_count;
    if (!ParseEvent(rest.substr(size.prefix_byte_count, size.message_byte_count), &event)) break;
    if (index.places.empty() && event.sequence() > 0) index.first_sequence = event.sequence();
    if (event.sequence() != index.last_sequence() + 1) break;
    index.places.push_back({index.end_offset(), static_cast<int64_t>(byte_count)});
    rest.remove_prefix(byte_count);
  }
  if (ftruncate(file, index.end_offset()) != 0) {
    return ErrnoStatus(errno, fmt::format("cannot cut the torn tail off {}", path));
  }
  return index;
}

absl::StatusOr<std::unique_ptr<Spool>> Spool::Open(const std::string& path,
                                                   SpoolListener listener) {
  PECG_ASSIGN_OR_RETURN(Descriptor file, OpenDescriptor(path, O_RDWR | O_CREAT));
  PECG_ASSIGN_OR_RETURN(Index index, Recover(file.number(), path));
  return std::unique_ptr<Spool>(
      new Spool(path, std::move(file), std::move(index), std::move(listener)));
}

Spool::Spool(std::string path, Descriptor file, Index index, SpoolListener listener)
    : path_(std::move(path)),
      listener_(std::move(listener)),
      file_(std::move(file)),
      index_(std::move(index)),
      next_sequence_(index_.last_sequence() + 1),
      committed_sequence_(index_.first_sequence - 1),
      flusher_([this] { FlushUntilClosed(); }) {}

Spool::~Spool() { Close(); }

void Spool::Close() {
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    changed_.NotifyAll();
  }
  flusher_.Join();
}

int64_t Spool::Append(v1::AttemptEvent event) {
  MutexLock lock(&mutex_);
  event.set_sequence(next_sequence_++);
  queued_byte_count_ += static_cast<int64_t>(event.ByteSizeLong());
  queue_.push_back(std::move(event));
  changed_.NotifyAll();
  return next_sequence_ - 1;
}

int64_t Spool::BacklogByteCount() const {
  const auto committed =
      static_cast<size_t>(std::max<int64_t>(0, committed_sequence_ - index_.first_sequence + 1));
  const int64_t start =
      committed >= index_.places.size() ? index_.end_offset() : index_.places[committed].offset;
  return index_.end_offset() - start + queued_byte_count_;
}

bool Spool::HasRoom() const {
  MutexLock lock(&mutex_);
  return BacklogByteCount() < kMaxBacklogByteCount;
}

int64_t Spool::durable_sequence() const {
  MutexLock lock(&mutex_);
  return index_.last_sequence();
}

int64_t Spool::committed_sequence() const {
  MutexLock lock(&mutex_);
  return committed_sequence_;
}

absl::StatusOr<std::vector<v1::AttemptEvent>> Spool::ReadAfter(int64_t sequence,
                                                               int64_t max_byte_count) const {
  MutexLock lock(&mutex_);
  if (sequence + 1 < index_.first_sequence) {
    return absl::OutOfRangeError(
        fmt::format("events before {} have left the spool {}", index_.first_sequence, path_));
  }
  std::vector<v1::AttemptEvent> events;
  int64_t byte_count = 0;
  for (int64_t next = sequence + 1; next <= index_.last_sequence(); ++next) {
    const Place place = index_.places[static_cast<size_t>(next - index_.first_sequence)];
    byte_count += place.byte_count;
    if (!events.empty() && byte_count > max_byte_count) break;
    PECG_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadAt(file_.number(), place.offset, place.byte_count, path_));
    const size_t prefix = ReadDelimitedSize(bytes).prefix_byte_count;
    v1::AttemptEvent event;
    if (!ParseEvent(std::string_view(bytes).substr(prefix), &event) || event.sequence() != next) {
      return DataLoss("the spool {} is damaged at event {}", path_, next);
    }
    events.push_back(std::move(event));
  }
  return events;
}

void Spool::Commit(int64_t sequence) {
  {
    MutexLock lock(&mutex_);
    if (sequence <= committed_sequence_ || sequence > index_.last_sequence()) return;
    committed_sequence_ = sequence;
    changed_.NotifyAll();
  }
  listener_.on_change();
}

bool Spool::WorthCompacting() const {
  const int64_t kept = BacklogByteCount() - queued_byte_count_;
  const int64_t dropped = index_.end_offset() - kept;
  return dropped >= kCompactionByteCount && dropped >= kept;
}

absl::StatusOr<std::vector<Spool::Place>> Spool::WriteAndSync(const Batch& batch) const {
  std::string bytes;
  std::vector<Place> places;
  for (const v1::AttemptEvent& event : batch.events) {
    const size_t start = bytes.size();
    AppendDelimited(event, &bytes);
    places.push_back(
        {batch.offset + static_cast<int64_t>(start), static_cast<int64_t>(bytes.size() - start)});
  }
  PECG_RETURN_IF_ERROR(WriteAt(file_.number(), bytes, batch.offset, path_));
  PECG_RETURN_IF_ERROR(SyncDescriptor(file_.number()));
  return places;
}

absl::Status Spool::Compact() {
  Index kept;
  {
    MutexLock lock(&mutex_);
    kept = index_;
    while (kept.first_sequence < committed_sequence_) {
      kept.places.pop_front();
      ++kept.first_sequence;
    }
  }
  const int64_t start = kept.places.front().offset;
  PECG_ASSIGN_OR_RETURN(const std::string bytes,
                        ReadAt(file_.number(), start, kept.end_offset() - start, path_));
  PECG_RETURN_IF_ERROR(WriteFileAtomically(path_, bytes, 0600));
  PECG_ASSIGN_OR_RETURN(Descriptor file, OpenDescriptor(path_, O_RDWR));
  for (Place& place : kept.places) place.offset -= start;
  MutexLock lock(&mutex_);
  file_ = std::move(file);
  index_ = std::move(kept);
  return absl::OkStatus();
}

bool Spool::TakeBatch(Batch* batch, bool failing) {
  MutexLock lock(&mutex_);
  if (failing && !closing_) changed_.WaitFor(&mutex_, kRetryInterval);
  while (!closing_ && batch->events.empty() && queue_.empty() && !WorthCompacting()) {
    changed_.Wait(&mutex_);
  }
  if (closing_ && (failing || (batch->events.empty() && queue_.empty()))) return false;
  std::move(queue_.begin(), queue_.end(), std::back_inserter(batch->events));
  queue_.clear();
  batch->offset = index_.end_offset();
  batch->compact = WorthCompacting();
  return true;
}

absl::Status Spool::WriteBatch(Batch* batch) {
  if (!batch->events.empty()) {
    PECG_ASSIGN_OR_RETURN(const std::vector<Place> places, WriteAndSync(*batch));
    MutexLock lock(&mutex_);
    index_.places.insert(index_.places.end(), places.begin(), places.end());
    for (const v1::AttemptEvent& event : batch->events) {
      queued_byte_count_ -= static_cast<int64_t>(event.ByteSizeLong());
    }
    batch->events.clear();
  }
  return batch->compact ? Compact() : absl::OkStatus();
}

void Spool::FlushUntilClosed() {
  Batch batch;
  bool failing = false;
  while (TakeBatch(&batch, failing)) {
    const absl::Status status = WriteBatch(&batch);
    if (status.ok()) {
      listener_.on_change();
    } else if (!failing) {
      listener_.on_error(status);
    }
    failing = !status.ok();
  }
}

}  // namespace pecg
