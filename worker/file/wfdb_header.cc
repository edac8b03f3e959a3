#include "worker/file/wfdb_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"
#include "worker/file/atomic_file.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr std::int64_t kHeaderByteLimit = std::int64_t{16} << 20;

// Far above any recorder; low enough that frames * samples * 4 bytes fits 64 bits.
constexpr std::int64_t kSignalLimit = 1024;
constexpr std::int64_t kSamplesPerFrameLimit = 1024;
constexpr std::int64_t kFrameLimit = std::int64_t{1} << 40;
constexpr std::int64_t kSegmentLimit = 1'000'000;
constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kInt32Min = std::numeric_limits<std::int32_t>::min();

constexpr std::string_view kBlanks = " \t";

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool IsControl(char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7F'; }

/// One line of text: tabs, but no other control character.
bool IsText(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char letter) { return IsControl(letter) && letter != '\t'; });
}

/// The name of a record or of a file beside the header: no path, no blank.
bool IsName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.front() != '#' &&
         name.find_first_of("/\\ ") == std::string_view::npos &&
         std::ranges::none_of(name, IsControl);
}

/// One line of the file, cut into fields on demand.
class Line {
 public:
  Line(std::string_view text, int number, const std::string& where)
      : rest_(Trim(text)), number_(number), where_(where) {}

  int number() const { return number_; }
  bool AtEnd() const { return rest_.empty(); }

  std::string_view TakeField() {
    const std::size_t end = std::min(rest_.find_first_of(kBlanks), rest_.size());
    const std::string_view field = rest_.substr(0, end);
    rest_ = Trim(rest_.substr(end));
    return field;
  }

  std::string_view TakeRest() { return std::exchange(rest_, {}); }

  [[noreturn]] void Fail(const std::string& what, const std::string& hint = "",
                         Error::Kind kind = Error::Kind::kCorruptData) const {
    throw Error(kind, what, fmt::format("{}:{}", where_, number_), hint);
  }

  std::int64_t ToInteger(std::string_view text, std::string_view what, std::int64_t low,
                         std::int64_t high) const {
    std::int64_t value = 0;
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
      Fail(fmt::format("{} is not a whole number: {}", what, text));
    }
    if (error != std::errc() || value < low || value > high) {
      Fail(fmt::format("{} is not between {} and {}: {}", what, low, high, text));
    }
    return value;
  }

  double ToReal(std::string_view text, std::string_view what, const std::string& hint = "") const {
    // strtod also takes nan, inf and hexadecimals, which no header has.
    const bool decimal = text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    const std::string copy(text);
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    if (!decimal || copy.empty() || end != copy.c_str() + copy.size() || !std::isfinite(value)) {
      Fail(fmt::format("{} is not a finite number: {}", what, text), hint);
    }
    return value;
  }

  double ToPositiveReal(std::string_view text, std::string_view what,
                        const std::string& hint = "") const {
    const double value = ToReal(text, what, hint);
    if (!(value > 0)) Fail(fmt::format("{} is not above zero: {}", what, text), hint);
    return value;
  }

 private:
  std::string_view rest_;
  int number_;
  const std::string& where_;
};

/// Cuts `text` before the first of `marks` and leaves the rest, with the mark, in `text`.
std::string_view TakeUntil(std::string_view marks, std::string_view* text) {
  const std::size_t end = std::min(text->find_first_of(marks), text->size());
  const std::string_view head = text->substr(0, end);
  *text = text->substr(end);
  return head;
}

/// The number in brackets at the start of `text`, if there is one; what stands in `text` after.
std::optional<std::string_view> TakeBracketed(const Line& line, std::string_view* text) {
  if (!text->starts_with('(')) return std::nullopt;
  const std::size_t end = text->find(')');
  if (end == std::string_view::npos) line.Fail(fmt::format("a bracket stays open: {}", *text));
  const std::string_view inside = text->substr(1, end - 1);
  *text = text->substr(end + 1);
  return inside;
}

