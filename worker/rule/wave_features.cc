#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "worker/rule/feature_group.h"

namespace pecg {
namespace {

using Value = std::optional<double>;

constexpr double kLeastWave = 0.02;  // Millivolts; what counts as a wave.

constexpr std::array kAllLeads = {Lead::kI,   Lead::kII,  Lead::kIII, Lead::kAVR,
                                  Lead::kAVL, Lead::kAVF, Lead::kV1,  Lead::kV2,
                                  Lead::kV3,  Lead::kV4,  Lead::kV5,  Lead::kV6};

void Add(std::vector<Feature>* table, std::string name, std::string unit, std::string meaning,
         std::function<Value(const FeatureContext&)> value) {
  table->push_back(
      {std::move(name), std::move(unit), std::move(meaning), "measured", std::move(value)});
}

/// One quantity of LeadMeasurements in each of `leads`: `t_V1_mv`.
void AddPerLead(std::vector<Feature>* table, std::span<const Lead> leads, std::string_view wave,
                std::string_view unit_suffix, std::string_view unit, std::string_view meaning,
                Quantity LeadMeasurements::*field) {
  for (const Lead lead : leads) {
    Add(table, fmt::format("{}_{}{}", wave, NameOf(lead), unit_suffix), std::string(unit),
        fmt::format("{} in {}", meaning, NameOf(lead)),
        [lead, field](const FeatureContext& c) { return (c.ecg().Of(lead).*field).value; });
  }
}

/// A wave's z: those of Interpretation::z_scores named `<wave>_amp_<lead>`.
void AddScores(std::vector<Feature>* table, std::span<const Lead> leads, std::string_view wave) {
  for (const Lead lead : leads) {
    const std::string measurement = fmt::format("{}_amp_{}", wave, NameOf(lead));
    table->push_back({fmt::format("{}_{}_z", wave, NameOf(lead)), "z",
                      fmt::format("{} in {} for age and sex", wave, NameOf(lead)), "normals",
                      [measurement](const FeatureContext& c) -> Value {
                        for (const NamedScore& score : c.interpretation.z_scores) {
                          if (score.name == measurement) return score.z;
                        }
                        return std::nullopt;
                      }});
  }
}

void AddQrs(std::vector<Feature>* table) {
  for (const Lead lead : kAllLeads) {
    Add(table, fmt::format("r_{}_mv", NameOf(lead)), "mV",
        fmt::format("larger of R and R' in {}, 0 where there is none", NameOf(lead)),
        [lead](const FeatureContext& c) { return c.rule_case.R(lead).value; });
  }
  for (const Lead lead :
       {Lead::kI, Lead::kAVL, Lead::kV1, Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6}) {
    Add(table, fmt::format("s_{}_mv", NameOf(lead)), "mV",
        fmt::format("size of S in {}, 0 where there is none", NameOf(lead)),
        [lead](const FeatureContext& c) { return c.rule_case.S(lead).value; });
  }
  for (const Lead lead :
       {Lead::kI, Lead::kIII, Lead::kAVL, Lead::kAVF, Lead::kV1, Lead::kV5, Lead::kV6}) {
    Add(table, fmt::format("q_{}_mv", NameOf(lead)), "mV",
        fmt::format("size of Q in {}, 0 where there is none", NameOf(lead)),
        [lead](const FeatureContext& c) { return c.rule_case.Q(lead).value; });
  }
  for (const Lead lead : {Lead::kV1, Lead::kV2}) {
    Add(table, fmt::format("r2_{}_mv", NameOf(lead)), "mV",
        fmt::format("R' in {}, 0 where there is none", NameOf(lead)),
        [lead](const FeatureContext& c) { return c.rule_case.SecondR(lead).value; });
  }
  constexpr std::array kScored = {Lead::kI,   Lead::kII,  Lead::kIII, Lead::kAVR,
                                  Lead::kAVL, Lead::kAVF, Lead::kV1,  Lead::kV2,
                                  Lead::kV4,  Lead::kV5,  Lead::kV6};
  AddScores(table, kScored, "r");
  constexpr std::array kScoredS = {Lead::kI,  Lead::kAVR, Lead::kV1, Lead::kV2,
                                   Lead::kV4, Lead::kV5,  Lead::kV6};
  AddScores(table, kScoredS, "s");
  constexpr std::array kScoredQ = {Lead::kII, Lead::kIII, Lead::kAVF, Lead::kV6};
  AddScores(table, kScoredQ, "q");
}

void AddRatios(std::vector<Feature>* table) {
  for (const Lead lead : {Lead::kV1, Lead::kV2, Lead::kV5, Lead::kV6}) {
    Add(table, fmt::format("r_over_s_{}", NameOf(lead)), "ln",
        fmt::format("ln(R/S) in {}, each at least 0.02 mV", NameOf(lead)),
        [lead](const FeatureContext& c) -> Value {
          const Observed r = c.rule_case.R(lead);
          const Observed s = c.rule_case.S(lead);
          if (!r.value || !s.value) return std::nullopt;
          return std::log(std::max(*r.value, kLeastWave) / std::max(*s.value, kLeastWave));
        });
  }
}

void AddShapes(std::vector<Feature>* table) {
  constexpr std::array kSides = {Lead::kV1, Lead::kV6};
  AddPerLead(table, kSides, "activation", "_ms", "ms", "QRS onset to the last R peak",
             &LeadMeasurements::activation_ms);
  constexpr std::array kNotched = {Lead::kI, Lead::kV1, Lead::kV5};
  AddPerLead(table, kNotched, "notches", "", "1", "extra reversals of slope within the QRS",
             &LeadMeasurements::notch_count);
  Add(table, "delta_score", "1", "median over leads of how slurred the QRS begins",
      [](const FeatureContext& c) { return c.ecg().voltages.delta_score.value; });
}

void AddPAndT(std::vector<Feature>* table) {
  constexpr std::array kP = {Lead::kI, Lead::kII, Lead::kAVF, Lead::kV1};
  AddPerLead(table, kP, "p", "_mv", "mV", "P", &LeadMeasurements::p_mv);
  constexpr std::array kV1 = {Lead::kV1};
  AddPerLead(table, kV1, "p_terminal", "_mv_ms", "mV*ms", "terminal negative P",
             &LeadMeasurements::p_terminal_mv_ms);
  constexpr std::array kScoredP = {Lead::kII, Lead::kV1};
  AddScores(table, kScoredP, "p");
  AddPerLead(table, kAllLeads, "t", "_mv", "mV", "T", &LeadMeasurements::t_mv);
  AddPerLead(table, kAllLeads, "st60", "_mv", "mV", "ST 60 ms after J", &LeadMeasurements::st60_mv);
  constexpr std::array kRight = {Lead::kV1, Lead::kV2, Lead::kV3};
  AddPerLead(table, kRight, "j", "_mv", "mV", "J point", &LeadMeasurements::j_mv);
}

/// -1 inverted, 0 flat or both ways, 1 upright.
void AddPolarity(std::vector<Feature>* table) {
  for (const Lead lead : {Lead::kV1, Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6}) {
    Add(table, fmt::format("t_polarity_{}", NameOf(lead)), "1",
        fmt::format("T in {}: -1 inverted, 0 flat or biphasic, 1 upright", NameOf(lead)),
        [lead](const FeatureContext& c) -> Value {
          const auto polarity = c.ecg().Of(lead).t_polarity;
          if (!polarity) return std::nullopt;
          if (*polarity == Polarity::kUpright) return 1;
          return *polarity == Polarity::kInverted ? -1 : 0;
        });
  }
}

struct VoltageFeature {
  const char* name;
  const char* unit;
  const char* meaning;
  Quantity VoltageMeasurements::*field;
};

constexpr VoltageFeature kVoltages[] = {
    {"s_v1_plus_r_v6_mv", "mV", "S V1 + R V6", &VoltageMeasurements::s_v1_plus_r_v6_mv},
    {"s_v1_plus_r_v5_mv", "mV", "S V1 + R V5", &VoltageMeasurements::s_v1_plus_r_v5_mv},
    {"r_v1_plus_s_v5_mv", "mV", "R V1 + S V5", &VoltageMeasurements::r_v1_plus_s_v5_mv},
    {"cornell_mv", "mV", "R aVL + S V3", &VoltageMeasurements::cornell_mv},
    {"cornell_product_mv_ms", "mV*ms", "Cornell voltage times QRS duration",
     &VoltageMeasurements::cornell_product_mv_ms},
    {"sokolow_product_mv_ms", "mV*ms", "(S V1 + R V6) times QRS duration",
     &VoltageMeasurements::sokolow_product_mv_ms},
    {"katz_wachtel_mv", "mV", "largest R + S of V2 to V4", &VoltageMeasurements::katz_wachtel_mv},
    {"limb_peak_to_peak_sum_mv", "mV", "QRS size, sum of the limb leads",
     &VoltageMeasurements::limb_peak_to_peak_sum_mv},
    {"limb_peak_to_peak_max_mv", "mV", "QRS size, largest of the limb leads",
     &VoltageMeasurements::limb_peak_to_peak_max_mv},
    {"chest_peak_to_peak_max_mv", "mV", "QRS size, largest of the chest leads",
     &VoltageMeasurements::chest_peak_to_peak_max_mv},
};

}  // namespace

void AddWaveFeatures(std::vector<Feature>* table) {
  AddQrs(table);
  AddRatios(table);
  AddShapes(table);
  AddPAndT(table);
  AddPolarity(table);
  for (const VoltageFeature& row : kVoltages) {
    const auto field = row.field;
    Add(table, row.name, row.unit, row.meaning,
        [field](const FeatureContext& c) { return (c.ecg().voltages.*field).value; });
  }
}

}  // namespace pecg
