// Fits the mark models (worker/signal/mark_model.inc) on LUDB records 1 to 100:
//   fit_marks LUDB_DATA [OUT.inc]
// Prints per kind of mark what five-fold cross-validation by record gives (no record is judged by a
// model that saw it), in milliseconds, then fits on all records and writes OUT.inc.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/bench/rules/ludb.h"
#include "tests/bench/rules/mark_network.h"
#include "worker/file/atomic_file.h"
#include "worker/signal/beat_classes.h"
#include "worker/signal/condition.h"
#include "worker/signal/delineate.h"
#include "worker/signal/qrs_detector.h"

namespace pecg {
namespace {

constexpr int kRecords = 100;
constexpr int kFolds = 5;
constexpr int kHiddenUnits = 24;
constexpr int kEpochs = 20;
constexpr std::int64_t kNearby = 75;  // 150 ms.
constexpr std::array<const char*, kMarkCount> kMarkNames = {"P onset", "P offset", "QRS onset",
                                                            "QRS offset", "T offset"};

/// One mark of the programme beside the cardiologists'.
struct Example {
  int record = 0;
  MarkInputs inputs{};
  double shift = 0;  ///< Truth less anchor, widths.
  double width_ms = 0;
};

using Examples = std::array<std::vector<Example>, kMarkCount>;

Wave WaveOf(Mark mark) {
  if (mark == Mark::kPOnset || mark == Mark::kPOffset) return Wave::kP;
  return mark == Mark::kTOffset ? Wave::kT : Wave::kQrs;
}

bool IsOnset(Mark mark) { return mark == Mark::kPOnset || mark == Mark::kQrsOnset; }

/// The cardiologists' mark of the wave whose peak is nearest, within 150 ms.
std::optional<std::int64_t> TruthOf(const LudbLead& lead, Mark mark, std::int64_t peak) {
  const LudbWave* nearest = nullptr;
  for (const LudbWave& wave : lead.at(static_cast<std::size_t>(WaveOf(mark)))) {
    const std::int64_t distance = std::abs(wave.peak - peak);
    if (distance > kNearby) continue;
    if (nearest == nullptr || distance < std::abs(nearest->peak - peak)) nearest = &wave;
  }
  if (nearest == nullptr) return std::nullopt;
  return IsOnset(mark) ? nearest->onset : nearest->offset;
}

void Collect(const LudbRecord& record, Examples* examples) {
  const ConditionedEcg ecg = ConditionEcg(record.ecg);
  const LeadFrames smooth = SmoothQrs(ecg.frames);
  const LeadFrames slopes = SlopesOf(smooth);
  const BeatShapes beats = SortBeats(ecg, DetectQrs(ecg), slopes);
  std::vector<MarkSample> samples;
  const Delineation delineation = Delineate(ecg, beats, smooth, slopes, &samples);
  for (const MarkSample& sample : samples) {
    const auto& wave = delineation.beats[sample.beat].leads.at(sample.lead).Of(WaveOf(sample.mark));
    if (!wave) continue;
    const std::optional<std::int64_t> truth =
        TruthOf(record.leads.at(sample.lead), sample.mark, wave->peak);
    if (!truth) continue;
    examples->at(static_cast<std::size_t>(sample.mark))
        .push_back({record.number, sample.inputs,
                    (static_cast<double>(*truth) - sample.anchor) / sample.width,
                    sample.width * 1000 / kWorkingRateHz});
  }
}

MarkExamples Matrices(const std::vector<const Example*>& chosen) {
  MarkExamples matrices;
  const auto count = static_cast<Eigen::Index>(chosen.size());
  matrices.inputs.resize(count, static_cast<Eigen::Index>(kMarkInputs));
  matrices.shifts.resize(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const Example& example = *chosen[static_cast<std::size_t>(i)];
    for (Eigen::Index k = 0; k < matrices.inputs.cols(); ++k) {
      matrices.inputs(i, k) = example.inputs.at(static_cast<std::size_t>(k));
    }
    matrices.shifts(i) = static_cast<float>(example.shift);
  }
  return matrices;
}

/// A fold for every record, dealt by a fixed seed.
std::vector<int> DealFolds() {
  std::vector<int> folds;
  for (int i = 0; i <= kRecords; ++i) folds.push_back(i % kFolds);
  std::mt19937 random(5);
  std::ranges::shuffle(folds, random);
  return folds;
}

void CrossValidate(const std::vector<Example>& examples, const char* name) {
  const std::vector<int> folds = DealFolds();
  std::vector<double> errors;
  for (int fold = 0; fold < kFolds; ++fold) {
    std::vector<const Example*> seen;
    std::vector<const Example*> held_out;
    for (const Example& example : examples) {
      const bool is_held_out = folds[static_cast<std::size_t>(example.record)] == fold;
      (is_held_out ? held_out : seen).push_back(&example);
    }
    const MarkNetwork network(Matrices(seen), kHiddenUnits, kEpochs, 1);
    const MarkExamples unseen = Matrices(held_out);
    const Eigen::MatrixXf estimates = network.Apply(unseen.inputs);
    for (Eigen::Index i = 0; i < estimates.rows(); ++i) {
      const Example& example = *held_out[static_cast<std::size_t>(i)];
      const double shift = std::clamp(static_cast<double>(estimates(i, 0)), -0.5, 0.5);
      errors.push_back((shift - example.shift) * example.width_ms);
    }
  }
  double mean = 0;
  double square = 0;
  for (const double error : errors) {
    mean += error / static_cast<double>(errors.size());
    square += error * error / static_cast<double>(errors.size());
  }
  std::ranges::sort(errors);
  const auto at = [&](double share) {
    return errors[static_cast<std::size_t>(share * static_cast<double>(errors.size() - 1))];
  };
  fmt::print("{:<10}  {:6d} marks  {:+5.1f} +- {:4.1f} ms  (half of the 16-84 % range {:4.1f})\n",
             name, errors.size(), mean, std::sqrt(square - mean * mean), (at(0.84) - at(0.16)) / 2);
}

void Fit(const std::filesystem::path& data, const std::filesystem::path& out) {
  Examples examples;
  for (const LudbRecord& record : ReadLudb(data, 1, kRecords)) Collect(record, &examples);
  std::string text;
  for (std::size_t m = 0; m < kMarkCount; ++m) {
    CrossValidate(examples.at(m), kMarkNames.at(m));
    if (out.empty()) continue;
    std::vector<const Example*> all;
    for (const Example& example : examples.at(m)) all.push_back(&example);
    text += (m == 0 ? "" : ",\n") + MarkNetwork(Matrices(all), kHiddenUnits, kEpochs, 1).Text();
  }
  if (!out.empty()) WriteFileAtomically(out, text + "\n", Durability::kUnsynced);
}

}  // namespace
}  // namespace pecg

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: fit_marks LUDB_DATA [OUT.inc]\n");
    return 2;
  }
  try {
    pecg::Fit(argv[1], argc == 3 ? argv[2] : "");
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
