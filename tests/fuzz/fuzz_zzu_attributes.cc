// An AttributesDictionary.csv: refused with an Error, or every row is read or listed as a failure.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "worker/dataset/zzu_attributes.h"
#include "worker/ecg/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  try {
    const pecg::ZzuAttributes attributes = pecg::ParseZzuAttributes(input, "table.csv");
    for (const pecg::DatasetRow& row : attributes.rows) {
      if (row.exam < 1 || row.patient_id.empty()) std::abort();
      if (!attributes.named_paths.contains(row.path)) std::abort();
    }
    for (const pecg::IndexFailure& failure : attributes.failures) {
      if (failure.line <= 0 || failure.what.empty()) std::abort();
    }
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  return 0;
}
