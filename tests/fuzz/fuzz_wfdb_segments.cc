// A record of up to two segments, each part after a line `--`: the record's header, the two headers
// and the bytes that all signal files have. Either refused with an Error or read.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/fuzz/parts.h"
#include "worker/ecg/error.h"
#include "worker/file/read_record.h"

namespace {

namespace fs = std::filesystem;

/// A folder of its own, in memory where the machine has such a place.
const fs::path& Folder() {
  static const fs::path folder = [] {
    std::error_code error;
    const fs::path base =
        fs::is_directory("/dev/shm", error) ? fs::path("/dev/shm") : fs::temp_directory_path();
    std::string name = (base / "pecg_fuzz_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    std::atexit([] {
      std::error_code ignored;
      fs::remove_all(Folder(), ignored);
    });
    return fs::path(name);
  }();
  return folder;
}

void Write(const char* name, const std::string& text) {
  std::ofstream(Folder() / name, std::ios::binary) << text;
}

/// A header may ask for gigabytes of gaps, which is fine where there is memory; not here.
bool AsksForMuchMemory(const std::vector<std::string>& parts) {
  constexpr std::int64_t kMostFrames = 200'000;
  constexpr std::ptrdiff_t kMostLines = 64;
  std::int64_t sum = 0;
  std::int64_t number = 0;
  for (const char letter : parts[0]) {
    const bool is_digit = letter >= '0' && letter <= '9';
    number = is_digit ? std::min(kMostFrames, number * 10 + (letter - '0')) : 0;
    sum += number;
    if (sum > kMostFrames) return true;
  }
  return std::ranges::count(parts[1] + parts[2], '\n') > kMostLines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> parts = pecg::CutIntoParts(data, size, 4);
  parts.resize(4);
  if (AsksForMuchMemory(parts)) return 0;
  Write("r.hea", parts[0]);
  Write("a.hea", parts[1]);
  Write("b.hea", parts[2]);
  for (const char* name : {"r.dat", "a.dat", "b.dat"}) Write(name, parts[3]);
  static pecg::WfdbReader reader(Folder());
  try {
    const pecg::WfdbChannels record = reader.ReadChannels("r");
    if (record.samples.size() !=
        record.channels.size() * static_cast<std::size_t>(record.sample_count)) {
      std::abort();
    }
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  try {
    static pecg::WfdbRecord record;
    reader.Read("r", /*hash=*/false, &record);
    if (record.ecg.samples_mv.size() != static_cast<std::size_t>(record.ecg.leads.Count()) *
                                            static_cast<std::size_t>(record.ecg.sample_count)) {
      std::abort();
    }
  } catch (const pecg::Error&) {
    // As above.
  }
  return 0;
}
