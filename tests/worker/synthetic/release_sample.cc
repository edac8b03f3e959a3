#include "tests/worker/synthetic/release_sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <thread>

#include "tests/worker/synthetic/boosted_trees.h"
#include "worker/ecg/pediatric_normals.h"
#include "worker/synthetic/measurement.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/truth_rows.h"

namespace pecg {
namespace {

/// Runs `task(i)` for i below `count` on all cores.
void ForEach(std::size_t count, const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) task(i);
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
}

using Predicate = std::function<bool(const SampledRecord&)>;

/// Aggregates of the release by age band, percent of records; zzu-stats, label_prevalence_by_age9.
struct BandFigures {
  const char* name;
  int to_days;
  double records;  // Percent of all.
  double nine_lead, abnormal, tachycardia, bradycardia, hypertrophy, chd;
};
constexpr auto kBands = std::to_array<BandFigures>({
    {"0-30 d", 31, 1.97, 94.3, 96.4, 19.3, 4.0, 39.1, 45.5},
    {"1-3 mo", 91, 1.87, 86.0, 95.0, 55.3, 2.3, 40.8, 48.5},
    {"3-6 mo", 183, 1.84, 71.7, 93.4, 52.9, 1.2, 42.1, 50.5},
    {"6-12 mo", 365, 2.77, 61.3, 91.2, 50.6, 1.6, 35.9, 49.0},
    {"1-3 y", 1095, 9.47, 39.4, 80.3, 32.7, 2.8, 17.0, 43.5},
    {"3-5 y", 1825, 11.18, 16.6, 74.2, 25.8, 1.8, 8.8, 30.5},
    {"5-8 y", 2920, 17.15, 5.9, 77.0, 15.1, 4.9, 7.5, 18.3},
    {"8-12 y", 4380, 25.63, 0, 81.9, 15.4, 6.9, 7.1, 10.7},
    {"12-15 y", 5475, 28.13, 0, 82.9, 14.7, 13.2, 5.3, 7.6},
});

class Comparison {
 public:
  explicit Comparison(const std::vector<SampledRecord>& records) : records_(records) {}

  /// Percent of the records that are `among` which are `so`. `points`: the tolerance.
  void AddShare(
      const std::string& name, double wanted, const Predicate& so, double points = 2,
      const Predicate& among = [](const SampledRecord&) { return true; }) {
    double all = 0;
    double hits = 0;
    for (const SampledRecord& record : records_) {
      if (!among(record)) continue;
      all += 1;
      hits += so(record) ? 1 : 0;
    }
    if (all == 0) return;
    const double p = std::clamp(wanted / 100, 0.01, 0.99);
    // Exams of a patient are alike, so a share of records errs a fifth more than of patients.
    const double error = 120 * std::sqrt(p * (1 - p) / all);
    figures_.push_back({name, 100 * hits / all, wanted, std::max(points, 2.6 * error)});
  }

  void Add(const std::string& name, double measured, double wanted, double tolerance) {
    figures_.push_back({name, measured, wanted, tolerance});
  }

  std::vector<ReleaseFigure> Take() { return std::move(figures_); }

