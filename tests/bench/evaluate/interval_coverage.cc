// How often each interval for the AUROC holds the true value, beside how often it should, by the
// number of positive patients and the true AUROC: what ChooseInterval rests on. Patients have 1 to
// 4 records whose scores are correlated within the patient; the figure is that of all records,
// weighted 1/n, resampled by patient. Minutes of one core. Run by people:
//   build/release/tests/bench/evaluate/interval_coverage [trials] [seed]
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "worker/evaluate/figure_column.h"
#include "worker/evaluate/normal.h"

namespace pecg {
namespace {

constexpr int kNegativeCount = 300;
constexpr int kResampleCount = 1000;
constexpr double kConfidence = 0.95;

struct Setting {
  int positive_count;
  double auroc;
  bool one_record;  // Per patient; else 1 to 4.
};

/// Scores are normal with a part all records of the patient share. The distance between the classes
/// is set so that a record drawn at random per patient has the wanted AUROC, whatever is shared.
PatientSample Draw(const Setting& setting, std::mt19937* generator) {
  std::normal_distribution<double> normal;
  const double distance = std::sqrt(2.0) * NormalQuantile(setting.auroc);
  const double shared = std::sqrt(0.7);
  const double own = std::sqrt(0.3);
  PatientSample sample;
  const int patient_count = setting.positive_count + kNegativeCount;
  for (int patient = 0; patient < patient_count; ++patient) {
    const bool positive = patient < setting.positive_count;
    const double common = shared * normal(*generator) + (positive ? distance : 0);
    const int record_count = setting.one_record ? 1 : std::array{1, 1, 2, 4}[(*generator)() % 4U];
    for (int i = 0; i < record_count; ++i) {
      sample.scores.push_back(common + own * normal(*generator));
      sample.labels.push_back(positive ? 1 : 0);
      sample.weights.push_back(1.0 / record_count);
      sample.patients.push_back(static_cast<std::uint32_t>(patient));
    }
  }
  return sample;
}

/// Trials in which an interval held the truth, and how wide it was.
struct Tally {
  int covered = 0;
  int missing = 0;
  double width = 0;

  void Add(const Interval& interval, double truth) {
    if (!interval.reason.empty()) {
      ++missing;
      return;
    }
    covered += interval.lower <= truth && truth <= interval.upper ? 1 : 0;
    width += interval.upper - interval.lower;
  }
  std::string Text(int trials) const {
    const int made = trials - missing;
    return fmt::format("{:5.1f} ({:.3f}){}", 100.0 * covered / made, width / made,
                       missing > 0 ? fmt::format(" -{}", missing) : "");
  }
};

void Simulate(const Setting& setting, int trials, std::mt19937* generator) {
  Tally percentile;
  Tally bca;
  Tally logit;
  Tally chosen;
  const auto patient_count = static_cast<std::size_t>(setting.positive_count + kNegativeCount);
  ColumnPlan plan;
  plan.discrimination = true;
  plan.auroc_only = true;
  for (int trial = 0; trial < trials; ++trial) {
    const std::vector<ScoredPart> parts = {{0, 0, Draw(setting, generator)}};
    FigureColumn column(parts, patient_count, plan);
    FigureColumn* const columns[] = {&column};
    MeasureAll(columns, patient_count, kResampleCount, static_cast<std::uint64_t>(trial), true);
    const ResampledFigure& figure = column.Find("auroc")->figure;
    percentile.Add(PercentileInterval(figure, kConfidence), setting.auroc);
    bca.Add(BcaInterval(figure, kConfidence), setting.auroc);
    logit.Add(LogitInterval(figure, kConfidence), setting.auroc);
    chosen.Add(ChooseInterval(figure, FigureScale::kAuroc, setting.positive_count, kNegativeCount,
                              kConfidence),
               setting.auroc);
  }
  fmt::print("{:>9} {:>6} {:>8}  {:<18} {:<18} {:<18} {:<18}\n", setting.positive_count,
             setting.auroc, setting.one_record ? "1" : "1 to 4", percentile.Text(trials),
             bca.Text(trials), logit.Text(trials), chosen.Text(trials));
  std::fflush(stdout);
}

}  // namespace
}  // namespace pecg

int main(int argc, char** argv) {
  const int trials = argc > 1 ? std::atoi(argv[1]) : 1000;
  std::mt19937 generator(argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1U);
  fmt::print(
      "{} trials, {} negative patients, {} resamples; coverage in % of {:g} % intervals\n"
      "(mean width), -k: no interval in k trials\n",
      trials, pecg::kNegativeCount, pecg::kResampleCount, 100 * pecg::kConfidence);
  fmt::print("{:>9} {:>6} {:>8}  {:<18} {:<18} {:<18} {:<18}\n", "positives", "AUROC", "records",
             "percentile", "BCa", "logit", "chosen");
  for (const int positives : {5, 10, 20, 30, 50, 100, 200}) {
    for (const double auroc : {0.75, 0.85, 0.95}) {
      for (const bool one_record : {true, false}) {
        pecg::Simulate({positives, auroc, one_record}, trials, &generator);
      }
    }
  }
  return 0;
}