void ParseRate(Line& line, WfdbHeader* header) {
  std::string_view text = line.TakeField();
  header->rate_hz = line.ToPositiveReal(TakeUntil("/(", &text), "the sampling rate");
  if (text.starts_with('/')) {
    text.remove_prefix(1);
    header->counter_rate_hz = line.ToPositiveReal(TakeUntil("(", &text), "the counter frequency");
  }
  if (const auto base = TakeBracketed(line, &text)) {
    header->base_counter = line.ToReal(*base, "the base counter value");
  }
  if (!text.empty()) line.Fail(fmt::format("text after the sampling rate: {}", text));
}

struct Announced {
  std::int64_t signals = 0;
  std::optional<std::int64_t> segments;
};

Announced ParseRecordLine(Line& line, WfdbHeader* header) {
  Announced announced;
  std::string_view name = line.TakeField();
  header->record_name = TakeUntil("/", &name);
  if (!IsName(header->record_name)) {
    line.Fail(fmt::format("not a record name: {}", header->record_name));
  }
  if (!name.empty()) {
    announced.segments = line.ToInteger(name.substr(1), "the number of segments", 1, kSegmentLimit);
  }
  if (line.AtEnd()) line.Fail("the record line has no number of signals");
  announced.signals = line.ToInteger(line.TakeField(), "the number of signals", 0, kSignalLimit);
  if (!line.AtEnd()) ParseRate(line, header);
  if (!line.AtEnd()) {
    const std::int64_t count =
        line.ToInteger(line.TakeField(), "the number of samples", 0, kFrameLimit);
    if (count > 0) header->sample_count = count;
  }
  if (!line.AtEnd()) header->base_time = line.TakeField();
  if (!line.AtEnd()) header->base_date = line.TakeField();
  if (!line.AtEnd()) {
    line.Fail(fmt::format("text after the record line's date: {}", line.TakeRest()));
  }
  return announced;
}

void ParseFormat(Line& line, WfdbSignal* signal) {
  std::string_view text = line.TakeField();
  signal->format =
      static_cast<int>(line.ToInteger(TakeUntil("x:+", &text), "the storage format", 0, kInt32Max));
  if (text.starts_with('x')) {
    text.remove_prefix(1);
    signal->samples_per_frame = static_cast<int>(line.ToInteger(
        TakeUntil(":+", &text), "the number of samples per frame", 1, kSamplesPerFrameLimit));
  }
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    signal->skew_frames =
        static_cast<int>(line.ToInteger(TakeUntil("+", &text), "the skew", 0, kInt32Max));
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    signal->byte_offset = line.ToInteger(TakeUntil("", &text), "the byte offset", 0, kFrameLimit);
  }
  if (!text.empty()) line.Fail(fmt::format("text after the storage format: {}", text));
}

/// Returns the baseline, where the field states one.
std::optional<std::int32_t> ParseGain(Line& line, WfdbSignal* signal) {
  std::string_view text = line.TakeField();
  signal->has_gain = true;
  signal->gain = line.ToPositiveReal(TakeUntil("(/", &text), "the gain",
                                     "without its gain a signal has no millivolts");
  std::optional<std::int32_t> baseline;
  if (const auto inside = TakeBracketed(line, &text)) {
    baseline =
        static_cast<std::int32_t>(line.ToInteger(*inside, "the baseline", kInt32Min, kInt32Max));
  }
  if (text.starts_with('/') && text.size() > 1) {
    signal->units = text.substr(1);
    text = {};
  }
  if (!text.empty()) line.Fail(fmt::format("text after the gain: {}", text));
  return baseline;
}

std::int32_t TakeInt32(Line& line, std::string_view what) {
  return static_cast<std::int32_t>(line.ToInteger(line.TakeField(), what, kInt32Min, kInt32Max));
}

