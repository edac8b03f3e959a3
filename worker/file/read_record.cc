#include "worker/file/read_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "base/digest/sha256.h"
#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/file/wfdb_signal.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr std::int64_t kSignalFileByteLimit = std::int64_t{4} << 30;
constexpr int kDaysPerYear = 365;  // As ZZU-pECG counts.
constexpr int kMaxYears = 130;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

std::optional<int> ToCount(std::string_view text, int limit) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > limit) {
    return std::nullopt;
  }
  return value;
}

Sex ToSex(std::string_view lower) {
  if (lower == "female" || lower == "f") return Sex::kFemale;
  if (lower == "male" || lower == "m") return Sex::kMale;
  return Sex::kUnknown;
}

std::optional<int> YearsToDays(std::string_view text) {
  const std::optional<int> years = ToCount(text, kMaxYears);
  if (!years) return std::nullopt;
  return *years * kDaysPerYear;
}

std::string_view TrimBlanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// `Female 360`: sex and days.
bool TakeZzuComment(std::string_view lower, PatientComment* patient) {
  const std::size_t blank = lower.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view word = lower.substr(0, blank);
  const std::optional<int> days =
      ToCount(TrimBlanks(lower.substr(blank)), kMaxYears * kDaysPerYear);
  if (!days || (word != "female" && word != "male")) return false;
  patient->sex = ToSex(word);
  patient->age_days = days;
  return true;
}

/// `<age>: 51`, `Age: 51`, `<sex>: F`, `Sex: Female`.
void TakeKeyedComment(std::string_view lower, PatientComment* patient) {
  const std::size_t colon = lower.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view key = TrimBlanks(lower.substr(0, colon));
  const std::string_view value = TrimBlanks(lower.substr(colon + 1));
  if ((key == "age" || key == "<age>") && !patient->age_days) {
    patient->age_days = YearsToDays(value);
  }
  if ((key == "sex" || key == "<sex>") && patient->sex == Sex::kUnknown) {
    patient->sex = ToSex(value);
  }
}

/// Which of the header's signals are standard leads, and where each goes.
struct LeadPlan {
  LeadMask mask;
  int samples_per_frame = 1;
  /// Per signal of the header; nothing for a channel that is no standard lead.
  std::vector<std::optional<Lead>> leads;
  std::vector<std::string> other_channels;
};

LeadPlan PlanLeads(const WfdbHeader& header, const std::string& where) {
  LeadPlan plan;
  for (const WfdbSignal& signal : header.signals) {
    const std::optional<Lead> lead = FindLead(signal.name);
    plan.leads.push_back(lead);
    if (!lead) {
      plan.other_channels.push_back(signal.name);
      continue;
    }
    const std::string place = fmt::format("{}:{}", where, signal.line);
    if (!FindVoltageUnit(signal.units)) {
      throw Error(Error::Kind::kUnsupported,
                  fmt::format("lead {} is not in mV, V or uV: {}", signal.name, signal.units),
                  place);
    }
    if (plan.mask.bits() == 0) plan.samples_per_frame = signal.samples_per_frame;
    if (plan.samples_per_frame != signal.samples_per_frame) {
      throw Error(
          Error::Kind::kUnsupported,
          fmt::format("lead {} has another sampling rate than the leads before it", signal.name),
          place);
    }
    plan.mask.Add(*lead);
  }
  if (plan.mask.bits() == 0) {
    throw Error(Error::Kind::kUnsupported, "no standard lead among the signals", where,
                fmt::format("the signals are: {}", fmt::join(plan.other_channels, ", ")));
  }
  return plan;
}

void RequireOneSegment(const WfdbHeader& header, const std::string& where) {
  if (header.segments.empty()) return;
  throw Error(Error::Kind::kUnsupported,
              fmt::format("a record of {} segments is not read", header.segments.size()), where,
              "read its segments one by one");
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

/// The rows of `ecg` that the signals of one file fill; empty for the other channels.
std::vector<std::span<float>> OutputsFor(std::span<const std::optional<Lead>> leads,
                                         EcgRecord* ecg) {
  std::vector<std::span<float>> outputs;
  const auto length = static_cast<std::size_t>(ecg->sample_count);
  for (const std::optional<Lead>& lead : leads) {
    if (!lead) {
      outputs.emplace_back();
      continue;
    }
    const std::uint32_t before = ecg->leads.bits() & ((1U << static_cast<unsigned>(*lead)) - 1U);
    const auto row = static_cast<std::size_t>(std::popcount(before));
    outputs.push_back(std::span(ecg->samples_mv).subspan(row * length, length));
  }
  return outputs;
}

}  // namespace

PatientComment FindPatientComment(const std::vector<std::string>& comments) {
  PatientComment patient;
  for (const std::string& comment : comments) {
    const std::string lower = Lower(comment);
    if (TakeZzuComment(lower, &patient)) break;
    TakeKeyedComment(lower, &patient);
  }
  return patient;
}

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
  const std::string where = path.string();
  result->header = ReadWfdbHeader(path);
  const WfdbHeader& header = result->header;
  RequireOwnName(header, path);
  RequireOneSegment(header, where);
  LeadPlan plan = PlanLeads(header, where);
  result->other_channels = std::move(plan.other_channels);
  result->signal_sha256.clear();

  EcgRecord& ecg = result->ecg;
  const PatientComment patient = FindPatientComment(header.comments);
  ecg.record_id = header.record_name;
  ecg.age_days = patient.age_days;
  ecg.sex = patient.sex;
  ecg.rate_hz = header.rate_hz * plan.samples_per_frame;
  ecg.leads = plan.mask;

  Sha256 digest;
  std::optional<std::int64_t> frame_count = header.sample_count;
  std::size_t signal = 0;
  for (const WfdbSignalGroup& group : GroupSignalsByFile(header, where)) {
    const std::filesystem::path file =
        ResolveBelow(root_, relative.parent_path() / group.front().file_name);
    ReadWholeFile(file, kSignalFileByteLimit, &bytes_);
    const auto byte_count = static_cast<std::int64_t>(bytes_.size());
    frame_count = CountFrames(group, byte_count, frame_count, file.string());
    ecg.sample_count = *frame_count * plan.samples_per_frame;
    ecg.samples_mv.resize(static_cast<std::size_t>(ecg.leads.Count()) *
                          static_cast<std::size_t>(ecg.sample_count));
    if (hash) digest.Update(bytes_);
    const auto outputs = OutputsFor(std::span(plan.leads).subspan(signal, group.size()), &ecg);
    DecodeSignalFile(bytes_, group, *frame_count, outputs, file.string());
    signal += group.size();
  }
  if (hash) result->signal_sha256 = digest.FinishHex();
}

EcgRecord ReadWfdbRecord(const std::filesystem::path& root, std::string_view record) {
  WfdbReader reader(root);
  WfdbRecord result;
  reader.Read(record, /*hash=*/false, &result);
  return std::move(result.ecg);
}

}  // namespace pecg
