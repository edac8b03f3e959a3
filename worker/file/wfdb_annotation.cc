#include "worker/file/wfdb_annotation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <system_error>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/file/wfdb_header.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

constexpr std::int64_t kAnnotationFileByteLimit = std::int64_t{1} << 30;

// A word: a code in the upper 6 bits, an interval or a count in the lower 10.
constexpr unsigned kCodeShift = 10;
constexpr unsigned kIntervalMask = 0x3FF;
constexpr int kNote = 22;
constexpr int kLastCode = 58;
constexpr int kSkip = 59;
constexpr int kNumber = 60;
constexpr int kSubtype = 61;
constexpr int kChannel = 62;
constexpr int kAux = 63;
constexpr std::size_t kAuxLimit = 255;

constexpr std::string_view kResolution = "## time resolution:";
constexpr std::string_view kDefinitions = "## annotation type definitions";
constexpr std::string_view kEndOfDefinitions = "## end of definitions";

// By code; empty where the library has none. `""` is a note's.
constexpr std::array<std::string_view, 42> kSymbols = {
    "",  "N", "L", "R", "a", "V", "F", "J", "A",  "S", "E", "j", "/", "Q",
    "~", "",  "|", "",  "s", "T", "*", "D", "\"", "=", "p", "B", "^", "t",
    "+", "u", "?", "!", "[", "]", "e", "n", "@",  "x", "f", "(", ")", "r"};

/// Takes words, long numbers and texts off an annotation file.
class WordReader {
 public:
  WordReader(std::span<const std::byte> bytes, const std::string& where)
      : bytes_(bytes), where_(where) {}

  bool AtEnd() const { return position_ == bytes_.size(); }

  unsigned Word() {
    const std::span<const std::byte> word = Take(2);
    return std::to_integer<unsigned>(word[0]) | std::to_integer<unsigned>(word[1]) << 8U;
  }

  unsigned Peek() {
    const std::size_t position = position_;
    const unsigned word = Word();
    position_ = position;
    return word;
  }

  /// 32 bits as a PDP-11 stores them: the upper word first.
  std::int32_t Long() {
    const unsigned high = Word();
    return static_cast<std::int32_t>(high << 16U | Word());
  }

  /// Text, filled with a byte where its length is odd.
  std::string Text(std::size_t length) {
    const std::span<const std::byte> text = Take(length + length % 2);
    std::string copy(reinterpret_cast<const char*>(text.data()), length);
    copy.erase(copy.find_last_not_of('\0') + 1);
    return copy;
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw Error(Error::Kind::kCorruptData, fmt::format("byte {}: {}", position_, what), where_,
                "is this an annotation file of the MIT format?");
  }

 private:
  std::span<const std::byte> Take(std::size_t count) {
    if (bytes_.size() - position_ < count) Fail("the file ends within an annotation");
    return bytes_.subspan(std::exchange(position_, position_ + count), count);
  }

  std::span<const std::byte> bytes_;
  const std::string& where_;
  std::size_t position_ = 0;
};

/// The number that eight bits are in two's complement.
int SignedByte(int bits) { return bits < 128 ? bits : bits - 256; }

std::string_view TakeWord(std::string_view* text) {
  text->remove_prefix(std::min(text->find_first_not_of(" \t"), text->size()));
  const std::string_view word = text->substr(0, text->find_first_of(" \t"));
  text->remove_prefix(word.size());
  return word;
}

/// `42 X Tachycardia`.
std::optional<WfdbAnnotationType> ReadDefinition(std::string_view text) {
  WfdbAnnotationType type;
  const std::string_view code = TakeWord(&text);
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), type.code);
  type.symbol = TakeWord(&text);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  type.description = text;
  const bool is_code = error == std::errc() && end == code.data() + code.size() && type.code > 0 &&
                       type.code <= kLastCode;
  if (!is_code || type.symbol.empty()) return std::nullopt;
  return type;
}

std::optional<double> ReadResolution(std::string_view text) {
  const std::string number(TakeWord(&text));
  char* end = nullptr;
  const double rate = std::strtod(number.c_str(), &end);
  const bool is_number = !number.empty() && end == number.c_str() + number.size();
  if (!is_number || !std::isfinite(rate) || rate <= 0) return std::nullopt;
  return rate;
}

class AnnotationParser {
 public:
  AnnotationParser(std::span<const std::byte> bytes, const std::string& where)
      : reader_(bytes, where) {}

