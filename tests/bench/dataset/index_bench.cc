// How long indexing takes beside what it cannot do without: reading, hashing and decoding the same
// signal files, on one thread, from the page cache. Run by people:
//   build/release/tests/bench/dataset/index_bench
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "worker/dataset/build_index.h"
#include "worker/file/read_record.h"
#include "worker/synthetic/synthesize.h"

namespace pecg {
namespace {

constexpr std::int64_t kRecordCount = 200;

/// A made-up release of kRecordCount records, removed at exit.
class Release {
 public:
  Release() {
    std::string name = (std::filesystem::temp_directory_path() / "pecg_bench_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + name);
    root_ = name;
    Synthesize({.out = root_, .record_count = kRecordCount, .seed = 1, .jobs = 2, .progress = {}});
    const Index index = BuildIndex("zzu_pecg", root_).value();
    for (const IndexEntry& entry : index.entries) {
      paths_.push_back(entry.path);
      const auto bytes = std::filesystem::file_size(root_ / (entry.path + ".dat"));
      dat_bytes_ += static_cast<std::int64_t>(bytes);
    }
  }
  ~Release() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;

  const std::filesystem::path& root() const { return root_; }
  const std::vector<std::string>& paths() const { return paths_; }
  std::int64_t dat_bytes() const { return dat_bytes_; }

  static const Release& Get() {
    static const Release release;
    return release;
  }

 private:
  std::filesystem::path root_;
  std::vector<std::string> paths_;
  std::int64_t dat_bytes_ = 0;
};

void ReadHashDecode(benchmark::State& state) {
  const Release& release = Release::Get();
  WfdbReader reader(release.root());
  WfdbRecord record;
  for (auto _ : state) {
    for (const std::string& path : release.paths()) {
      reader.Read(path, /*hash=*/true, &record);
      benchmark::DoNotOptimize(record.ecg.samples_mv.data());
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * release.dat_bytes());
}
BENCHMARK(ReadHashDecode)->Unit(benchmark::kMillisecond)->UseRealTime();

void IndexWhole(benchmark::State& state) {
  const Release& release = Release::Get();
  IndexOptions options;
  options.jobs = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(BuildIndex("zzu_pecg", release.root(), options));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * release.dat_bytes());
}
BENCHMARK(IndexWhole)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace pecg

BENCHMARK_MAIN();