WfdbSignal ParseSignalLine(Line& line) {
  WfdbSignal signal;
  signal.line = line.number();
  signal.file_name = line.TakeField();
  if (!IsName(signal.file_name)) {
    line.Fail(fmt::format("not a plain file name: {}", signal.file_name),
              "a signal file lies beside its header", Error::Kind::kBadInput);
  }
  if (line.AtEnd()) line.Fail("the signal line has no storage format");
  ParseFormat(line, &signal);
  std::optional<std::int32_t> baseline;
  if (!line.AtEnd()) baseline = ParseGain(line, &signal);
  if (!line.AtEnd()) {
    signal.adc_resolution_bits =
        static_cast<int>(line.ToInteger(line.TakeField(), "the ADC resolution", 0, 64));
  }
  if (!line.AtEnd()) signal.adc_zero = TakeInt32(line, "the ADC zero");
  signal.baseline = baseline.value_or(signal.adc_zero);
  if (!line.AtEnd()) signal.initial_value = TakeInt32(line, "the initial value");
  if (!line.AtEnd()) signal.checksum = TakeInt32(line, "the checksum");
  if (!line.AtEnd()) {
    signal.block_size = line.ToInteger(line.TakeField(), "the block size", 0, kInt32Max);
  }
  if (!line.AtEnd()) signal.name = line.TakeRest();
  return signal;
}

WfdbSegment ParseSegmentLine(Line& line) {
  WfdbSegment segment;
  segment.record_name = line.TakeField();
  if (!IsName(segment.record_name)) {
    line.Fail(fmt::format("not a record name: {}", segment.record_name));
  }
  if (line.AtEnd()) line.Fail("the segment line has no number of samples");
  segment.sample_count =
      line.ToInteger(line.TakeField(), "the segment's number of samples", 0, kFrameLimit);
  if (!line.AtEnd()) line.Fail(fmt::format("text after the segment: {}", line.TakeRest()));
  return segment;
}

void RefuseLeadTwice(const WfdbHeader& header, const std::string& where) {
  LeadMask seen;
  for (const WfdbSignal& signal : header.signals) {
    const std::optional<Lead> lead = FindLead(signal.name);
    if (!lead) continue;
    if (seen.Has(*lead)) {
      throw Error(Error::Kind::kDuplicate, fmt::format("lead {} stands twice", NameOf(*lead)),
                  fmt::format("{}:{}", where, signal.line), "rename or remove one of the two");
    }
    seen.Add(*lead);
  }
}

/// Takes the lines of a header one by one.
class HeaderParser {
 public:
  explicit HeaderParser(const std::string& where) : where_(where) {}

  void Take(std::string_view text, int number) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    text = Trim(text);
    if (text.empty()) return;
    if (text.front() == '#') {
      header_.comments.emplace_back(Trim(text.substr(1)));
      return;
    }
    Line line(text, number, where_);
    if (!IsText(text)) line.Fail("a control character in the header", "is this a WFDB header?");
    if (record_line_ == 0) {
      record_line_ = number;
      announced_ = ParseRecordLine(line, &header_);
    } else if (announced_.segments) {
      RequireRoom(line, header_.segments.size(), *announced_.segments, "segment");
      header_.segments.push_back(ParseSegmentLine(line));
    } else {
      RequireRoom(line, header_.signals.size(), announced_.signals, "signal");
      header_.signals.push_back(ParseSignalLine(line));
    }
  }

  WfdbHeader Finish() {
    if (record_line_ == 0) {
      throw Error(Error::Kind::kCorruptData, "the header has no record line", where_);
    }
    if (announced_.segments) {
      RequireAll(header_.segments.size(), *announced_.segments, "segment");
    } else {
      RequireAll(header_.signals.size(), announced_.signals, "signal");
    }
    RefuseLeadTwice(header_, where_);
    return std::move(header_);
  }

 private:
  static void RequireRoom(const Line& line, std::size_t have, std::int64_t announced,
                          std::string_view noun) {
    if (static_cast<std::int64_t>(have) < announced) return;
    line.Fail(fmt::format("one more {} line than the {} of the record line", noun, announced));
  }

  void RequireAll(std::size_t have, std::int64_t announced, std::string_view noun) const {
    if (static_cast<std::int64_t>(have) == announced) return;
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the record line announces {} {}s, but there are {} {} lines",
                            announced, noun, have, noun),
                fmt::format("{}:{}", where_, record_line_), "is the header cut off?");
  }

  const std::string& where_;
  WfdbHeader header_;
  Announced announced_;
  int record_line_ = 0;
};

[[noreturn]] void RefuseToFormat(const WfdbHeader& header, const std::string& what) {
  throw Error(Error::Kind::kBadInput, what, header.record_name);
}

