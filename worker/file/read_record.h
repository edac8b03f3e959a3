#ifndef PECG_WORKER_FILE_READ_RECORD_H_
#define PECG_WORKER_FILE_READ_RECORD_H_

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/record.h"
#include "worker/file/wfdb_header.h"

namespace pecg {

/// A WFDB record as read.
struct WfdbRecord {
  EcgRecord ecg;      ///< Standard leads only, in the order of Lead, millivolts.
  WfdbHeader header;  ///< Whole, with every channel and comment.
  /// Names of the channels that are no standard lead; their checksums were verified too.
  std::vector<std::string> other_channels;
  /// SHA-256 of the signal files' bytes, in the header's order, as 64 lower-case digits; empty
  /// unless asked for.
  std::string signal_sha256;
};

/// Reads records below one folder. Keeps its byte buffer between records; not thread-safe: one per
/// thread.
class WfdbReader {
 public:
  /// `root`: the folder nothing is read outside of. Throws kNotFound where it is missing.
  explicit WfdbReader(const std::filesystem::path& root);

  /// Reads `root`/`record`.hea and its signal files. `record`: relative, with or without `.hea`.
  ///
  /// Age and sex come from the comments: `Female 360` (ZZU-pECG, days), `<age>: 51` and `<sex>: F`
  /// (LUDB), `Age: 51` and `Sex: Female` (PTB, CinC), years of 365 days. Both stay unknown when
  /// there are none or they cannot be read.
  /// The leads must share one sampling rate; extra channels need not.
  ///
  /// Reuses the memory of `result`, whose former contents are lost. With `hash`, signal_sha256 is
  /// taken from the bytes that are decoded.
  /// Throws Error naming the file: kBadInput (a path out of the root), kNotFound, kCorruptData,
  /// kUnsupported (format, several segments, no standard lead, a lead not in volts), kDuplicate.
  void Read(std::string_view record, bool hash, WfdbRecord* result);

 private:
  std::filesystem::path root_;  // Canonical.
  std::vector<std::byte> bytes_;
};

/// Reads one record, as WfdbReader::Read does.
EcgRecord ReadWfdbRecord(const std::filesystem::path& root, std::string_view record);

/// Age and sex that a header's comments state, see WfdbReader::Read.
struct PatientComment {
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
};
PatientComment FindPatientComment(const std::vector<std::string>& comments);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_READ_RECORD_H_
