#include "worker/file/write_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <system_error>

#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/file/atomic_file.h"
#include "worker/file/system_error.h"
#include "worker/file/wfdb_header.h"

namespace pecg {
namespace {

// The smallest code is kept for invalid samples.
constexpr double kLowest = -32767;
constexpr double kHighest = 32767;
constexpr std::int16_t kInvalid = -32768;
constexpr double kInt32Min = std::numeric_limits<std::int32_t>::min();
constexpr double kInt32Max = std::numeric_limits<std::int32_t>::max();

struct Scale {
  double gain = 1;
  double baseline = 1;
};

/// Maps [low, high] onto the codes. The baseline is rounded so that `high` stays inside, and the
/// gain then follows from `low`, which keeps its code exactly.
Scale ScaleFor(double low, double high) {
  if (low == high) return low == 0 ? Scale{} : Scale{.gain = std::abs(1 / low), .baseline = 0};
  Scale scale;
  scale.gain = (kHighest - kLowest) / (high - low);
  const double exact = kLowest - scale.gain * low;
  scale.baseline = low > 0 ? std::ceil(exact) : std::floor(exact);
  if (scale.baseline != kLowest) scale.gain = (kLowest - scale.baseline) / low;
  // A signal far from zero: what the 32 bits of the baseline allow.
  if (scale.baseline > kInt32Max) {
    scale = {.gain = (kInt32Max - kLowest) / std::abs(low), .baseline = kInt32Max};
  } else if (scale.baseline < kInt32Min) {
    scale = {.gain = (kHighest - kInt32Min) / high, .baseline = kInt32Min};
  }
  return scale;
}

Scale FindScale(std::span<const float> samples, const std::string& where) {
  std::optional<double> low;
  std::optional<double> high;
  for (const float sample : samples) {
    if (std::isnan(sample)) continue;
    if (std::isinf(sample)) {
      throw Error(Error::Kind::kBadInput, "an infinite sample cannot be written", where);
    }
    low = std::min<double>(low.value_or(sample), sample);
    high = std::max<double>(high.value_or(sample), sample);
  }
  return low ? ScaleFor(*low, *high) : Scale{};
}

std::int16_t ToCode(float sample, const Scale& scale) {
  if (std::isnan(sample)) return kInvalid;
  const double code = std::nearbyint(static_cast<double>(sample) * scale.gain + scale.baseline);
  return static_cast<std::int16_t>(std::clamp(code, kLowest, kHighest));
}

/// Lead names as the release's headers spell them: all in capitals.
std::string HeaderName(Lead lead) {
  std::string name(NameOf(lead));
  std::ranges::transform(name, name.begin(),
                         [](char letter) { return letter == 'a' ? 'A' : letter; });
  return name;
}

void CheckRecord(const EcgRecord& record) {
  const auto wanted = static_cast<std::int64_t>(record.leads.Count()) * record.sample_count;
  if (record.leads.Count() > 0 && record.sample_count > 0 &&
      static_cast<std::int64_t>(record.samples_mv.size()) == wanted) {
    return;
  }
  throw Error(Error::Kind::kBadInput,
              fmt::format("{} samples are no {} leads of {} samples", record.samples_mv.size(),
                          record.leads.Count(), record.sample_count),
              record.record_id);
}

/// Encodes one lead into its column of `codes` and describes it.
WfdbSignal EncodeLead(const EcgRecord& record, Lead lead, std::size_t column,
                      std::vector<std::int16_t>* codes) {
  const std::span<const float> samples = record.LeadSamples(lead);
  const Scale scale = FindScale(samples, record.record_id + " " + std::string(NameOf(lead)));
  const auto stride = static_cast<std::size_t>(record.leads.Count());
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::int16_t code = ToCode(samples[i], scale);
    (*codes)[i * stride + column] = code;
    sum += static_cast<std::uint32_t>(code);
  }
  WfdbSignal signal;
  signal.file_name = record.record_id + ".dat";
  signal.gain = scale.gain;
  signal.has_gain = true;
  signal.baseline = static_cast<std::int32_t>(scale.baseline);
  signal.adc_resolution_bits = 16;
  signal.initial_value = (*codes)[column];
  signal.checksum = static_cast<std::int32_t>(sum & 0xFFFFU);
  signal.name = HeaderName(lead);
  return signal;
}

}  // namespace

void WriteWfdbRecord(const std::filesystem::path& folder, const EcgRecord& record,
                     const std::vector<std::string>& comments) {
  CheckRecord(record);
  WfdbHeader header;
  header.record_name = record.record_id;
  header.rate_hz = record.rate_hz;
  header.sample_count = record.sample_count;
  header.comments = comments;
  std::vector<std::int16_t> codes(record.samples_mv.size());
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    if (!record.leads.Has(lead)) continue;
    header.signals.push_back(EncodeLead(record, lead, header.signals.size(), &codes));
  }
  const std::string text = FormatWfdbHeader(header);

  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) ThrowSystemError(error.value(), "cannot make the folder", folder);
  AtomicFile signals(folder / (record.record_id + ".dat"), Durability::kUnsynced);
  signals.Write(std::as_bytes(std::span(codes)));
  signals.Commit();
  WriteFileAtomically(folder / (record.record_id + ".hea"), text, Durability::kUnsynced);
}

}  // namespace pecg
