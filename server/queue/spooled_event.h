#ifndef PECG_SERVER_QUEUE_SPOOLED_EVENT_H_
#define PECG_SERVER_QUEUE_SPOOLED_EVENT_H_

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/artifact_store.h"
#include "storage/attempt_store.h"
#include "storage/run_state.h"

namespace pecg {

/// The attempt came into a state: STARTING, RUNNING or STOPPING.
struct AttemptAdvanced {
  AttemptState to = AttemptState::kStarting;
  absl::Time time;
};

/// The job wrote to its log.
struct LogWritten {
  int64_t offset = 0;
  std::string bytes;
};

/// The job came further; the bytes are a Run::progress.
struct ProgressMade {
  std::string progress;
};

struct MeasuredPoint {
  std::string key;
  int64_t step = 0;
  double value = 0;
  absl::Time time;
};

/// The job measured something.
struct PointsMeasured {
  std::vector<MeasuredPoint> points;
};

/// A file below `output/` is in the blob store.
struct ArtifactUploaded {
  std::string path;
  std::string sha256;
  int64_t size_bytes = 0;
  std::string type;
};

/// A checkpoint is in the blob store.
struct CheckpointUploaded {
  int64_t step = 0;
  std::vector<CheckpointFile> files;
};

/// The job said what it ran on; the bytes are a Run::lineage.
struct LineageReported {
  std::string lineage;
};

/// The attempt has ended; its last event.
struct AttemptFinished {
  EndReason reason = EndReason::kNone;
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string message;
};

/// The job said something of which nothing is kept; only its number counts.
struct NothingKept {};

/// One event of a worker's spool.
struct SpooledEvent {
  int64_t sequence = 0;  ///< From 1 within the attempt, without gaps.
  std::variant<NothingKept, AttemptAdvanced, LogWritten, ProgressMade, PointsMeasured,
               ArtifactUploaded, CheckpointUploaded, LineageReported, AttemptFinished>
      what;
};

/// Events of one attempt, in order and without gaps.
struct SpooledBatch {
  AttemptKey key;
  std::vector<SpooledEvent> events;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_SPOOLED_EVENT_H_