 private:
  const std::vector<SampledRecord>& records_;
  std::vector<ReleaseFigure> figures_;
};

Predicate States(std::vector<const char*> codes) {
  return [codes](const SampledRecord& record) {
    return std::ranges::any_of(codes, [&](const char* code) { return record.States({code}); });
  };
}
Predicate Is(DiseaseGroup group) {
  return [group](const SampledRecord& record) { return record.Has(group); };
}
bool IsAbnormal(const SampledRecord& record) { return !record.States({"A1", "A2"}); }

void CompareBands(Comparison* comparison) {
  int from = 0;
  for (const BandFigures& band : kBands) {
    const int begin = from;
    const int end = band.to_days;
    from = end;
    const Predicate in = [=](const SampledRecord& record) {
      return record.exam.age_days >= begin && record.exam.age_days < end;
    };
    const std::string name = std::string(" at ") + band.name + ", %";
    comparison->AddShare("records" + name, band.records, in);
    comparison->AddShare(
        "nine leads" + name, band.nine_lead,
        [](const SampledRecord& record) { return record.exam.has_nine_leads; }, 2, in);
    comparison->AddShare("abnormal" + name, band.abnormal, IsAbnormal, 4, in);
    comparison->AddShare("sinus tachycardia" + name, band.tachycardia, States({"C21"}), 4, in);
    comparison->AddShare("sinus bradycardia" + name, band.bradycardia, States({"C22"}), 3, in);
    comparison->AddShare("hypertrophy" + name, band.hypertrophy, States({"K142", "K143"}), 5, in);
    comparison->AddShare("heart defect" + name, band.chd, Is(DiseaseGroup::kChd), 2, in);
  }
}

void CompareStatements(Comparison* comparison) {
  const Predicate twelve = [](const SampledRecord& r) { return !r.exam.has_nine_leads; };
  comparison->AddShare("abnormal (neither A1 nor A2), %", 81.3, IsAbnormal);
  comparison->AddShare("C21, %", 20.4, States({"C21"}));
  comparison->AddShare("C22, %", 7.0, States({"C22"}));
  comparison->AddShare("axis J120 J121, %", 3.2, States({"J120", "J121"}));
  comparison->AddShare("long QT L148, %", 3.4, States({"L148"}), 1.5);
  comparison->AddShare("conduction H80 H82 I105 I106 I108, %", 7.5,
                       States({"H80", "H82", "I105", "I106", "I108"}));
  comparison->AddShare("hypertrophy K142 K143, %", 10.5, States({"K142", "K143"}));
  comparison->AddShare("high voltage, %", 19.7,
                       States({"Left ventricular high", "Right ventricular high"}));
  comparison->AddShare("A1 in 12 leads, %", 16.5, States({"A1"}), 2, twelve);
  comparison->AddShare("A2 in 12 leads, %", 5.8, States({"A2"}), 2, twelve);
  comparison->AddShare("T wave L147 in 12 leads, %", 23.8, States({"L147"}), 2, twelve);
  comparison->AddShare("ST-T L146 in 12 leads, %", 8.3, States({"L146"}), 2, twelve);
  comparison->AddShare("ST L145 in 12 leads, %", 3.1, States({"L145"}), 2, twelve);
  comparison->AddShare("sinus arrhythmia C23 in 12 leads, %", 18.5, States({"C23"}), 2, twelve);
  comparison->AddShare("K143 in 12 leads, %", 6.5, States({"K143"}), 2, twelve);
  comparison->AddShare("K142 in 12 leads, %", 3.3, States({"K142"}), 2, twelve);
  comparison->AddShare("I105 in 12 leads, %", 3.1, States({"I105"}), 1.5, twelve);
  comparison->AddShare("I101 in 12 leads, %", 3.0, States({"I101"}), 1.5, twelve);
  comparison->AddShare("I106 in 12 leads, %", 2.7, States({"I106"}), 1.5, twelve);
  comparison->AddShare("J125 in 12 leads, %", 2.6, States({"J125"}), 1.5, twelve);
  comparison->AddShare("J120 in 12 leads, %", 3.1, States({"J120"}), 1.5, twelve);
  comparison->AddShare("K141 in 12 leads, %", 1.9, States({"K141"}), 1.5, twelve);
  comparison->AddShare("K140 in 12 leads, %", 1.7, States({"K140"}), 1.5, twelve);
  comparison->AddShare("first-degree AV block in 12 leads, %", 1.15, States({"First-degree"}), 1,
                       twelve);
  comparison->AddShare(
      "heart defects read as normal, %", 27.6,
      [](const SampledRecord& r) { return !IsAbnormal(r); }, 2, Is(DiseaseGroup::kChd));
}

void CompareTogether(Comparison* comparison) {
  const Predicate chd = Is(DiseaseGroup::kChd);
  comparison->AddShare("hypertrophy among heart defects, %", 26.5, States({"K142", "K143"}), 4,
                       chd);
  comparison->AddShare("conduction among heart defects, %", 18.2,
                       States({"H80", "H82", "I105", "I106", "I108"}), 4, chd);
  comparison->AddShare("C21 among heart defects, %", 24.8, States({"C21"}), 4, chd);
  comparison->AddShare("hypertrophy among cardiomyopathy, %", 61.2, States({"K142", "K143"}), 8,
                       Is(DiseaseGroup::kCardiomyopathy));
  comparison->AddShare("C21 among cardiomyopathy, %", 37.4, States({"C21"}), 8,
                       Is(DiseaseGroup::kCardiomyopathy));
  comparison->AddShare(
      "normal among myocarditis, %", 20.3, [](const SampledRecord& r) { return !IsAbnormal(r); }, 6,
      Is(DiseaseGroup::kMyocarditis));
}

void ComparePersistence(const std::vector<SampledRecord>& records, Comparison* comparison) {
  struct Label {
    const char* name;
    Predicate is;
    double again;
    double fresh;
  };
  const std::vector<Label> labels = {
      {"abnormal", IsAbnormal, 83, 52.8},
      {"tachycardia", States({"C21"}), 46.8, 19.5},
      {"axis", States({"J120", "J121"}), 32.3, 1.7},
      {"long QT", States({"L148"}), 40.7, 2.9},
      {"conduction", States({"H80", "H82", "I105", "I106", "I108"}), 59.8, 6.9},
      {"hypertrophy", States({"K142", "K143"}), 63.1, 5.1}};
  for (const Label& label : labels) {
    double now = 0;
    double again = 0;
    double not_now = 0;
    double fresh = 0;
    for (std::size_t i = 1; i < records.size(); ++i) {
      if (records[i].patient.number != records[i - 1].patient.number) continue;
      const bool before = label.is(records[i - 1]);
      const bool after = label.is(records[i]);
      (before ? now : not_now) += 1;
      (before ? again : fresh) += after ? 1 : 0;
    }
    if (now < 10 || not_now < 10) continue;
    const auto error = [](double count) { return 2.6 * 50 / std::sqrt(count); };
    comparison->Add(fmt::format("{} again, %", label.name), 100 * again / now, label.again,
                    std::max(15.0, error(now)));
    comparison->Add(fmt::format("{} anew, %", label.name), 100 * fresh / not_now, label.fresh,
                    std::max(6.0, error(not_now)));
  }
}

void CompareDemography(const std::vector<SampledRecord>& records, Comparison* comparison) {
  comparison->AddShare("boys, %", 57.3, [](const SampledRecord& record) {
    return record.patient.sex == Sex::kMale;
  });
  comparison->AddShare("heart defects, %", 19.6, Is(DiseaseGroup::kChd));
  comparison->AddShare("myocarditis, %", 4.5, Is(DiseaseGroup::kMyocarditis), 1);
  comparison->AddShare("Kawasaki, %", 1.4, Is(DiseaseGroup::kKawasaki), 0.5);
  comparison->AddShare("cardiomyopathy, %", 1.0, Is(DiseaseGroup::kCardiomyopathy), 0.5);
  comparison->AddShare("any of the four, %", 26.2, [](const SampledRecord& record) {
    return !record.patient.diagnoses.empty();
  });
  comparison->AddShare("30 s long in 12 leads, %", 66.4,
                       [](const SampledRecord& record) { return record.exam.seconds == 30; });
  std::map<std::int64_t, int> exams;
  std::vector<double> days;
  for (std::size_t i = 0; i < records.size(); ++i) {
    ++exams[records[i].patient.number];
    if (i > 0 && records[i].patient.number == records[i - 1].patient.number) {
      days.push_back(records[i].exam.age_days - records[i - 1].exam.age_days);
    }
  }
  const auto patients = static_cast<double>(exams.size());
  const auto once = static_cast<double>(
      std::ranges::count_if(exams, [](const auto& entry) { return entry.second == 1; }));
  comparison->Add("patients with one exam, %", 100 * once / patients, 85.5,
                  std::max(2.0, 90 / std::sqrt(patients)));
  comparison->Add("exams per patient", static_cast<double>(records.size()) / patients, 1.2188,
                  std::max(0.03, 2.0 / std::sqrt(patients)));
  std::ranges::sort(days);
  comparison->Add("median days between exams", days[days.size() / 2], 2, 1.01);
}

/// Age-adjusted scores of the main measurements.
void AppendScores(const SampledRecord& record, std::vector<double>* features) {
  const Measurements& m = record.exam.measured;
  const auto add = [&](const char* name, double value) {
    const auto range = PediatricNormals::Table().At(name, record.exam.age_days, record.patient.sex);
    features->push_back(NormalScore(range.value(), value).value_or(0));
  };
  add("heart_rate", record.exam.beats.rate_bpm);
  add("pr_interval", m.pr_ms);
  add("p_duration", m.p_ms);
  add("qrs_duration", m.qrs_ms);
  add("qrs_axis", m.qrs_axis_deg);
  add("r_amp_V1", m.at(Lead::kV1).r);
  add("s_amp_V1", m.at(Lead::kV1).s);
  add("r_amp_V2", m.at(Lead::kV2).r);
  add("s_amp_V2", m.at(Lead::kV2).s);
  add("r_amp_V4", m.at(Lead::kV4).r);
  add("s_amp_V4", m.at(Lead::kV4).s);
  add("r_amp_V6", m.at(Lead::kV6).r);
  add("s_amp_V6", m.at(Lead::kV6).s);
  add("r_amp_I", m.at(Lead::kI).r);
  add("r_amp_II", m.at(Lead::kII).r);
  add("q_amp_V6", m.at(Lead::kV6).q);
  add("p_amp_II", m.at(Lead::kII).p);
}

std::vector<double> Demography(const SampledRecord& record) {
  return {static_cast<double>(record.exam.age_days), record.patient.sex == Sex::kMale ? 1.0 : 0.0,
          record.exam.has_nine_leads ? 1.0 : 0.0};
}

}  // namespace

