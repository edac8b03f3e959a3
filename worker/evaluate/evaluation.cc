#include "worker/evaluate/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "worker/evaluate/decision_curve.h"
#include "worker/evaluate/figure_column.h"
#include "worker/evaluate/mean_curve.h"

namespace pecg {
namespace {

constexpr int kDecisionThresholdCount = 20;  // 0.025, 0.05, ..., 0.5.
constexpr double kDecisionStep = 0.025;
constexpr char kBinPrefix[] = "observed_share/";
constexpr char kBenefitPrefix[] = "net_benefit/";

using ScoreOf = double (*)(const ScoredRecord& record);

double OwnScore(const ScoredRecord& record) { return record.score; }
double FloorScore(const ScoredRecord& record) { return *record.floor_score; }
double Probability(const ScoredRecord& record) { return *record.probability; }
double Calibrated(const ScoredRecord& record) { return *record.calibrated; }

/// What all figures of a target share.
class TargetSample {
 public:
  TargetSample(std::span<const ScoredRecord> records, bool every_record_counts)
      : records_(records), every_record_counts_(every_record_counts) {
    std::array<std::set<int>, 2> by_label;  // Patients with a primary record of that label.
    std::set<int> primary;
    for (const ScoredRecord& record : records) {
      patients_.try_emplace(record.patient, static_cast<std::uint32_t>(patients_.size()));
      if (!IsPrimary(record)) continue;
      primary.insert(record.patient);
      by_label[record.label != 0 ? 1 : 0].insert(record.patient);
    }
    patient_count_ = std::ssize(primary);
    negative_count_ = std::ssize(by_label[0]);
    positive_count_ = std::ssize(by_label[1]);
  }

  std::span<const ScoredRecord> records() const { return records_; }
  std::size_t drawn_patients() const { return patients_.size(); }
  std::int64_t patient_count() const { return patient_count_; }
  std::int64_t positive_count() const { return positive_count_; }
  std::int64_t negative_count() const { return negative_count_; }

  bool AllHave(std::optional<double> ScoredRecord::*score) const {
    return !records_.empty() && std::ranges::all_of(records_, [&](const ScoredRecord& record) {
      return (record.*score).has_value();
    });
  }

  /// The primary records of every seed and fold, each weighted 1; or else all records, each
  /// weighted 1/n of its patient's n records that this model scored.
  std::vector<ScoredPart> Parts(ScoreOf score, bool primary) const {
    std::map<std::pair<int, int>, ScoredPart> parts;
    std::map<std::pair<const ScoredPart*, std::uint32_t>, double> record_counts;
    for (const ScoredRecord& record : records_) {
      if (primary && !IsPrimary(record)) continue;
      ScoredPart& part = parts[{record.seed, record.fold}];
      part.seed = record.seed;
      part.fold = record.fold;
      const std::uint32_t patient = patients_.at(record.patient);
      part.sample.scores.push_back(score(record));
      part.sample.labels.push_back(record.label);
      part.sample.patients.push_back(patient);
      record_counts[{&part, patient}] += 1;
    }
    std::vector<ScoredPart> list;
    for (auto& [key, part] : parts) {
      for (const std::uint32_t patient : part.sample.patients) {
        part.sample.weights.push_back(primary ? 1 : 1 / record_counts.at({&part, patient}));
      }
      list.push_back(std::move(part));
    }
    return list;
  }

 private:
  bool IsPrimary(const ScoredRecord& record) const {
    return every_record_counts_ || record.first_exam;
  }

  std::span<const ScoredRecord> records_;
  bool every_record_counts_;
  std::map<int, std::uint32_t> patients_;  // From any number to 0, 1, 2, ...
  std::int64_t patient_count_ = 0;
  std::int64_t negative_count_ = 0;
  std::int64_t positive_count_ = 0;
};

/// The columns of a target and what becomes of them.
class TargetEvaluator {
 public:
  TargetEvaluator(std::span<const ScoredRecord> records, const EvaluationOptions& options)
      : options_(options), sample_(records, options.every_record_counts) {
    figures_.patient_count = sample_.patient_count();
    figures_.positive_count = sample_.positive_count();
  }

  TargetFigures Evaluate() {
    ColumnPlan ranks;
    ranks.discrimination = true;
    ranks.auroc_only = options_.auroc_only;
    ranks.prevalence = options_.prevalence;
    ColumnPlan auroc = ranks;
    auroc.auroc_only = true;
    ColumnPlan probabilities = ProbabilityPlan();
    const std::vector<ScoredPart> first = sample_.Parts(OwnScore, true);
    Add("", "", first, ranks);
    if (!options_.auroc_only) Add("", "_all_records", sample_.Parts(OwnScore, false), auroc);
    const bool has_floor = sample_.AllHave(&ScoredRecord::floor_score);
    std::vector<ScoredPart> floor;
    if (has_floor) {
      floor = sample_.Parts(FloorScore, true);
      Add("floor_", "", floor, ranks);
    }
    if (!options_.auroc_only && sample_.AllHave(&ScoredRecord::probability)) {
      Add("", "", sample_.Parts(Probability, true), probabilities);
    }
    if (!options_.auroc_only && sample_.AllHave(&ScoredRecord::calibrated)) {
      Add("calibrated_", "", sample_.Parts(Calibrated, true), probabilities);
    }
    std::vector<FigureColumn*> columns;
    for (Entry& entry : entries_) columns.push_back(&entry.column);
    MeasureAll(columns, sample_.drawn_patients(), options_.bootstrap_count, options_.seed,
               /*jackknife=*/true);
    for (const Entry& entry : entries_) Report(entry);
    if (has_floor) ReportDifferences();
    if (options_.auroc_only) return std::move(figures_);
    AddRankCurves("", first);
    if (has_floor) AddRankCurves("floor_", floor);
    return std::move(figures_);
  }