  WfdbAnnotations Parse() {
    while (!reader_.AtEnd()) {
      const unsigned word = reader_.Word();
      if (word == 0) break;
      const int code = CodeOf(word);
      if (code == kSkip) {
        sample_ += reader_.Long();
        continue;
      }
      if (code > kLastCode) reader_.Fail(fmt::format("code {} without an annotation", code));
      sample_ += word & kIntervalMask;
      WfdbAnnotation annotation{.sample = sample_,
                                .code = code,
                                .symbol = {},
                                .subtype = 0,
                                .channel = channel_,
                                .number = number_,
                                .aux = {}};
      while (TakeField(&annotation)) {
      }
      if (!TakeDefinition(annotation)) result_.annotations.push_back(std::move(annotation));
    }
    if (in_definitions_) reader_.Fail("the definitions of codes do not end");
    for (WfdbAnnotation& annotation : result_.annotations) {
      annotation.symbol = SymbolOf(annotation.code);
    }
    return std::move(result_);
  }

 private:
  static int CodeOf(unsigned word) { return static_cast<int>(word >> kCodeShift); }

  /// Takes one of the fields that follow an annotation; false where another annotation follows.
  bool TakeField(WfdbAnnotation* annotation) {
    if (reader_.AtEnd() || CodeOf(reader_.Peek()) <= kSkip) return false;
    const unsigned word = reader_.Word();
    const auto low_byte = static_cast<int>(word & 0xFFU);
    switch (CodeOf(word)) {
      case kSubtype:
        annotation->subtype = SignedByte(low_byte);
        break;
      case kChannel:
        annotation->channel = channel_ = low_byte;
        break;
      case kNumber:
        annotation->number = number_ = SignedByte(low_byte);
        break;
      default:
        annotation->aux = reader_.Text(word & kIntervalMask);
    }
    return true;
  }

  /// Takes a note at the start that is about the file itself; false for a proper annotation.
  bool TakeDefinition(const WfdbAnnotation& annotation) {
    const std::string_view text = annotation.aux;
    const bool is_note =
        annotation.code == kNote && annotation.sample == 0 && result_.annotations.empty();
    if (in_definitions_) {
      if (!is_note) reader_.Fail("the definitions of codes do not end");
      in_definitions_ = !text.starts_with('#');
      if (in_definitions_) Define(text);
      return true;
    }
    if (!is_note) return false;
    if (text.starts_with(kResolution)) {
      result_.rate_hz = ReadResolution(text.substr(kResolution.size()));
      if (!result_.rate_hz) reader_.Fail(fmt::format("not a time resolution: {}", text));
      return true;
    }
    in_definitions_ = text.starts_with(kDefinitions);
    return in_definitions_;
  }

  void Define(std::string_view text) {
    std::optional<WfdbAnnotationType> type = ReadDefinition(text);
    if (!type) reader_.Fail(fmt::format("not a definition of a code: {}", text));
    result_.types.push_back(*std::move(type));
  }

  std::string SymbolOf(int code) const {
    const auto type = std::ranges::find(result_.types, code, &WfdbAnnotationType::code);
    return type == result_.types.end() ? StandardAnnotationSymbol(code) : type->symbol;
  }

  WordReader reader_;
  WfdbAnnotations result_;
  std::int64_t sample_ = 0;
  // These two stay from one annotation to the next.
  int channel_ = 0;
  int number_ = 0;
  bool in_definitions_ = false;
};

class AnnotationFormatter {
 public:
  void Add(const WfdbAnnotation& annotation) {
    Require(annotation.code >= 1 && annotation.code <= kLastCode, "not a code", annotation.code);
    AddStep(annotation);
    if (annotation.subtype != 0) {
      AddByte(kSubtype, annotation.subtype, -128, 127, "not a subtype");
    }
    if (annotation.channel != std::exchange(channel_, annotation.channel)) {
      AddByte(kChannel, annotation.channel, 0, 255, "not a channel");
    }
    if (annotation.number != std::exchange(number_, annotation.number)) {
      AddByte(kNumber, annotation.number, -128, 127, "not a number");
    }
    AddText(annotation.aux);
  }

  void AddNote(const std::string& text) { Add({.code = kNote, .symbol = {}, .aux = text}); }

  std::string Finish() {
    AddWord(0, 0);
    return std::move(bytes_);
  }

