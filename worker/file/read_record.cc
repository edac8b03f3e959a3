#include "worker/file/read_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "base/digest/sha256.h"
#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/file/wfdb_segments.h"
#include "worker/file/wfdb_signal.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr std::int64_t kSignalFileByteLimit = std::int64_t{4} << 30;
constexpr std::int64_t kRecordByteLimit = std::int64_t{8} << 30;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Where the samples of each channel of a record go.
struct RowPlan {
  std::vector<std::optional<std::size_t>> rows;  ///< Per channel; nothing to leave it out.
  std::size_t row_count = 0;
};

/// Which of a record's channels are standard leads.
struct LeadPlan {
  LeadMask mask;
  RowPlan rows;
  std::vector<std::string> other_channels;
};

LeadPlan PlanLeads(const WfdbParts& parts, const std::string& where) {
  LeadPlan plan;
  std::vector<std::optional<Lead>> leads;
  for (std::size_t i = 0; i < parts.channels().size(); ++i) {
    const WfdbSignal& signal = parts.channels()[i];
    std::optional<Lead> lead = FindLead(signal.name);
    if (!lead) {
      plan.other_channels.push_back(signal.name);
    } else if (!parts.HasSamples(i)) {
      lead.reset();
    } else if (!FindVoltageUnit(signal.units)) {
      throw Error(Error::Kind::kUnsupported,
                  fmt::format("lead {} is not in mV, V or uV: {}", signal.name, signal.units),
                  fmt::format("{}:{}", where, signal.line));
    } else {
      plan.mask.Add(*lead);
    }
    leads.push_back(lead);
  }
  if (plan.mask.bits() == 0) {
    throw Error(Error::Kind::kUnsupported, "no standard lead among the signals", where,
                fmt::format("the signals are: {}", fmt::join(plan.other_channels, ", ")));
  }
  for (const std::optional<Lead>& lead : leads) {
    plan.rows.rows.emplace_back();
    if (!lead) continue;
    const std::uint32_t before = plan.mask.bits() & ((1U << static_cast<unsigned>(*lead)) - 1U);
    plan.rows.rows.back() = static_cast<std::size_t>(std::popcount(before));
  }
  plan.rows.row_count = static_cast<std::size_t>(plan.mask.Count());
  return plan;
}

// The WFDB library refuses this too: the signals are then often those of another record.
void RequireOwnName(const WfdbHeader& header, const std::filesystem::path& path) {
  if (path.stem() == header.record_name) return;
  throw Error(Error::Kind::kCorruptData,
              fmt::format("the header names another record: {}", header.record_name),
              path.string() + ":1", "was the file copied under a new name?");
}

std::filesystem::path HeaderPath(std::string_view record) {
  std::filesystem::path path(record);
  if (path.extension() != ".hea") path += ".hea";
  return path;
}

/// Reads the samples of a record's parts into rows.
class SampleLoader {
 public:
  /// `samples` gets `[row_count, frame_count]`. All outlive this; `digest` may be null.
  SampleLoader(const std::filesystem::path& root, const RowPlan& plan,
               std::vector<std::byte>* bytes, Sha256* digest, std::vector<float>* samples)
      : root_(root), plan_(plan), bytes_(bytes), digest_(digest), samples_(samples) {}

  /// Returns the number of frames.
  std::int64_t Load(const WfdbParts& parts) {
    if (parts.frame_count()) Resize(*parts.frame_count());
    // Between segments and in those without a channel, nothing is written.
    if (parts.has_segments()) std::ranges::fill(*samples_, kNaN);
    for (const WfdbPart& part : parts.parts()) LoadPart(part);
    if (!frame_count_) {
      throw Error(Error::Kind::kCorruptData, "neither the header nor a file says how long it is",
                  (root_ / parts.parts().front().path).string());
    }
    return *frame_count_;
  }

 private:
  void Resize(std::int64_t frame_count) {
    const auto limit = kRecordByteLimit / static_cast<std::int64_t>(sizeof(float));
    const auto row_count = static_cast<std::int64_t>(plan_.row_count);
    if (frame_count > limit / std::max<std::int64_t>(row_count, 1)) {
      throw Error(Error::Kind::kUnsupported,
                  fmt::format("{} samples in {} leads are more than are read at a time",
                              frame_count, row_count),
                  root_.string());
    }
    frame_count_ = frame_count;
    samples_->resize(plan_.row_count * static_cast<std::size_t>(frame_count));
  }

  void LoadPart(const WfdbPart& part) {
    const std::string where = (root_ / part.path).string();
    const WfdbSignal* const signals = part.header->signals.data();
    std::vector<bool> is_loaded(part.header->signals.size(), false);
    std::optional<std::int64_t> frame_count = part.frame_count;
    for (const WfdbSignalGroup& group : GroupSignalsByFile(*part.header, where)) {
      const std::filesystem::path file = FindSignalFile(part, group.front(), where);
      ReadWholeFile(file, kSignalFileByteLimit, bytes_);
      frame_count = CountFrames(group, std::ssize(*bytes_), frame_count, file.string());
      if (!frame_count_) Resize(*frame_count);
      if (digest_ != nullptr) digest_->Update(*bytes_);
      const auto first = static_cast<std::size_t>(group.data() - signals);
      std::vector<std::span<float>> outputs;
      for (std::size_t i = first; i < first + group.size(); ++i) {
        outputs.push_back(Row(part.channels[i], part.first_frame, *frame_count));
        is_loaded[i] = true;
      }
      DecodeSignalFile(*bytes_, group, *frame_count, outputs, file.string());
    }
    FillNullSignals(part, is_loaded);
  }

