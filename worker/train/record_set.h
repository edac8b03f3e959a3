#ifndef PECG_WORKER_TRAIN_RECORD_SET_H_
#define PECG_WORKER_TRAIN_RECORD_SET_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"
#include "worker/train/preprocess.h"

namespace pecg {

/// What a record is for in a training run.
enum class RecordPart : std::uint8_t {
  kTrain,     ///< Fitting.
  kValidate,  ///< Stopping; never fitted to.
  kHeldOut,   ///< Predicted only, once, at the end.
  kTest,      ///< The locked test: as kHeldOut.
};

/// A target that is not defined for a record.
inline constexpr std::uint8_t kMissingLabel = 255;

/// One record as the manifest tells it.
struct RecordRow {
  std::int64_t ordinal = 0;  ///< Position in the dataset version.
  std::string record_id;
  std::string path;           ///< Below the dataset's root, without extension.
  std::string signal_sha256;  ///< Of the signal files; empty = not checked.
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
  LeadMask leads;
  RecordPart part = RecordPart::kTrain;
  std::vector<std::uint8_t> labels;  ///< One per target of the run: 0, 1 or kMissingLabel.
  double weight = 1;                 ///< In the loss; positive.
};

/// Records of a training run in memory: `signals[i]` belongs to `rows[i]`. `signals` is empty for a
/// model that looks at no signal.
struct RecordSet {
  std::vector<RecordRow> rows;
  std::vector<PreparedRecord> signals;

  /// Positions of the rows of a part, ascending.
  std::vector<std::size_t> PositionsOf(RecordPart part) const;
};

/// How LoadSignals works and reports.
struct LoadOptions {
  std::filesystem::path root;  ///< The dataset's folder.
  int threads = 1;
  /// Gets the number of records read so far; called on the calling thread only. May be empty.
  std::function<void(std::int64_t done)> on_progress;
  /// Asked between records, from any thread; true ends the reading early. May be empty.
  std::function<bool()> stop_requested;
};

/// Reads and prepares the signal of every row, into `records->signals`. Returns false when it was
/// asked to stop. Memory: about rate_hz * 24 bytes per second of 12-lead ECG.
///
/// A record that cannot be read, has no usable lead, or whose signal is not the one that was
/// indexed (SHA-256 differs) ends the loading: a run must not silently use other data than its
/// lineage says. Throws the Error of the first such record, naming it, and how many more there are.
bool LoadSignals(const Preprocessor& preprocessor, const LoadOptions& options, RecordSet* records);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_RECORD_SET_H_
