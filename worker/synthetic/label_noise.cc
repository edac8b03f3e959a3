#include "worker/synthetic/label_noise.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

constexpr std::array<std::pair<LabelNoise, std::string_view>, 3> kNames = {
    {{LabelNoise::kNone, "none"}, {LabelNoise::kMild, "mild"}, {LabelNoise::kZzu, "zzu"}}};

/// Chances at level zzu; mild has a third of them.
double Factor(LabelNoise noise) {
  if (noise == LabelNoise::kNone) return 0;
  return noise == LabelNoise::kMild ? 1.0 / 3 : 1;
}

/// A diagnosis that may be missing or be confused with another.
struct ChartChance {
  const char* icd_code;
  double missing;
  double confused;
  const char* confused_with;
  double added;  ///< In a patient who has none of its group.
};
constexpr std::array<ChartChance, 19> kChart = {{
    {"Q21.0", 0.04, 0.015, "Q21.1", 0.0030},
    {"Q21.1", 0.05, 0.070, "(FO) Q21.1", 0.0040},
    {"(FO) Q21.1", 0.15, 0.060, "Q21.1", 0.0040},
    {"(OSD) Q21.1", 0.03, 0.080, "Q21.1", 0.0003},
    {"Q21.2", 0.02, 0.040, "Q21.1", 0.0001},
    {"Q21.3", 0.01, 0.020, "Q21.0", 0.0001},
    {"Q22.1", 0.04, 0.060, "I37.0", 0.0002},
    {"Q25.0", 0.06, 0.010, "Q21.0", 0.0015},
    {"Q25.6", 0.05, 0.060, "Q22.1", 0.0002},
    {"I37.0", 0.05, 0.060, "Q22.1", 0.0001},
    {"(F) I40.0", 0.02, 0.050, "(V) I40.0", 0.0002},
    {"(V) I40.0", 0.07, 0.060, "I40.9", 0.0020},
    {"I40.9", 0.08, 0.060, "I51.4", 0.0020},
    {"I51.4", 0.10, 0.050, "I40.9", 0.0030},
    {"M30.3", 0.03, 0.000, "", 0.0010},
    {"I42.0", 0.03, 0.030, "I42.9", 0.0001},
    {"I42.2", 0.03, 0.030, "I42.9", 0.0001},
    {"I42.9", 0.05, 0.030, "I42.0", 0.0001},
    {"Q24.8", 0.15, 0.080, "I42.9", 0.0003},
}};

/// Why a diagnosis goes wrong, for the list of errors.
const char* WhyMissing(const Diagnosis& diagnosis) {
  return diagnosis.severity == 0 ? "found by chance elsewhere, not coded here"
                                 : "another diagnosis was the reason for admission";
}

const ChartChance& ChanceOf(const std::string& icd_code) {
  return *std::ranges::find(kChart, icd_code,
                            [](const ChartChance& c) { return std::string_view(c.icd_code); });
}

void WriteDiagnosis(const Diagnosis& diagnosis, double factor, Random& random, Chart* chart) {
  const ChartChance& chance = ChanceOf(diagnosis.icd_code);
  const bool is_missing = random.Chance(factor * chance.missing);
  const bool is_confused = random.Chance(factor * chance.confused);
  chart->clean.push_back(diagnosis.icd_code);
  if (is_missing) {
    chart->errors.push_back({"chart", "missing", diagnosis.icd_code, "", WhyMissing(diagnosis)});
  } else if (is_confused) {
    chart->written.emplace_back(chance.confused_with);
    chart->errors.push_back({"chart", "confused", diagnosis.icd_code, chance.confused_with,
                             "a neighbouring code was chosen"});
  } else {
    chart->written.push_back(diagnosis.icd_code);
  }
}

void SortOut(std::vector<std::string>* codes) {
  std::ranges::sort(*codes);
  codes->erase(std::unique(codes->begin(), codes->end()), codes->end());
}

/// Chance that a reader leaves a statement out, and that he writes it where it is not so.
struct ReadingChance {
  const char* description;
  double missing;
  double added;
};
constexpr std::array<ReadingChance, 22> kReading = {{
    {"Sinus tachycardia", 0.03, 0.006},
    {"Sinus bradycardia", 0.04, 0.004},
    {"Sinus arrhythmia", 0.15, 0.020},
    {"Atrial premature complex(es)", 0.08, 0.002},
    {"Ventricular premature complex(es)", 0.05, 0.001},
    {"Junctional escape complex(es)", 0.20, 0.002},
    {"First-degree AV block", 0.08, 0.001},
    {"Prolonged PR interval", 0.12, 0.001},
    {"Short PR interva", 0.25, 0.002},
    {"Left anterior fascicular block", 0.10, 0.003},
    {"Incomplete right bundle-branch block", 0.15, 0.006},
    {"Right bundle-branch block", 0.04, 0.001},
    {"Right-axis deviation", 0.15, 0.004},
    {"Left-axis deviation", 0.15, 0.002},
    {"Left ventricular high voltage", 0.15, 0.020},
    {"Right ventricular high voltage", 0.20, 0.008},
    {"Left ventricular hypertrophy", 0.12, 0.004},
    {"Right ventricular hypertrophy", 0.12, 0.006},
    {"T-wave abnormality", 0.15, 0.025},
    {"ST deviation with T-wave change", 0.10, 0.006},
    {"Prolonged QT interval", 0.15, 0.008},
    {"Early repolarization", 0.20, 0.004},
}};