bool SampledRecord::States(std::initializer_list<const char*> codes) const {
  return std::ranges::any_of(aha, [&](const std::string& text) {
    return std::ranges::any_of(codes, [&](const char* code) {
      const std::string_view wanted(code);
      if (!text.starts_with(wanted)) return false;
      // `A1` is not `A10`.
      return text.size() == wanted.size() || text[wanted.size()] < '0' || text[wanted.size()] > '9';
    });
  });
}

std::vector<SampledRecord> SampleRelease(std::uint64_t seed, std::int64_t count) {
  const std::vector<RecordPlan> plan = PlanRecords(seed, count);
  std::vector<SampledRecord> records(plan.size());
  ForEach(plan.size(), [&](std::size_t i) {
    SampledRecord& record = records[i];
    record.patient = DrawPatient(seed, plan[i].patient_number);
    record.exam = MakeExam(record.patient, plan[i].exam);
    for (const Statement& statement : record.exam.statements) {
      record.aha.push_back(AhaText(statement));
    }
    record.exam.sequence = {};
    record.exam.heart = {};
  });
  return records;
}

bool ReleaseFigure::IsRight() const { return std::abs(measured - wanted) <= tolerance; }

std::vector<ReleaseFigure> CompareWithRelease(const std::vector<SampledRecord>& records) {
  Comparison comparison(records);
  CompareDemography(records, &comparison);
  CompareBands(&comparison);
  CompareStatements(&comparison);
  CompareTogether(&comparison);
  ComparePersistence(records, &comparison);
  return comparison.Take();
}