  /// Null signals have a row where all channels are read.
  void FillNullSignals(const WfdbPart& part, const std::vector<bool>& is_loaded) {
    for (std::size_t i = 0; i < is_loaded.size(); ++i) {
      if (is_loaded[i] || !frame_count_) continue;
      std::ranges::fill(
          Row(part.channels[i], part.first_frame, part.frame_count.value_or(*frame_count_)), kNaN);
    }
  }

  std::filesystem::path FindSignalFile(const WfdbPart& part, const WfdbSignal& signal,
                                       const std::string& where) const {
    try {
      return ResolveBelow(root_, part.path.parent_path() / signal.file_name);
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::kNotFound) throw;
      throw Error(Error::Kind::kNotFound, "the signal file is not there: " + signal.file_name,
                  fmt::format("{}:{}", where, signal.line),
                  "it must lie beside the header that names it");
    }
  }

  /// The frames of a channel's row; empty for a channel that is left out.
  std::span<float> Row(std::size_t channel, std::int64_t first_frame, std::int64_t frame_count) {
    const std::optional<std::size_t> row = plan_.rows[channel];
    if (!row) return {};
    return std::span(*samples_).subspan(
        *row * static_cast<std::size_t>(*frame_count_) + static_cast<std::size_t>(first_frame),
        static_cast<std::size_t>(frame_count));
  }

  const std::filesystem::path& root_;
  const RowPlan& plan_;
  std::vector<std::byte>* bytes_;
  Sha256* digest_;
  std::vector<float>* samples_;
  std::optional<std::int64_t> frame_count_;  // Of the record, once it is known.
};

}  // namespace

WfdbReader::WfdbReader(const std::filesystem::path& root) {
  std::error_code error;
  root_ = std::filesystem::canonical(root, error);
  if (error || !std::filesystem::is_directory(root_, error)) {
    throw Error(Error::Kind::kNotFound, "no such folder", root.string(),
                "is the dataset's folder mapped and mounted?");
  }
}

void WfdbReader::Read(std::string_view record, bool hash, WfdbRecord* result) {
  const std::filesystem::path relative = HeaderPath(record);
  const std::filesystem::path path = ResolveBelow(root_, relative);
  result->header = ReadWfdbHeader(path);
  const WfdbHeader& header = result->header;
  RequireOwnName(header, path);
  const WfdbParts parts(root_, relative, header);
  LeadPlan plan = PlanLeads(parts, path.string());
  result->other_channels = std::move(plan.other_channels);
  result->signal_sha256.clear();

  EcgRecord& ecg = result->ecg;
  const PatientComment patient = FindPatientComment(header.comments);
  ecg.record_id = header.record_name;
  ecg.age_days = patient.age_days;
  ecg.sex = patient.sex;
  ecg.rate_hz = header.rate_hz;
  ecg.leads = plan.mask;
  Sha256 digest;
  ecg.sample_count =
      SampleLoader(root_, plan.rows, &bytes_, hash ? &digest : nullptr, &ecg.samples_mv)
          .Load(parts);
  if (hash) result->signal_sha256 = digest.FinishHex();
}

std::vector<std::string> WfdbReader::ReadChannelNames(std::string_view record) const {
  const std::filesystem::path relative = HeaderPath(record);
  const std::filesystem::path path = ResolveBelow(root_, relative);
  const WfdbHeader header = ReadWfdbHeader(path);
  RequireOwnName(header, path);
  const WfdbParts parts(root_, relative, header);
  std::vector<std::string> names;
  for (const WfdbSignal& signal : parts.channels()) names.push_back(signal.name);
  return names;
}

WfdbChannels WfdbReader::ReadChannels(std::string_view record) {
  const std::filesystem::path relative = HeaderPath(record);
  const std::filesystem::path path = ResolveBelow(root_, relative);
  WfdbChannels result;
  result.header = ReadWfdbHeader(path);
  RequireOwnName(result.header, path);
  const WfdbParts parts(root_, relative, result.header);
  RowPlan plan;
  for (const WfdbSignal& signal : parts.channels()) {
    result.channels.push_back(
        {.name = signal.name, .units = FindVoltageUnit(signal.units) ? "mV" : signal.units});
    plan.rows.emplace_back(plan.row_count++);
  }
  if (result.channels.empty()) {
    throw Error(Error::Kind::kUnsupported, "the record has no signals", path.string());
  }
  result.rate_hz = result.header.rate_hz;
  result.sample_count =
      SampleLoader(root_, plan, &bytes_, /*digest=*/nullptr, &result.samples).Load(parts);
  return result;
}

EcgRecord ReadWfdbRecord(const std::filesystem::path& root, std::string_view record) {
  WfdbReader reader(root);
  WfdbRecord result;
  reader.Read(record, /*hash=*/false, &result);
  return std::move(result.ecg);
}

}  // namespace pecg
