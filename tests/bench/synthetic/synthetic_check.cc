// Prints how near a synthetic release comes to what it imitates: `synthetic_check WHAT [RECORDS
// [SEED]]`, WHAT = statistics, normals or ceilings. Ends with 1 when a figure is outside its
// tolerance. Looks at the truth of the records, without making their waveforms; a folder written by
// pecg-ecg synthesize has the same truth (tests/worker/synthetic).
#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "tests/worker/synthetic/release_sample.h"

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const std::int64_t records = argc > 2 ? std::atoll(argv[2]) : 14190;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  std::vector<pecg::ReleaseFigure> figures;
  if (what == "statistics") {
    figures = pecg::CompareWithRelease(pecg::SampleRelease(seed, records));
  } else if (what == "ceilings") {
    figures = pecg::MeasureCeilings(pecg::SampleRelease(seed, records));
  } else if (what == "normals") {
    figures = pecg::CompareWithNormals(seed, static_cast<int>(records));
  } else {
    fmt::print(stderr, "usage: synthetic_check statistics|normals|ceilings [RECORDS [SEED]]\n");
    return 2;
  }
  int wrong = 0;
  for (const pecg::ReleaseFigure& figure : figures) {
    wrong += figure.IsRight() ? 0 : 1;
    fmt::print("{} {:<48} {:>9.3f}  wanted {:>8.3f} +- {:.3f}\n", figure.IsRight() ? " " : "!",
               figure.name, figure.measured, figure.wanted, figure.tolerance);
  }
  fmt::print("synthetic, {} records, seed {}: {} of {} figures outside their tolerance\n", records,
             seed, wrong, figures.size());
  return wrong == 0 ? 0 : 1;
}