std::vector<ReleaseFigure> CompareWithNormals(std::uint64_t seed, int count) {
  struct Item {
    const char* name;
    double absolute;  ///< Least tolerance.
    std::function<double(const Measurements&)> value;
  };
  const std::vector<Item> items = {
      {"pr_interval", 5, [](const Measurements& m) { return m.pr_ms; }},
      {"qrs_duration", 5, [](const Measurements& m) { return m.qrs_ms; }},
      {"qtc_bazett", 5, [](const Measurements& m) { return m.qtc_bazett_ms; }},
      {"qrs_axis", 5, [](const Measurements& m) { return m.qrs_axis_deg; }},
      {"r_amp_V1", 0, [](const Measurements& m) { return m.at(Lead::kV1).r; }},
      {"s_amp_V1", 0, [](const Measurements& m) { return m.at(Lead::kV1).s; }},
      {"r_amp_V2", 0, [](const Measurements& m) { return m.at(Lead::kV2).r; }},
      {"s_amp_V2", 0, [](const Measurements& m) { return m.at(Lead::kV2).s; }},
      {"r_amp_V4", 0, [](const Measurements& m) { return m.at(Lead::kV4).r; }},
      {"s_amp_V4", 0, [](const Measurements& m) { return m.at(Lead::kV4).s; }},
      {"r_amp_V6", 0, [](const Measurements& m) { return m.at(Lead::kV6).r; }},
      {"s_amp_V6", 0, [](const Measurements& m) { return m.at(Lead::kV6).s; }},
      {"r_amp_II", 0, [](const Measurements& m) { return m.at(Lead::kII).r; }}};
  constexpr std::array<int, 10> kEdges = {11, 31, 91, 183, 365, 1096, 1826, 2922, 4383, 5844};
  std::vector<ReleaseFigure> figures;
  for (std::size_t bin = 0; bin + 1 < kEdges.size(); ++bin) {
    for (const Sex sex : {Sex::kMale, Sex::kFemale}) {
      const int age = static_cast<int>(std::sqrt(1.0 * kEdges[bin] * kEdges[bin + 1]));
      std::vector<Measurements> measured(static_cast<std::size_t>(count));
      ForEach(measured.size(), [&](std::size_t i) {
        SyntheticPatient patient;
        patient.stream = Random(seed, 77, i + 100000 * bin).Next();
        patient.sex = sex;
        patient.exam_ages_days = {age};
        const HealthyEcg healthy = DrawHealthyEcg(patient, 1);
        measured[i] = MeasureHeart(BuildHeart(patient, 1, healthy, HeartCondition{}));
      });
      for (const Item& item : items) {
        std::vector<double> values;
        for (const Measurements& m : measured) values.push_back(item.value(m));
        std::ranges::sort(values);
        const NormalRange range = PediatricNormals::Table().At(item.name, age, sex).value();
        const auto add = [&](const char* name, std::optional<double> wanted, double quantile) {
          if (!wanted) return;
          const auto at = static_cast<std::size_t>(quantile * (count - 1) + 0.5);
          const double sampling = 2.2 / std::sqrt(count) *
                                  std::abs(values[static_cast<std::size_t>(0.98 * count)] -
                                           values[static_cast<std::size_t>(0.5 * count)]);
          figures.push_back({fmt::format("{} {} {} d {}", item.name, name, age,
                                         sex == Sex::kMale ? "boys" : "girls"),
                             values[at], *wanted,
                             std::max(0.05 * std::abs(*wanted), item.absolute) + sampling});
        };
        add("p2", range.p2, 0.02);
        add("p50", range.p50, 0.50);
        add("p98", range.p98, 0.98);
      }
    }
  }
  return figures;
}

