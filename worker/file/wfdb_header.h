#ifndef PECG_WORKER_FILE_WFDB_HEADER_H_
#define PECG_WORKER_FILE_WFDB_HEADER_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// One signal line of a WFDB header, with the defaults of header(5) filled in.
/// Source: WFDB Applications Guide, header(5) and signal(5).
struct WfdbSignal {
  std::string file_name;         ///< Beside the header; never a path.
  int format = 16;               ///< Storage format; any number is kept, few are decoded.
  int samples_per_frame = 1;     ///< `xN`: this signal has N samples in each frame; N >= 1.
  int skew_frames = 0;           ///< `:skew`: the signal's sample i lies in frame i + skew.
  std::int64_t byte_offset = 0;  ///< `+offset`: bytes before the first sample of the file.
  double gain = 200;             ///< ADC units per physical unit; finite and above zero.
  bool has_gain = false;         ///< False: the header gives none and 200 is assumed.
  std::int32_t baseline = 0;     ///< ADC value of zero physical units; wider than the format's.
  std::string units = "mV";      ///< As written.
  int adc_resolution_bits = 0;   ///< 0 = not stated.
  std::int32_t adc_zero = 0;
  std::optional<std::int32_t> initial_value;  ///< ADC value of the first sample.
  std::optional<std::int32_t> checksum;  ///< Sum of all samples, modulo 65536; signed or unsigned.
  std::int64_t block_size = 0;
  std::string name;  ///< Description, here the lead's name; may be empty.
  int line = 0;      ///< Line in the header, from 1; 0 where it was not parsed.
};

/// One segment line of a multi-segment header.
struct WfdbSegment {
  std::string record_name;  ///< `~` is a gap.
  std::int64_t sample_count = 0;
};

/// A WFDB header (.hea), whole.
struct WfdbHeader {
  std::string record_name;
  double rate_hz = 250;  ///< Frames per second; finite and above zero.
  std::optional<double> counter_rate_hz;
  std::optional<double> base_counter;
  std::optional<std::int64_t> sample_count;  ///< Frames per signal; absent = take the file's size.
  std::string base_time;                     ///< As written; empty = absent.
  std::string base_date;
  std::vector<WfdbSignal> signals;
  std::vector<WfdbSegment> segments;  ///< Only in a multi-segment header, which has no signals.
  std::vector<std::string> comments;  ///< Without `#` and the blanks around the text.
};

/// Parses the text of a header. LF and CRLF, blank lines and comments anywhere are accepted.
/// `where` is the file's name for messages. Throws Error with `where:line`: kCorruptData for a
/// header that breaks the grammar or contradicts itself (fewer signal lines than announced, a gain
/// that is not a finite number above zero, counts out of range), kDuplicate for a standard lead
/// that stands twice, whatever its letters' case.
WfdbHeader ParseWfdbHeader(std::string_view text, const std::string& where);

/// Reads and parses a header file of at most 16 MiB. Throws as ParseWfdbHeader, and kNotFound, kIo.
WfdbHeader ReadWfdbHeader(const std::filesystem::path& path);

/// The text of a header: LF line ends, comments as `# text`, reals in their shortest form that
/// reads back to the same double. ParseWfdbHeader gives back the same values.
/// Throws kBadInput for what the format cannot say (a blank in a file name, a line break).
std::string FormatWfdbHeader(const WfdbHeader& header);

/// Writes FormatWfdbHeader(header) to `path` by rename. Throws kDiskFull, kIo and the above.
void WriteWfdbHeader(const std::filesystem::path& path, const WfdbHeader& header);

/// Shortest text that reads back to `value`, as Python's repr prints it where WFDB needs it.
std::string ShortestReal(double value);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_HEADER_H_
