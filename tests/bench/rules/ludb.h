#ifndef PECG_TESTS_BENCH_RULES_LUDB_H_
#define PECG_TESTS_BENCH_RULES_LUDB_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// One wave as LUDB's cardiologists marked it, samples.
struct LudbWave {
  std::optional<std::int64_t> onset;
  std::int64_t peak = 0;
  std::optional<std::int64_t> offset;
};

/// One lead's waves by Wave, in time order.
using LudbLead = std::array<std::vector<LudbWave>, kWaveCount>;

/// One record of LUDB with the marks of its twelve leads.
struct LudbRecord {
  int number = 0;
  EcgRecord ecg;
  std::array<LudbLead, kLeadCount> leads;
};

/// Reads records `first` to `last` of LUDB's folder `data`. A mark belongs to the peak beside it:
/// some onsets and offsets are missing. Throws Error for what cannot be read.
/// Source: Kalyakulina et al., IEEE Access 8:186181 (2020), ODC-By 1.0.
std::vector<LudbRecord> ReadLudb(const std::filesystem::path& data, int first, int last);

}  // namespace pecg

#endif  // PECG_TESTS_BENCH_RULES_LUDB_H_
