#include "worker/file/wfdb_segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/file/wfdb_signal.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr std::string_view kGap = "~";

[[noreturn]] void Refuse(const std::string& what, const std::filesystem::path& path,
                         const std::string& hint = "") {
  throw Error(Error::Kind::kCorruptData, what, path.string(), hint);
}

/// Reads the header of one segment and checks it against its line in the record's header.
WfdbHeader ReadSegmentHeader(const std::filesystem::path& root, const std::filesystem::path& path,
                             const WfdbSegment& segment, const WfdbHeader& record) {
  WfdbHeader header = ReadWfdbHeader(ResolveBelow(root, path));
  if (header.record_name != segment.record_name) {
    Refuse(fmt::format("the header of segment {} names another record: {}", segment.record_name,
                       header.record_name),
           root / path);
  }
  if (!header.segments.empty()) {
    Refuse(fmt::format("segment {} of {} has segments itself", segment.record_name,
                       record.record_name),
           root / path);
  }
  if (header.rate_hz != record.rate_hz) {
    Refuse(fmt::format("segment {} has {} Hz, its record {}", segment.record_name, header.rate_hz,
                       record.rate_hz),
           root / path);
  }
  if (header.sample_count.value_or(segment.sample_count) != segment.sample_count) {
    Refuse(fmt::format("segment {} has {} samples, its record says {}", segment.record_name,
                       *header.sample_count, segment.sample_count),
           root / path);
  }
  return header;
}

bool HaveOneUnit(const WfdbSignal& a, const WfdbSignal& b) {
  return a.units == b.units || (FindVoltageUnit(a.units) && FindVoltageUnit(b.units));
}

/// Finds the channel of each signal: in a variable layout by name, in a fixed one by its place.
std::vector<std::size_t> MatchChannels(std::span<const WfdbSignal> channels,
                                       const WfdbHeader& segment, bool is_variable,
                                       const std::filesystem::path& path) {
  if (!is_variable && segment.signals.size() != channels.size()) {
    Refuse(fmt::format("segment {} has {} signals, those before it {}", segment.record_name,
                       segment.signals.size(), channels.size()),
           path, "a record whose segments differ starts with a layout segment of length 0");
  }
  std::vector<std::size_t> places;
  std::vector<bool> taken(channels.size(), false);
  for (std::size_t i = 0; i < segment.signals.size(); ++i) {
    const WfdbSignal& signal = segment.signals[i];
    std::size_t place = is_variable ? 0 : i;
    while (is_variable && place < channels.size() &&
           (taken[place] || channels[place].name != signal.name)) {
      ++place;
    }
    if (place == channels.size() || channels[place].name != signal.name) {
      Refuse(fmt::format("segment {} has a signal that the {} not: {}", segment.record_name,
                         is_variable ? "layout has" : "segments before it have", signal.name),
             path);
    }
    if (signal.format != 0 && !HaveOneUnit(signal, channels[place])) {
      Refuse(fmt::format("signal {} is in {} here and in {} elsewhere in the record", signal.name,
                         signal.units, channels[place].units),
             path);
    }
    taken[place] = true;
    places.push_back(place);
  }
  return places;
}

}  // namespace

WfdbParts::WfdbParts(const std::filesystem::path& root, const std::filesystem::path& path,
                     const WfdbHeader& header)
    : has_segments_(!header.segments.empty()) {
  if (has_segments_) {
    LoadSegments(root, path, header);
    return;
  }
  channels_ = header.signals;
  has_samples_.assign(channels_.size(), false);
  frame_count_ = header.sample_count;
  WfdbPart part{.header = &header,
                .path = path,
                .first_frame = 0,
                .frame_count = header.sample_count,
                .channels = {}};
  for (std::size_t i = 0; i < channels_.size(); ++i) part.channels.push_back(i);
  AddPart(std::move(part));
}

void WfdbParts::AddPart(WfdbPart part) {
  for (std::size_t i = 0; i < part.channels.size(); ++i) {
    if (part.header->signals[i].format != 0) has_samples_[part.channels[i]] = true;
  }
  parts_.push_back(std::move(part));
}

void WfdbParts::LoadSegments(const std::filesystem::path& root, const std::filesystem::path& path,
                             const WfdbHeader& header) {
  const bool is_variable = header.segments.front().sample_count == 0;
  segments_.reserve(header.segments.size());  // What points at them must stay.
  std::int64_t frame = 0;
  for (std::size_t i = 0; i < header.segments.size(); ++i) {
    const WfdbSegment& segment = header.segments[i];
    const bool is_layout = is_variable && i == 0;
    if (segment.sample_count == 0 && !is_layout) {
      Refuse(fmt::format("segment {} has no samples", segment.record_name), root / path);
    }
    const std::int64_t first_frame = std::exchange(frame, frame + segment.sample_count);
    if (segment.record_name == kGap) continue;
    const std::filesystem::path segment_path = path.parent_path() / (segment.record_name + ".hea");
    segments_.push_back(ReadSegmentHeader(root, segment_path, segment, header));
    const WfdbHeader& loaded = segments_.back();
    if (segments_.size() == 1) {
      channels_ = loaded.signals;
      has_samples_.assign(channels_.size(), false);
    }
    if (is_layout) continue;
    AddPart({.header = &loaded,
             .path = segment_path,
             .first_frame = first_frame,
             .frame_count = segment.sample_count,
             .channels = MatchChannels(channels_, loaded, is_variable, root / segment_path)});
  }
  if (header.sample_count.value_or(frame) != frame) {
    Refuse(fmt::format("the segments have {} samples together, the record line says {}", frame,
                       *header.sample_count),
           root / path);
  }
  frame_count_ = frame;
}

}  // namespace pecg
