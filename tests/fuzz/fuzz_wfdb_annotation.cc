// An annotation file: either refused with an Error, or read; what can be written again reads back
// to the same, and its waves are in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/file/wave_marks.h"
#include "worker/file/wfdb_annotation.h"

namespace {

std::vector<std::byte> ToBytes(const std::string& text) {
  std::vector<std::byte> bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

/// The bytes to write; nothing for what only a foreign file can say.
std::optional<std::string> Format(const pecg::WfdbAnnotations& annotations) {
  try {
    return pecg::FormatWfdbAnnotations(annotations);
  } catch (const pecg::Error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  try {
    const pecg::WfdbAnnotations read = pecg::ParseWfdbAnnotations(ToBytes(input), "fuzz.atr");
    if (pecg::FindWaveMarks(read.annotations).size() > read.annotations.size()) std::abort();
    const auto written = Format(read);
    if (!written) return 0;
    // The first writing may change what is said in two ways; the second may not.
    const auto again = pecg::ParseWfdbAnnotations(ToBytes(*written), "again.atr");
    if (again.annotations.size() != read.annotations.size()) std::abort();
    if (Format(again) != written) std::abort();
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  return 0;
}
