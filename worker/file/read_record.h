#ifndef PECG_WORKER_FILE_READ_RECORD_H_
#define PECG_WORKER_FILE_READ_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/record.h"
#include "worker/file/patient_comment.h"
#include "worker/file/wfdb_header.h"

namespace pecg {

/// A WFDB record as read.
struct WfdbRecord {
  EcgRecord ecg;      ///< Standard leads only, in the order of Lead, millivolts.
  WfdbHeader header;  ///< Whole, with every signal or segment and every comment.
  /// Names of the channels that are no standard lead; their checksums were verified too.
  std::vector<std::string> other_channels;
  /// SHA-256 of the signal files' bytes, in the header's order and segment by segment, as 64
  /// lower-case digits; empty unless asked for.
  std::string signal_sha256;
};

/// Every channel of a WFDB record, standard lead or not.
struct WfdbChannels {
  struct Channel {
    std::string name;   ///< As the header writes it.
    std::string units;  ///< `mV` for every unit of voltage, else as the header writes it.
  };
  WfdbHeader header;
  std::vector<Channel> channels;  ///< In the header's order.
  double rate_hz = 0;
  std::int64_t sample_count = 0;  ///< Per channel.
  std::vector<float> samples;     ///< `[channels.size(), sample_count]`; NaN = no valid sample.
};

/// Reads records below one folder. Keeps its byte buffer between records; not thread-safe: one per
/// thread.
class WfdbReader {
 public:
  /// `root`: the folder nothing is read outside of. Throws kNotFound where it is missing.
  explicit WfdbReader(const std::filesystem::path& root);

  /// Reads `root`/`record`.hea with its segments and signal files. `record`: relative, with or
  /// without `.hea`.
  ///
  /// Age and sex come from the comments, see FindPatientComment.
  /// There is one sample per frame: of a signal with several, their mean. A lead is present if a
  /// segment has it; in gaps and in segments without it, it is NaN.
  ///
  /// Reuses the memory of `result`, whose former contents are lost. With `hash`, signal_sha256 is
  /// taken from the bytes that are decoded.
  /// Throws Error naming the file: kBadInput (a path out of the root), kNotFound, kCorruptData,
  /// kUnsupported (format, no standard lead, a lead not in volts, more than 8 GiB of samples),
  /// kDuplicate.
  void Read(std::string_view record, bool hash, WfdbRecord* result);

  /// Names of a record's channels, in the header's order. Opens no signal file. Throws as Read.
  std::vector<std::string> ReadChannelNames(std::string_view record) const;

  /// Reads every channel of a record; otherwise as Read, but a record needs no standard lead and
  /// a lead no unit of voltage.
  WfdbChannels ReadChannels(std::string_view record);

 private:
  std::filesystem::path root_;  // Canonical.
  std::vector<std::byte> bytes_;
};

/// Reads one record, as WfdbReader::Read does.
EcgRecord ReadWfdbRecord(const std::filesystem::path& root, std::string_view record);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_READ_RECORD_H_
