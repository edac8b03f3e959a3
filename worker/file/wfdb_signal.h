#ifndef PECG_WORKER_FILE_WFDB_SIGNAL_H_
#define PECG_WORKER_FILE_WFDB_SIGNAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/file/wfdb_header.h"

namespace pecg {

/// The signals of one signal file: neighbours in the header that name the same file.
/// They share format and byte offset. Views into the header, which must outlive this.
using WfdbSignalGroup = std::span<const WfdbSignal>;

/// Splits the header's signals by file, in the header's order; null signals (format 0), which have
/// no file, are in no group. Throws kUnsupported for a format that is not read, kCorruptData for
/// signals of one file that differ in format or offset or do not stand together.
std::vector<WfdbSignalGroup> GroupSignalsByFile(const WfdbHeader& header, const std::string& where);

/// Frames of the record, given that its file has `byte_count` bytes.
/// With `announced`: throws kCorruptData, with both numbers, unless the file is just as long, or
/// longer by frames that skewed signals need at the end.
/// Without: throws kCorruptData unless it holds whole frames, at least one.
std::int64_t CountFrames(WfdbSignalGroup group, std::int64_t byte_count,
                         std::optional<std::int64_t> announced, const std::string& where);

/// Factor or divisor from a unit of voltage to millivolts.
enum class VoltageUnit : std::uint8_t { kMillivolt, kVolt, kMicrovolt };

/// `mV`, `V` and `uV` in any case, also with the micro sign; nothing for other units.
std::optional<VoltageUnit> FindVoltageUnit(std::string_view units);

/// Decodes one signal file of any format that FindWfdbFormat knows.
///
/// `bytes`: the whole file, CountFrames() of it being `frame_count`.
/// `outputs`: one per signal of the group: `[frame_count]` floats, or empty to skip that signal.
/// They get, bit for bit, float(double(digital - baseline) / gain) in millivolts (volts times,
/// microvolts divided by 1000, still as doubles; other units unscaled); of a signal with several
/// samples per frame their mean, taken in double. NaN stands for the format's invalid code, also
/// for a mean with an invalid sample, and where a skew runs past the end of the file.
/// Checksum (modulo 65536) and initial value of every signal are verified where the header has
/// them, also of those skipped; the checksum only where the file has no frames beyond the record's.
/// `where`: the signal file's name for messages. Throws kCorruptData naming the lead.
/// Thread-safe. Uses AVX2 or AVX-512 where the machine has them, with the same results.
void DecodeSignalFile(std::span<const std::byte> bytes, WfdbSignalGroup group,
                      std::int64_t frame_count, std::span<const std::span<float>> outputs,
                      const std::string& where);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_SIGNAL_H_