 private:
  static void Require(bool is_met, std::string_view what, std::int64_t value) {
    if (!is_met) throw Error(Error::Kind::kBadInput, fmt::format("{}: {}", what, value));
  }

  void AddStep(const WfdbAnnotation& annotation) {
    const std::int64_t step = annotation.sample - std::exchange(sample_, annotation.sample);
    if (step >= 0 && step <= std::int64_t{kIntervalMask}) {
      AddWord(annotation.code, static_cast<unsigned>(step));
      return;
    }
    using Limits = std::numeric_limits<std::int32_t>;
    Require(step >= Limits::min() && step <= Limits::max(), "a step of more than 31 bits", step);
    const auto bits = static_cast<std::uint32_t>(step);
    AddWord(kSkip, 0);
    AddBits(bits >> 16U);
    AddBits(bits & 0xFFFFU);
    AddWord(annotation.code, 0);
  }

  void AddText(const std::string& text) {
    if (text.empty()) return;
    Require(text.size() <= kAuxLimit, "a text of more than 255 bytes", std::ssize(text));
    Require(text.back() != '\0', "a text that ends in a byte of zero", std::ssize(text));
    AddWord(kAux, static_cast<unsigned>(text.size()));
    bytes_ += text;
    if (text.size() % 2 != 0) bytes_ += '\0';
  }

  void AddByte(int code, int value, int low, int high, std::string_view what) {
    Require(value >= low && value <= high, what, value);
    AddWord(code, static_cast<std::uint8_t>(value));
  }

  void AddWord(int code, unsigned low_bits) {
    AddBits(static_cast<unsigned>(code) << kCodeShift | low_bits);
  }

  void AddBits(unsigned word) {
    bytes_ += static_cast<char>(word & 0xFFU);
    bytes_ += static_cast<char>(word >> 8U & 0xFFU);
  }

  std::string bytes_;
  std::int64_t sample_ = 0;
  int channel_ = 0;
  int number_ = 0;
};

std::string FormatDefinition(const WfdbAnnotationType& type) {
  const bool is_word =
      !type.symbol.empty() && type.symbol.find_first_of(" \t") == std::string::npos;
  if (!is_word || type.code < 1 || type.code > kLastCode) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("not the definition of a code: {} {}", type.code, type.symbol));
  }
  const std::string text = fmt::format("{} {}", type.code, type.symbol);
  return type.description.empty() ? text : text + " " + type.description;
}

}  // namespace

std::string StandardAnnotationSymbol(int code) {
  const bool has_symbol = code > 0 && code < static_cast<int>(kSymbols.size()) &&
                          !kSymbols[static_cast<std::size_t>(code)].empty();
  if (has_symbol) return std::string(kSymbols[static_cast<std::size_t>(code)]);
  return fmt::format("[{}]", code);
}

WfdbAnnotations ParseWfdbAnnotations(std::span<const std::byte> bytes, const std::string& where) {
  return AnnotationParser(bytes, where).Parse();
}

WfdbAnnotations ReadWfdbAnnotations(const std::filesystem::path& root, std::string_view record,
                                    std::string_view annotator) {
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(root, error);
  if (error) throw Error(Error::Kind::kNotFound, "no such folder", root.string());
  const std::filesystem::path path =
      ResolveBelow(canonical, fmt::format("{}.{}", record, annotator));
  std::vector<std::byte> bytes;
  ReadWholeFile(path, kAnnotationFileByteLimit, &bytes);
  return ParseWfdbAnnotations(bytes, path.string());
}

std::string FormatWfdbAnnotations(const WfdbAnnotations& annotations) {
  AnnotationFormatter formatter;
  if (annotations.rate_hz) {
    formatter.AddNote(fmt::format("{} {}", kResolution, ShortestReal(*annotations.rate_hz)));
  }
  if (!annotations.types.empty()) {
    formatter.AddNote(std::string(kDefinitions));
    for (const WfdbAnnotationType& type : annotations.types) {
      formatter.AddNote(FormatDefinition(type));
    }
    formatter.AddNote(std::string(kEndOfDefinitions));
  }
  for (const WfdbAnnotation& annotation : annotations.annotations) formatter.Add(annotation);
  return formatter.Finish();
}

void WriteWfdbAnnotations(const std::filesystem::path& path, const WfdbAnnotations& annotations) {
  WriteFileAtomically(path, FormatWfdbAnnotations(annotations));
}

}  // namespace pecg