 private:
  /// A column and how its figures are called: prefix, own name, suffix.
  struct Entry {
    std::string prefix;
    std::string suffix;
    FigureColumn column;
    ColumnPlan plan;
  };

  void AddRankCurves(const std::string& prefix, const std::vector<ScoredPart>& parts) {
    for (FigureCurve curve : {MeanRocCurve(parts), MeanPrecisionRecallCurve(parts)}) {
      curve.name = prefix + curve.name;
      figures_.curves.push_back(std::move(curve));
    }
  }

  ColumnPlan ProbabilityPlan() const {
    ColumnPlan plan;
    plan.probability = true;
    plan.prevalence = options_.prevalence;
    plan.thresholds = options_.thresholds;
    for (int i = 1; i <= kDecisionThresholdCount; ++i) {
      plan.decision_thresholds.push_back(i * kDecisionStep);
    }
    return plan;
  }

  void Add(std::string prefix, std::string suffix, const std::vector<ScoredPart>& parts,
           const ColumnPlan& plan) {
    entries_.push_back({std::move(prefix), std::move(suffix),
                        FigureColumn(parts, sample_.drawn_patients(), plan), plan});
  }

  Estimate ToEstimate(const ResampledFigure& figure, FigureScale scale,
                      const std::string& reason) const {
    const auto positives = static_cast<double>(sample_.positive_count());
    const auto negatives = static_cast<double>(sample_.negative_count());
    const Interval interval =
        ChooseInterval(figure, scale, positives, negatives, options_.confidence);
    return {figure.value, interval.lower, interval.upper, interval.method,
            reason.empty() ? interval.reason : reason};
  }

  void Report(const Entry& entry) {
    FigureCurve reliability{.name = entry.prefix + "reliability"};
    FigureCurve decision{.name = entry.prefix + "decision"};
    for (const FigureSeries& series : entry.column.series()) {
      const bool is_bin = series.name.starts_with(kBinPrefix);
      const bool is_benefit = series.name.starts_with(kBenefitPrefix);
      const Estimate estimate = ToEstimate(series.figure, series.scale, series.reason);
      if (!is_bin && !is_benefit) {
        figures_.figures.push_back({entry.prefix + series.name + entry.suffix, estimate});
        continue;
      }
      FigureCurve& curve = is_bin ? reliability : decision;
      curve.y.push_back(estimate.value);
      curve.lower.push_back(estimate.lower);
      curve.upper.push_back(estimate.upper);
    }
    if (reliability.y.empty()) return;
    FinishReliability(entry, &reliability);
    decision.x = entry.plan.decision_thresholds;
    figures_.curves.push_back(TreatAll(entry, decision.x));
    figures_.curves.push_back(std::move(reliability));
    figures_.curves.push_back(std::move(decision));
  }

  /// Puts in the bins' mean probabilities and weights; takes empty bins out.
  void FinishReliability(const Entry& entry, FigureCurve* curve) const {
    FigureCurve kept{.name = curve->name};
    const std::vector<PooledCut> bins = entry.column.WholeBins();
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double weight = bins[i].positives + bins[i].negatives;
      if (std::isnan(curve->y[i])) continue;
      kept.x.push_back(bins[i].probability / weight);
      kept.y.push_back(curve->y[i]);
      kept.lower.push_back(curve->lower[i]);
      kept.upper.push_back(curve->upper[i]);
      kept.weight.push_back(weight);
    }
    *curve = std::move(kept);
  }

  FigureCurve TreatAll(const Entry& entry, const std::vector<double>& thresholds) const {
    FigureCurve curve{.name = entry.prefix + "decision_treat_all"};
    double positives = 0;
    double total = 0;
    for (const PooledCut& bin : entry.column.WholeBins()) {
      positives += bin.positives;
      total += bin.positives + bin.negatives;
    }
    for (const double threshold : thresholds) {
      curve.x.push_back(threshold);
      curve.y.push_back(NetBenefitOf(positives, total - positives, total, threshold));
    }
    return curve;
  }

  void ReportDifferences() {
    const FigureColumn& model = entries_.front().column;
    const auto floor = std::ranges::find(entries_, "floor_", &Entry::prefix);
    for (const char* name : {"auroc", "auprc"}) {
      const FigureSeries* of_model = model.Find(name);
      const FigureSeries* of_floor = floor->column.Find(name);
      if (of_model == nullptr) continue;
      const ResampledFigure difference = Difference(of_model->figure, of_floor->figure);
      figures_.figures.push_back(
          {fmt::format("{}_over_floor", name),
           ToEstimate(difference, FigureScale::kUnbounded, of_model->reason)});
      if (!figures_.over_floor_p) figures_.over_floor_p = TwoSidedP(difference);
    }
  }

  const EvaluationOptions& options_;
  TargetSample sample_;
  std::vector<Entry> entries_;
  TargetFigures figures_;
};

}  // namespace

const Estimate* TargetFigures::Find(std::string_view name) const {
  const auto found = std::ranges::find(figures, name, &NamedEstimate::name);
  return found == figures.end() ? nullptr : &found->estimate;
}

TargetFigures EvaluateTarget(std::span<const ScoredRecord> records,
                             const EvaluationOptions& options) {
  return TargetEvaluator(records, options).Evaluate();
}

}  // namespace pecg
