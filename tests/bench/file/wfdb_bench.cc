// How fast WFDB format 16 becomes float32 per lead, in bytes of .dat per second and core, beside
// memcpy of the same bytes. Files come from the page cache. Run by people:
//   build/release/tests/bench/file/wfdb_bench
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/digest/sha256.h"
#include "worker/file/read_record.h"
#include "worker/file/wfdb_format16.h"
#include "worker/file/whole_file.h"
#include "worker/file/write_record.h"

namespace pecg {
namespace {

constexpr std::int64_t kSamples = 15000;  // The release's commonest length, 30 s.
constexpr std::int64_t kDatBytes = kSamples * kLeadCount * 2;

/// One folder of records: the names below it and the bytes of all their signal files.
struct Collection {
  std::filesystem::path root;
  std::vector<std::string> records;
  std::int64_t dat_bytes = 0;
};

/// Writes one 12-lead record into a folder that is removed at exit.
class GeneratedCollection {
 public:
  GeneratedCollection() {
    std::string name = (std::filesystem::temp_directory_path() / "pecg_bench_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + name);
    collection_.root = name;
    EcgRecord record;
    record.record_id = "P00001_E01";
    record.rate_hz = 500;
    record.leads = LeadMask::All();
    record.sample_count = kSamples;
    for (int i = 0; i < kSamples * kLeadCount; ++i) {
      record.samples_mv.push_back(std::sin(static_cast<float>(i) * 0.013F) * 1.7F);
    }
    WriteWfdbRecord(name, record, {"Female 360"});
    collection_.records = {record.record_id};
    collection_.dat_bytes = kDatBytes;
  }
  ~GeneratedCollection() {
    std::error_code ignored;
    std::filesystem::remove_all(collection_.root, ignored);
  }
  GeneratedCollection(const GeneratedCollection&) = delete;
  GeneratedCollection& operator=(const GeneratedCollection&) = delete;

  const Collection& get() const { return collection_; }

 private:
  Collection collection_;
};

/// The real sample records, where they are on this machine; empty elsewhere.
Collection RealCollection() {
  Collection collection;
  collection.root = std::filesystem::path(PECG_SOURCE_DIR) / ".." / "shared/data/zzu-pecg-mini";
  if (!std::filesystem::exists(collection.root)) return collection;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(collection.root)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() == ".dat")
      collection.dat_bytes += static_cast<std::int64_t>(entry.file_size());
    if (path.extension() != ".hea") continue;
    collection.records.push_back(
        std::filesystem::relative(path, collection.root).replace_extension().string());
  }
  return collection;
}

void CountBytes(benchmark::State& state, std::int64_t bytes_per_iteration) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * bytes_per_iteration);
}

void Memcpy(benchmark::State& state) {
  const std::vector<std::byte> from(kDatBytes, std::byte{1});
  std::vector<std::byte> to(kDatBytes);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state, kDatBytes);
}
BENCHMARK(Memcpy);

void DecodeOnly(benchmark::State& state, SimdLevel level) {
  if (level > BestSimdLevel()) {
    state.SkipWithError("this machine lacks the instructions");
    return;
  }
  std::vector<std::int16_t> samples(kSamples * kLeadCount);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<std::int16_t>(i * 2654435761U >> 16U);
  }
  std::vector<float> output(samples.size());
  std::vector<Format16Lead> leads(kLeadCount);
  for (std::size_t i = 0; i < leads.size(); ++i) {
    leads[i].gain = 1269.4146627565983 * static_cast<double>(i + 1);
    leads[i].baseline = -3358;
    leads[i].output = output.data() + i * kSamples;
  }
  for (auto _ : state) {
    DecodeFormat16(reinterpret_cast<const std::byte*>(samples.data()), kSamples, leads, level);
    benchmark::DoNotOptimize(output.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state, kDatBytes);
}
BENCHMARK_CAPTURE(DecodeOnly, portable, SimdLevel::kPortable);
BENCHMARK_CAPTURE(DecodeOnly, avx2, SimdLevel::kAvx2);
BENCHMARK_CAPTURE(DecodeOnly, avx512, SimdLevel::kAvx512);

void ReadRecords(benchmark::State& state, const Collection& collection, bool hash) {
  if (collection.records.empty()) {
    state.SkipWithError("the public records are not on this machine");
    return;
  }
  WfdbReader reader(collection.root);
  WfdbRecord record;
  for (auto _ : state) {
    for (const std::string& name : collection.records) {
      reader.Read(name, hash, &record);
      benchmark::DoNotOptimize(record.ecg.samples_mv.data());
    }
  }
  CountBytes(state, collection.dat_bytes);
}

void ReadAndHashOnly(benchmark::State& state, const Collection& collection) {
  std::vector<std::byte> bytes;
  Sha256 digest;
  for (auto _ : state) {
    for (const std::string& name : collection.records) {
      ReadWholeFile(collection.root / (name + ".dat"), kDatBytes * 100, &bytes);
      digest.Update(bytes);
      benchmark::DoNotOptimize(digest.Finish());
    }
  }
  CountBytes(state, collection.dat_bytes);
}

}  // namespace
}  // namespace pecg

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const pecg::GeneratedCollection generated;
  const pecg::Collection real = pecg::RealCollection();
  const auto add = [](const std::string& name, auto function) {
    benchmark::RegisterBenchmark(name.c_str(), function);
  };
  for (const auto& [name, collection] :
       {std::pair<std::string, const pecg::Collection&>{"generated", generated.get()},
        std::pair<std::string, const pecg::Collection&>{"zzu_pecg_mini", real}}) {
    const pecg::Collection* const records = &collection;
    add("OpenHeaderChecksumDecode/" + name,
        [records](benchmark::State& state) { ReadRecords(state, *records, /*hash=*/false); });
    add("OpenHeaderChecksumSha256Decode/" + name,
        [records](benchmark::State& state) { ReadRecords(state, *records, /*hash=*/true); });
    add("ReadSha256/" + name,
        [records](benchmark::State& state) { ReadAndHashOnly(state, *records); });
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
