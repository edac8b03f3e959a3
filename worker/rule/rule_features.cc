#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "worker/rule/feature_group.h"
#include "worker/rule/finding_table.h"

namespace pecg {
namespace {

using Value = std::optional<double>;

/// Findings whose margin says more than the measurements they are made of.
constexpr std::array<std::string_view, 18> kMargins = {
    "E50",  "E51",  "E55",  "C23",  "H83",  "H88",  "I108", "I106", "I105",
    "I104", "I101", "J125", "K143", "K142", "K144", "BRU1", "L145", "L147"};

constexpr std::array<std::string_view, 11> kScores = {
    "asd",         "vsd",      "avsd", "pda",     "tof", "rvot", "cardiomyopathy",
    "myocarditis", "kawasaki", "chd",  "abnormal"};

void AddMargins(std::vector<Feature>* table) {
  for (const std::string_view code : kMargins) {
    std::string name = fmt::format("margin_{}", code);
    table->push_back({std::move(name), "1",
                      fmt::format("how near to the finding: {}", FindFinding(code).name), "rules",
                      [code](const FeatureContext& c) -> Value {
                        const Evidence& evidence = c.interpretation.Of(code).evidence;
                        if (evidence.outcome == Outcome::kUnknown) return std::nullopt;
                        return evidence.margin;
                      }});
  }
}

void AddScoreFeatures(std::vector<Feature>* table) {
  for (const std::string_view wanted : kScores) {
    table->push_back({fmt::format("score_{}", wanted), "1",
                      fmt::format("rule score of {} (docs/rules.md)", wanted), "rules",
                      [wanted](const FeatureContext& c) -> Value {
                        for (const RuleScore& score : c.scores) {
                          if (score.name == wanted) return score.value;
                        }
                        return std::nullopt;
                      }});
  }
}

void AddQuality(std::vector<Feature>* table) {
  table->push_back({"readable_lead_count", "1", "leads that were measured", "measured",
                    [](const FeatureContext& c) -> Value {
                      int count = 0;
                      for (int i = 0; i < kLeadCount; ++i) {
                        count += c.rule_case.Has(static_cast<Lead>(i)) ? 1 : 0;
                      }
                      return count;
                    }});
  table->push_back({"worst_masked_fraction", "1", "largest masked share of a lead", "measured",
                    [](const FeatureContext& c) -> Value {
                      double worst = 0;
                      for (const LeadSignal& signal : c.ecg().signals) {
                        worst = std::max(worst, signal.masked_fraction);
                      }
                      return worst;
                    }});
  table->push_back({"worst_noise_mv", "mV", "largest noise above 20 Hz of a lead", "measured",
                    [](const FeatureContext& c) -> Value {
                      Value worst;
                      for (const LeadSignal& signal : c.ecg().signals) {
                        if (!signal.noise_mv.has_value()) continue;
                        worst = std::max(worst.value_or(0), *signal.noise_mv);
                      }
                      return worst;
                    }});
}

}  // namespace

void AddRuleFeatures(std::vector<Feature>* table) {
  AddMargins(table);
  AddScoreFeatures(table);
  AddQuality(table);
}

}  // namespace pecg
