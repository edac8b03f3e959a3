// A header either is refused with an Error or is written and read back to the same text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "worker/ecg/error.h"
#include "worker/file/wfdb_header.h"

namespace {

void CheckRoundTrip(const pecg::WfdbHeader& header) {
  std::string text;
  try {
    text = pecg::FormatWfdbHeader(header);
  } catch (const pecg::Error&) {
    return;  // A comment with a control character can be read but not written.
  }
  // What was written must be readable, so an Error here is a finding.
  if (pecg::FormatWfdbHeader(pecg::ParseWfdbHeader(text, "again")) != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    CheckRoundTrip(pecg::ParseWfdbHeader(text, "fuzz.hea"));
  } catch (const pecg::Error& error) {
    if (error.where() == "again") std::abort();
    if (error.where().starts_with("again:")) std::abort();
  }
  return 0;
}