const ReadingChance* FindReading(const std::string& description) {
  const auto found = std::ranges::find(kReading, description, [](const ReadingChance& chance) {
    return std::string_view(chance.description);
  });
  return found == kReading.end() ? nullptr : &*found;
}

bool IsNormal(const Statement& statement) {
  return statement.description == kNormalEcg || statement.description == kOtherwiseNormalEcg;
}

bool Contradict(const std::string& a, const std::string& b) {
  const auto is_pair = [&](const char* one, const char* other) {
    return (a == one && b == other) || (a == other && b == one);
  };
  return a == b || is_pair("Sinus tachycardia", "Sinus bradycardia") ||
         is_pair("Left-axis deviation", "Right-axis deviation") ||
         is_pair("Left ventricular high voltage", "Left ventricular hypertrophy") ||
         is_pair("Right ventricular high voltage", "Right ventricular hypertrophy") ||
         is_pair("T-wave abnormality", "ST deviation with T-wave change");
}

}  // namespace

std::optional<LabelNoise> FindLabelNoise(std::string_view name) {
  for (const auto& [noise, known] : kNames) {
    if (known == name) return noise;
  }
  return std::nullopt;
}

std::string_view NameOf(LabelNoise noise) {
  return std::ranges::find(kNames, noise, [](const auto& pair) { return pair.first; })->second;
}

Chart WriteChart(const SyntheticPatient& patient, LabelNoise noise) {
  Random random(patient.stream, kChartErrorStream, 0);
  const double factor = Factor(noise);
  Chart chart;
  for (const Diagnosis& diagnosis : patient.diagnoses) {
    WriteDiagnosis(diagnosis, factor, random, &chart);
  }
  for (const auto& code : GenerativeTables::Get().diagnoses) {
    const bool is_added = random.Chance(factor * ChanceOf(code.icd_code).added);
    if (!is_added || patient.Find(code.group) != nullptr) continue;
    chart.written.push_back(code.icd_code);
    chart.errors.push_back({"chart", "added", "", code.icd_code, "suspected and never taken back"});
  }
  for (std::vector<std::string>* codes : {&chart.clean, &chart.written}) {
    codes->insert(codes->end(), patient.other_codes.begin(), patient.other_codes.end());
    if (codes->empty()) codes->emplace_back("R69");  // Illness, unspecified.
    SortOut(codes);
  }
  return chart;
}

Reading WriteReading(const SyntheticPatient& patient, int exam, std::vector<Statement> clean,
                     LabelNoise noise) {
  Reading reading{std::move(clean), {}};
  if (noise == LabelNoise::kNone) return reading;
  Random random(patient.stream, kReaderErrorStream, static_cast<std::uint64_t>(exam));
  const double factor = Factor(noise);
  std::vector<Statement> kept;
  for (const Statement& statement : reading.written) {
    const ReadingChance* chance = FindReading(statement.description);
    if (chance == nullptr || !random.Chance(factor * chance->missing)) {
      kept.push_back(statement);
      continue;
    }
    reading.errors.push_back(
        {"reading", "missing", AhaText(statement), "", "overlooked by the reader"});
  }
  for (const ReadingChance& chance : kReading) {
    if (!random.Chance(factor * chance.added)) continue;
    const bool clashes = std::ranges::any_of(kept, [&](const Statement& statement) {
      return Contradict(statement.description, chance.description);
    });
    if (clashes) continue;
    kept.push_back({chance.description, {}});
    reading.errors.push_back(
        {"reading", "added", "", AhaText(kept.back()), "read into a normal variant"});
  }
  const bool has_finding = std::ranges::any_of(kept, std::not_fn(IsNormal));
  // A normal ECG has no other statement; one without any is normal.
  if (has_finding && std::erase_if(kept, IsNormal) > 0) {
    reading.errors.push_back({"reading", "missing", "A1|A2", "", "something was read into it"});
  }
  if (kept.empty()) {
    kept.push_back({kNormalEcg, {}});
    reading.errors.push_back({"reading", "added", "", "A1", "nothing was left to write"});
  }
  SortStatements(&kept);
  reading.written = std::move(kept);
  return reading;
}

}  // namespace pecg