void CheckName(const WfdbHeader& header, const std::string& name) {
  if (!IsName(name)) RefuseToFormat(header, "not a name without blanks and slashes: " + name);
}

void CheckText(const WfdbHeader& header, const std::string& text) {
  if (!IsText(text)) {
    RefuseToFormat(header, "a line break or control character in a header's text: " + text);
  }
}

std::string FormatSignal(const WfdbHeader& header, const WfdbSignal& signal) {
  CheckName(header, signal.file_name);
  CheckText(header, signal.name);
  if (signal.units.empty() || signal.units.find(' ') != std::string::npos ||
      std::ranges::any_of(signal.units, IsControl)) {
    RefuseToFormat(header, "not a unit: " + signal.units);
  }
  if (!(signal.gain > 0) || !std::isfinite(signal.gain)) {
    RefuseToFormat(header, fmt::format("not a gain: {}", signal.gain));
  }
  std::string line = fmt::format("{} {}", signal.file_name, signal.format);
  if (signal.samples_per_frame != 1) line += fmt::format("x{}", signal.samples_per_frame);
  if (signal.skew_frames != 0) line += fmt::format(":{}", signal.skew_frames);
  if (signal.byte_offset != 0) line += fmt::format("+{}", signal.byte_offset);
  line += fmt::format(" {}({})/{} {} {}", ShortestReal(signal.gain), signal.baseline, signal.units,
                      signal.adc_resolution_bits, signal.adc_zero);
  if (!signal.initial_value || !signal.checksum) {
    const bool more = signal.checksum || signal.block_size != 0 || !signal.name.empty();
    if (more) RefuseToFormat(header, "a signal needs initial value and checksum before its name");
    return signal.initial_value ? line + fmt::format(" {}\n", *signal.initial_value) : line + "\n";
  }
  line += fmt::format(" {} {} {}", *signal.initial_value, *signal.checksum, signal.block_size);
  if (!signal.name.empty()) line += " " + signal.name;
  return line + "\n";
}

std::string FormatRecordLine(const WfdbHeader& header) {
  CheckName(header, header.record_name);
  CheckText(header, header.base_time + header.base_date);
  if (!(header.rate_hz > 0) || !std::isfinite(header.rate_hz)) {
    RefuseToFormat(header, fmt::format("not a sampling rate: {}", header.rate_hz));
  }
  std::string line = header.record_name;
  if (!header.segments.empty()) line += fmt::format("/{}", header.segments.size());
  line += fmt::format(" {} {}", header.signals.size(), header.rate_hz);
  if (header.counter_rate_hz) line += fmt::format("/{}", *header.counter_rate_hz);
  if (header.base_counter) line += fmt::format("({})", *header.base_counter);
  const bool has_date = !header.base_date.empty();
  const bool has_time = !header.base_time.empty();
  if (has_date && !has_time) RefuseToFormat(header, "a base date needs a base time before it");
  if (header.sample_count || has_time) line += fmt::format(" {}", header.sample_count.value_or(0));
  if (has_time) line += " " + header.base_time;
  if (has_date) line += " " + header.base_date;
  return line + "\n";
}

}  // namespace

WfdbHeader ParseWfdbHeader(std::string_view text, const std::string& where) {
  HeaderParser parser(where);
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    parser.Take(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.Finish();
}

WfdbHeader ReadWfdbHeader(const std::filesystem::path& path) {
  return ParseWfdbHeader(ReadTextFile(path, kHeaderByteLimit), path.string());
}

std::string FormatWfdbHeader(const WfdbHeader& header) {
  std::string text = FormatRecordLine(header);
  for (const WfdbSegment& segment : header.segments) {
    CheckName(header, segment.record_name);
    text += fmt::format("{} {}\n", segment.record_name, segment.sample_count);
  }
  for (const WfdbSignal& signal : header.signals) text += FormatSignal(header, signal);
  for (const std::string& comment : header.comments) {
    CheckText(header, comment);
    text += comment.empty() ? "#\n" : "# " + comment + "\n";
  }
  return text;
}

void WriteWfdbHeader(const std::filesystem::path& path, const WfdbHeader& header) {
  WriteFileAtomically(path, FormatWfdbHeader(header));
}

std::string ShortestReal(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace pecg
