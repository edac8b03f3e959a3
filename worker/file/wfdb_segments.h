#ifndef PECG_WORKER_FILE_WFDB_SEGMENTS_H_
#define PECG_WORKER_FILE_WFDB_SEGMENTS_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "worker/file/wfdb_header.h"

namespace pecg {

/// A stretch of a record whose signals lie in files of their own.
struct WfdbPart {
  const WfdbHeader* header = nullptr;
  std::filesystem::path path;  ///< Of the header, below the root.
  std::int64_t first_frame = 0;
  std::optional<std::int64_t> frame_count;  ///< Absent: as many as the files hold.
  std::vector<std::size_t> channels;        ///< Per signal of the header: its place in the record.
};

/// The parts of a record: the record itself, or the segments of a multi-segment record.
///
/// In a record of fixed layout every segment has the same signals. In one of variable layout the
/// first segment, of length 0, is the layout: it lists all signals, and a segment has some of
/// them, found by name. A segment `~` is a gap. Source: WFDB Applications Guide, header(5).
class WfdbParts {
 public:
  /// Reads the headers of the segments, which lie beside the record's. `root` is canonical and
  /// nothing is read outside of it, `path` is the header's below it; `header` outlives this.
  /// Throws Error naming file and line: kNotFound for a segment that is not there, kCorruptData
  /// for segments that contradict the record (length, rate, signals, units) or hold segments
  /// themselves.
  WfdbParts(const std::filesystem::path& root, const std::filesystem::path& path,
            const WfdbHeader& header);

  WfdbParts(const WfdbParts&) = delete;
  WfdbParts& operator=(const WfdbParts&) = delete;

  /// The signals of the record: its own, or those of the layout.
  std::span<const WfdbSignal> channels() const { return channels_; }
  /// In the order of time; gaps are in none.
  const std::vector<WfdbPart>& parts() const { return parts_; }
  /// Whether the parts are segments, between which there may be gaps.
  bool has_segments() const { return has_segments_; }
  /// Frames of the whole record; absent in a record of one part whose header does not say.
  std::optional<std::int64_t> frame_count() const { return frame_count_; }
  /// Whether a part has samples of that channel.
  bool HasSamples(std::size_t channel) const { return has_samples_[channel]; }

 private:
  void LoadSegments(const std::filesystem::path& root, const std::filesystem::path& path,
                    const WfdbHeader& header);
  void AddPart(WfdbPart part);

  bool has_segments_;
  std::vector<WfdbHeader> segments_;
  std::span<const WfdbSignal> channels_;
  std::vector<bool> has_samples_;
  std::vector<WfdbPart> parts_;
  std::optional<std::int64_t> frame_count_;
};

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_SEGMENTS_H_
