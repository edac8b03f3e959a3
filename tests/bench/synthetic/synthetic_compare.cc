// Puts made-up ECGs beside real ones: `synthetic_compare REAL_DIR OUT_DIR` reads a ZZU-pECG folder,
// makes five records for each of its records (same age, sex and about the same rate), prints
// amplitudes, spectra, noise and variability of both, what a classifier can tell them apart by, and
// draws pairs of sheets with the same program.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/worker/synthetic/boosted_trees.h"
#include "worker/dataset/build_index.h"
#include "worker/figure/ecg_figure.h"
#include "worker/file/read_record.h"
#include "worker/signal/measure_ecg.h"
#include "worker/signal/quality.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/synthesize.h"

namespace pecg {
namespace {

constexpr int kMatches = 5;
constexpr int kDrawEvery = 5;

struct Feature {
  std::string name;
  double value;
};

/// The median of what leads have.
template <typename Get>
double MedianOverLeads(Get get) {
  std::vector<double> values;
  for (std::size_t i = 0; i < kLeadCount; ++i) {
    const std::optional<double> value = get(i);
    if (value.has_value()) values.push_back(*value);
  }
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::vector<Feature> Describe(const EcgRecord& record) {
  const EcgMeasurements measured = MeasureEcg(record);
  std::vector<Feature> features;
  const auto lead = [&](std::size_t i) -> const auto& { return measured.leads[i]; };
  const auto signal = [&](std::size_t i) -> const auto& { return measured.signals[i]; };
  for (const Lead at : {Lead::kII, Lead::kV1, Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV6}) {
    const auto i = static_cast<std::size_t>(at);
    const std::string name(NameOf(at));
    features.push_back({"R " + name + " mV", lead(i).qrs_max_mv.value.value_or(0)});
    features.push_back({"S " + name + " mV", lead(i).qrs_min_mv.value.value_or(0)});
    features.push_back({"T " + name + " mV", lead(i).t_mv.value.value_or(0)});
    features.push_back({"P " + name + " mV", lead(i).p_mv.value.value_or(0)});
    features.push_back({"notches " + name, lead(i).notch_count.value.value_or(0)});
  }
  features.push_back({"noise uV", 1000 * MedianOverLeads([&](std::size_t i) {
                                    return signal(i).noise_mv.value;
                                  })});
  features.push_back(
      {"hum uV", 1000 * MedianOverLeads([&](std::size_t i) { return signal(i).mains_mv.value; })});
  features.push_back(
      {"wander mV", MedianOverLeads([&](std::size_t i) { return signal(i).wander_mv.value; })});
  std::vector<float> samples;
  std::vector<double> p_sqi;
  std::vector<double> bas_sqi;
  for (int i = 0; i < kLeadCount; ++i) {
    const LeadQuality quality =
        ComputeLeadQuality(record.LeadSamples(static_cast<Lead>(i)), record.rate_hz);
    p_sqi.push_back(quality.p_sqi);
    bas_sqi.push_back(quality.bas_sqi);
  }
  std::ranges::sort(p_sqi);
  std::ranges::sort(bas_sqi);
  features.push_back({"power 5-15 of 5-40 Hz", p_sqi[6]});
  features.push_back({"power 1-40 of 0-40 Hz", bas_sqi[6]});
  std::vector<double> rr;
  double correlation = 0;
  int beats = 0;
  for (const Beat& beat : measured.beats) {
    if (beat.rr_ms) rr.push_back(*beat.rr_ms);
    if (beat.beat_class != 0) continue;
    correlation += beat.correlation;
    ++beats;
  }
  double mean = 0;
  for (const double x : rr) mean += x / static_cast<double>(std::max<std::size_t>(1, rr.size()));
  double variance = 0;
  for (const double x : rr) variance += (x - mean) * (x - mean);
  features.push_back(
      {"RR SD of RR, %",
       rr.empty() ? 0 : 100 * std::sqrt(variance / static_cast<double>(rr.size())) / mean});
  features.push_back({"beats' correlation", beats > 0 ? correlation / beats : 0});
  features.push_back({"PR ms", measured.intervals.pr_ms.value.value_or(0)});
  features.push_back({"QRS ms", measured.intervals.qrs_ms.value.value_or(0)});
  features.push_back({"QT ms", measured.intervals.qt_ms.value.value_or(0)});
  return features;
}

/// A made-up child of this age and sex whose heart beats within 12 % as fast, with 12 leads.
EcgRecord MakeMatch(int age_days, Sex sex, double rate_bpm, std::uint64_t seed) {
  for (std::uint64_t i = 0;; ++i) {
    SyntheticPatient patient = DrawPatient(seed, static_cast<std::int64_t>(i) + 1000);
    patient.sex = sex;
    patient.exam_ages_days = {age_days};
    SyntheticExam exam = MakeExam(patient, 1);
    if (std::abs(std::log(exam.beats.rate_bpm / rate_bpm)) > 0.12 && i < 3000) continue;
    exam.has_nine_leads = false;
    RecorderFacts facts;
    return MakeRecord(patient, exam, &facts);
  }
}

void Draw(const std::filesystem::path& file, const EcgRecord& record, const std::string& title) {
  EcgFigure figure;
  figure.title = title;
  figure.start_seconds = FindClearStart(record);
  std::ofstream(file) << DrawEcg(record, figure);
}

double MedianOf(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

int Compare(const std::filesystem::path& real_folder, const std::filesystem::path& out) {
  std::filesystem::create_directories(out);
  const Index index = BuildIndex("zzu_pecg", real_folder).value();
  WfdbReader reader(real_folder);
  std::vector<std::vector<double>> rows;
  std::vector<std::uint8_t> is_real;
  std::vector<std::int64_t> groups;
  std::vector<std::string> names;
  const auto add = [&](const EcgRecord& record, bool real, std::int64_t group) {
    std::vector<double> row;
    names.clear();
    for (const Feature& feature : Describe(record)) {
      row.push_back(std::isfinite(feature.value) ? feature.value : 0);
      names.push_back(feature.name);
    }
    rows.push_back(row);
    is_real.push_back(real ? 1 : 0);
    groups.push_back(group);
  };
  for (std::size_t i = 0; i < index.entries.size(); ++i) {
    const IndexEntry& entry = index.entries[i];
    WfdbRecord record;
    reader.Read(entry.path, false, &record);
    add(record.ecg, true, static_cast<std::int64_t>(i));
    const EcgMeasurements measured = MeasureEcg(record.ecg);
    const double rate = measured.rhythm.heart_rate_bpm.value.value_or(100);
    for (int k = 0; k < kMatches; ++k) {
      const EcgRecord made = MakeMatch(entry.age_days.value_or(3000), entry.sex, rate,
                                       100 * i + static_cast<std::uint64_t>(k));
      add(made, false, static_cast<std::int64_t>(i));
      if (k != 0 || i % kDrawEvery != 0) continue;
      const int age = entry.age_days.value_or(0);
      Draw(out / fmt::format("{}_real.svg", entry.record_id), record.ecg,
           fmt::format("real: ZZU-pECG {}, {} days (CC BY 4.0)", entry.record_id, age));
      Draw(out / fmt::format("{}_synthetic.svg", entry.record_id), made,
           fmt::format("synthetic: a child of {} days", age));
    }
  }
  fmt::print("{:<24} {:>10} {:>10} {:>8}\n", "median", "real", "synthetic", "AUROC");
  for (std::size_t f = 0; f < names.size(); ++f) {
    std::vector<double> real;
    std::vector<double> made;
    std::vector<double> all;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      all.push_back(rows[row][f]);
      (is_real[row] == 1 ? real : made).push_back(rows[row][f]);
    }
    fmt::print("{:<24} {:>10.3f} {:>10.3f} {:>8.2f}\n", names[f], MedianOf(real), MedianOf(made),
               AreaUnderRoc(all, is_real));
  }
  BoostedTrees::Settings settings;
  settings.rounds = 60;
  settings.least_leaf = 4;
  fmt::print(
      "\nTwo-sample classifier, AUROC (0.5 = alike): {:.2f}; {} real, {} synthetic records\n",
      CrossValidatedAuroc(rows, is_real, groups, settings), index.entries.size(),
      rows.size() - index.entries.size());
  return 0;
}

}  // namespace
}  // namespace pecg

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: synthetic_compare REAL_DIR OUT_DIR\n");
    return 2;
  }
  return pecg::Compare(argv[1], argv[2]);
}