std::vector<ReleaseFigure> MeasureCeilings(const std::vector<SampledRecord>& records) {
  std::vector<std::vector<double>> full(records.size());
  std::vector<std::vector<double>> demography(records.size());
  std::vector<std::int64_t> groups(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    demography[i] = Demography(records[i]);
    full[i] = demography[i];
    for (const auto& [name, value] : TrueMeasurements(records[i].exam)) full[i].push_back(value);
    AppendScores(records[i], &full[i]);
    groups[i] = records[i].patient.number;
  }
  const auto labels = [&](const Predicate& is) {
    std::vector<std::uint8_t> bits;
    for (const SampledRecord& record : records) bits.push_back(is(record) ? 1 : 0);
    return bits;
  };
  struct Target {
    const char* name;
    Predicate is;
    double wanted;
    bool from_demography;
  };
  const std::vector<Target> targets = {
      {"chd", Is(DiseaseGroup::kChd), 0.90, false},
      {"myocarditis", Is(DiseaseGroup::kMyocarditis), 0.86, false},
      {"kawasaki", Is(DiseaseGroup::kKawasaki), 0.87, false},
      {"cardiomyopathy", Is(DiseaseGroup::kCardiomyopathy), 0.92, false},
      {"abnormal_a1", [](const SampledRecord& r) { return !r.States({"A1"}); }, 0.91, false},
      {"chd from age, sex, leads", Is(DiseaseGroup::kChd), 0.72, true}};
  std::vector<ReleaseFigure> figures(targets.size());
  ForEach(targets.size(), [&](std::size_t i) {
    const Target& target = targets[i];
    const auto& features = target.from_demography ? demography : full;
    const double area = CrossValidatedAuroc(features, labels(target.is), groups);
    figures[i] = {target.name, area, target.wanted, 0.015};
  });
  return figures;
}

}  // namespace pecg
