#include "worker/synthetic/tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "worker/ecg/error.h"
#include "worker/file/csv.h"

namespace pecg {
namespace {

constexpr auto kFiles = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "synthetic_files.inc"
});

/// One embedded table, read by column name.
class Table {
 public:
  explicit Table(std::string_view stem)
      : csv_(Text(stem), std::string(stem) + ".csv of the synthetic room") {}

  bool Next() { return csv_.Next(&row_); }
  const std::string& Word(std::string_view column) const {
    return row_.cells[csv_.ColumnOf(column)];
  }
  double Number(std::string_view column) const { return std::stod(Word(column)); }
  int Whole(std::string_view column) const { return std::stoi(Word(column)); }

 private:
  static std::string_view Text(std::string_view stem) {
    for (const auto& [name, text] : kFiles) {
      if (name == stem) return text;
    }
    throw Error(Error::Kind::kNotFound, "no table of this name is built in", std::string(stem));
  }

  CsvTable csv_;
  CsvRow row_;
};

DiseaseGroup GroupNamed(const std::string& name) {
  static const std::map<std::string, DiseaseGroup> kNames = {
      {"none", DiseaseGroup::kNone},
      {"chd", DiseaseGroup::kChd},
      {"myocarditis", DiseaseGroup::kMyocarditis},
      {"kawasaki", DiseaseGroup::kKawasaki},
      {"cardiomyopathy", DiseaseGroup::kCardiomyopathy}};
  return kNames.at(name);
}

std::size_t Position(DiseaseGroup group) { return static_cast<std::size_t>(group); }

void ReadBands(GenerativeTables* tables) {
  for (Table table("age_bands"); table.Next();) {
    tables->bands.push_back({table.Whole("from_days"),
                             table.Whole("to_days"),
                             table.Number("nine_lead"),
                             {0, table.Number("chd"), table.Number("myocarditis"),
                              table.Number("kawasaki"), table.Number("cardiomyopathy")}});
  }
}

void ReadExamCounts(GenerativeTables* tables) {
  for (Table table("exam_counts"); table.Next();) {
    auto& weights = tables->exam_counts[Position(GroupNamed(table.Word("group")))];
    const auto exams = static_cast<std::size_t>(table.Whole("exams"));
    weights.resize(std::max(weights.size(), exams), 0.0);
    weights[exams - 1] = table.Number("patients");
  }
  // No figures of its own: as in children without heart disease.
  tables->exam_counts[Position(DiseaseGroup::kKawasaki)] =
      tables->exam_counts[Position(DiseaseGroup::kNone)];
}

void ReadHeartRates(GenerativeTables* tables) {
  for (Table table("heart_rates"); table.Next();) {
    GenerativeTables::HeartRates rates{.age_days = table.Number("age_days"),
                                       .quantiles = {},
                                       .slow_bpm = table.Number("slow_bpm"),
                                       .fast_bpm = table.Number("fast_bpm")};
    rates.quantiles = {{0, table.Number("p005") * 0.85},
                       {0.005, table.Number("p005")},
                       {table.Number("slow_share"), rates.slow_bpm},
                       {0.25, table.Number("p25")},
                       {0.5, table.Number("p50")},
                       {0.75, table.Number("p75")},
                       {1 - table.Number("fast_share"), rates.fast_bpm},
                       {0.95, table.Number("p95")},
                       {0.98, table.Number("p98")},
                       {0.999, table.Number("p999")},
                       {1, table.Number("p999") * 1.02}};
    std::ranges::sort(rates.quantiles, {}, &GenerativeTables::Point::quantile);
    tables->heart_rates.push_back(std::move(rates));
  }
}

GenerativeTables ReadAll() {
  GenerativeTables tables;
  for (Table table("patient_ages"); table.Next();) {
    tables.ages.push_back(
        {table.Whole("from_days"), table.Whole("to_days"), table.Number("records")});
  }
  ReadBands(&tables);
  ReadExamCounts(&tables);
  for (Table table("repeat_intervals"); table.Next();) {
    tables.repeat_days.push_back({table.Number("quantile"), table.Number("days")});
  }
  for (Table table("durations"); table.Next();) {
    tables.durations.emplace_back(table.Number("seconds"), table.Number("records"));
  }
  ReadHeartRates(&tables);
  for (Table table("diagnosis_codes"); table.Next();) {
    tables.diagnoses.push_back({GroupNamed(table.Word("group")), table.Word("code"),
                                table.Number("weight"), table.Number("silent_share")});
  }
  for (Table table("other_codes"); table.Next();) {
    tables.other_codes.push_back({table.Word("code"), table.Number("weight")});
  }
  return tables;
}

/// The two ages around `age_days` and how far it lies from the first to the second, in log age.
struct Between {
  const GenerativeTables::HeartRates* before;
  const GenerativeTables::HeartRates* after;
  double weight;
};

Between FindBetween(double age_days) {
  const auto& rates = GenerativeTables::Get().heart_rates;
  const double age = std::clamp(age_days, rates.front().age_days, rates.back().age_days);
  std::size_t i = 1;
  while (i + 1 < rates.size() && rates[i].age_days < age) ++i;
  const double width = std::log(rates[i].age_days / rates[i - 1].age_days);
  return {&rates[i - 1], &rates[i], std::log(age / rates[i - 1].age_days) / width};
}

}  // namespace

const GenerativeTables& GenerativeTables::Get() {
  static const GenerativeTables tables = ReadAll();
  return tables;
}

const GenerativeTables::AgeBand& GenerativeTables::BandAt(int age_days) const {
  for (const AgeBand& band : bands) {
    if (age_days < band.to_days) return band;
  }
  return bands.back();
}

double ValueAt(const std::vector<GenerativeTables::Point>& points, double quantile) {
  if (quantile <= points.front().quantile) return points.front().value;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& a = points[i - 1];
    const auto& b = points[i];
    if (quantile > b.quantile) continue;
    const double width = b.quantile - a.quantile;
    return width <= 0 ? b.value : a.value + (b.value - a.value) * (quantile - a.quantile) / width;
  }
  return points.back().value;
}

double HeartRateAt(double age_days, double quantile) {
  const Between between = FindBetween(age_days);
  return (1 - between.weight) * ValueAt(between.before->quantiles, quantile) +
         between.weight * ValueAt(between.after->quantiles, quantile);
}

RateLimits RateLimitsAt(double age_days) {
  const Between between = FindBetween(age_days);
  const auto mix = [&](double a, double b) {
    return (1 - between.weight) * a + between.weight * b;
  };
  return {mix(between.before->fast_bpm, between.after->fast_bpm),
          mix(between.before->slow_bpm, between.after->slow_bpm)};
}

}  // namespace pecg
