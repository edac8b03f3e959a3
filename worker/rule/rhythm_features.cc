#include <algorithm>
#include <cmath>

#include "worker/rule/beat_statistics.h"
#include "worker/rule/feature_group.h"

namespace pecg {
namespace {

using Value = std::optional<double>;

/// A quantity of RhythmMeasurements as it is.
void AddMeasured(std::vector<Feature>* table, std::string name, std::string unit,
                 std::string meaning, Quantity RhythmMeasurements::*field) {
  table->push_back({std::move(name), std::move(unit), std::move(meaning), "measured",
                    [field](const FeatureContext& c) { return (c.ecg().rhythm.*field).value; }});
}

Value Ratio(Value above, Value below) {
  if (!above || !below || *below <= 0) return std::nullopt;
  return *above / *below;
}

Value LogRatio(Value above, Value below) {
  const Value ratio = Ratio(above, below);
  if (!ratio || *ratio <= 0) return std::nullopt;
  return std::log(*ratio);
}

Value PerBeat(const FeatureContext& c, int BeatStatistics::*count) {
  if (c.ecg().beats.empty()) return std::nullopt;
  const BeatStatistics statistics = CountBeats(c.ecg());
  return static_cast<double>(statistics.*count) / statistics.beat_count;
}

/// The table's row of the age bin; the same for both sexes.
Value ZzuThreshold(const FeatureContext& c, bool fast) {
  const auto range = c.rule_case.limits().Of("heart_rate_zzu_label_threshold");
  if (!range) return std::nullopt;
  return fast ? range->p98 : range->p2;
}

void AddRate(std::vector<Feature>* table) {
  AddMeasured(table, "heart_rate_bpm", "bpm", "60,000 / median RR",
              &RhythmMeasurements::heart_rate_bpm);
  table->push_back({"heart_rate_z", "z", "heart rate for age and sex", "normals",
                    [](const FeatureContext& c) -> Value {
                      const auto rate = c.rule_case.HeartRate().value;
                      if (!rate) return std::nullopt;
                      return c.rule_case.limits().Score("heart_rate", *rate);
                    }});
  table->push_back({"rate_over_convention_fast", "ln", "ln(rate / tachycardia by convention)",
                    "Chinese teaching convention",
                    [](const FeatureContext& c) { return c.interpretation.convention.fast; }});
  table->push_back({"rate_under_convention_slow", "ln", "ln(bradycardia by convention / rate)",
                    "Chinese teaching convention",
                    [](const FeatureContext& c) { return c.interpretation.convention.slow; }});
  table->push_back({"rate_over_zzu_fast", "ln", "ln(rate / threshold fitted on ZZU-pECG's labels)",
                    "zzu_labels (DERIVED)", [](const FeatureContext& c) {
                      return LogRatio(c.ecg().rhythm.heart_rate_bpm.value, ZzuThreshold(c, true));
                    }});
  table->push_back({"rate_under_zzu_slow", "ln", "ln(threshold fitted on ZZU-pECG's labels / rate)",
                    "zzu_labels (DERIVED)", [](const FeatureContext& c) {
                      return LogRatio(ZzuThreshold(c, false), c.ecg().rhythm.heart_rate_bpm.value);
                    }});
}

void AddVariability(std::vector<Feature>* table) {
  AddMeasured(table, "rr_sd_ms", "ms", "SD of RR", &RhythmMeasurements::rr_sd_ms);
  AddMeasured(table, "rmssd_ms", "ms", "root mean square of successive differences of RR",
              &RhythmMeasurements::rmssd_ms);
  AddMeasured(table, "rr_variation", "1", "SD over mean of RR", &RhythmMeasurements::rr_variation);
  table->push_back({"sinus_rr_range_ms", "ms", "longest minus shortest RR of sinus beats",
                    "measured",
                    [](const FeatureContext& c) { return CountBeats(c.ecg()).sinus_rr_range_ms; }});
  AddMeasured(table, "longest_pause_ms", "ms", "longest RR", &RhythmMeasurements::longest_pause_ms);
  table->push_back({"longest_pause_ratio", "1", "longest over median RR", "measured",
                    [](const FeatureContext& c) {
                      return Ratio(c.ecg().rhythm.longest_pause_ms.value,
                                   c.ecg().rhythm.rr_median_ms.value);
                    }});
  table->push_back({"narrow_premature_share", "1", "early beats of the dominant shape per beat",
                    "measured", [](const FeatureContext& c) {
                      return PerBeat(c, &BeatStatistics::narrow_premature_count);
                    }});
  table->push_back(
      {"wide_premature_share", "1", "early wide beats of another shape per beat", "measured",
       [](const FeatureContext& c) { return PerBeat(c, &BeatStatistics::wide_premature_count); }});
  table->push_back({"longest_wide_run", "1", "consecutive wide beats of another shape", "measured",
                    [](const FeatureContext& c) -> Value {
                      if (c.ecg().beats.empty()) return std::nullopt;
                      return CountBeats(c.ecg()).longest_wide_run;
                    }});
  table->push_back({"dominant_class_share", "1", "share of beats of the dominant shape", "measured",
                    [](const FeatureContext& c) -> Value {
                      if (c.ecg().beats.empty() || c.ecg().classes.empty()) return std::nullopt;
                      return static_cast<double>(c.ecg().classes.front().beat_count) /
                             static_cast<double>(c.ecg().beats.size());
                    }});
}

void AddAtria(std::vector<Feature>* table) {
  AddMeasured(table, "p_fraction", "1", "share of beats with a P wave",
              &RhythmMeasurements::p_fraction);
  AddMeasured(table, "p_correlation", "1", "median correlation of the beats' P with the median P",
              &RhythmMeasurements::p_correlation);
  AddMeasured(table, "atrial_rate_bpm", "bpm", "rate of the P waves",
              &RhythmMeasurements::atrial_rate_bpm);
  table->push_back(
      {"p_per_qrs", "1", "atrial over ventricular rate", "measured", [](const FeatureContext& c) {
         return Ratio(c.ecg().rhythm.atrial_rate_bpm.value, c.ecg().rhythm.mean_rate_bpm.value);
       }});
  table->push_back({"pr_sd_ms", "ms", "SD of the beats' PR", "measured",
                    [](const FeatureContext& c) { return CountBeats(c.ecg()).pr_sd_ms; }});
  AddMeasured(table, "flutter_rate_bpm", "bpm", "regular atrial oscillation",
              &RhythmMeasurements::flutter_rate_bpm);
  AddMeasured(table, "flutter_share", "1", "its share of the power between QRS complexes",
              &RhythmMeasurements::flutter_share);
}

}  // namespace

void AddRhythmFeatures(std::vector<Feature>* table) {
  AddRate(table);
  AddVariability(table);
  AddAtria(table);
}

}  // namespace pecg
