#ifndef PECG_WORKER_SYNTHETIC_TABLES_H_
#define PECG_WORKER_SYNTHETIC_TABLES_H_

#include <array>
#include <string>
#include <vector>

namespace pecg {

/// Groups of diagnoses that have a target of their own.
enum class DiseaseGroup { kNone, kChd, kMyocarditis, kKawasaki, kCardiomyopathy };
inline constexpr int kDiseaseGroupCount = 5;

/// The tables synthetic children are drawn from (data/README.md says where each comes from).
/// Immutable; thread-safe.
struct GenerativeTables {
  struct AgeBin {
    int from_days;
    int to_days;
    double records;
  };
  struct AgeBand {
    int from_days;
    int to_days;
    double nine_lead;  ///< Share of records.
    /// Share of records with a disease of the group, by DiseaseGroup; [0] unused.
    std::array<double, kDiseaseGroupCount> disease;
  };
  struct Code {
    DiseaseGroup group;
    std::string icd_code;
    double weight;
    double silent_share;  ///< Of the patients: nothing of the disease shows.
  };
  struct Weighted {
    std::string name;
    double weight;
  };
  struct Point {
    double quantile;
    double value;
  };
  /// Distribution of the heart rate at one age: quantiles ascending, with the shares of records
  /// called slow and fast as two of them.
  struct HeartRates {
    double age_days;
    std::vector<Point> quantiles;
    double slow_bpm;
    double fast_bpm;
  };

  static const GenerativeTables& Get();

  const AgeBand& BandAt(int age_days) const;

  std::vector<AgeBin> ages;
  std::vector<AgeBand> bands;
  /// Weights of 1, 2, 3 .. exams, by disease group.
  std::array<std::vector<double>, kDiseaseGroupCount> exam_counts;
  std::vector<Point> repeat_days;
  std::vector<std::pair<double, double>> durations;  ///< Seconds and weight.
  std::vector<HeartRates> heart_rates;
  std::vector<Code> diagnoses;  ///< In the order of the release's DiseaseCode.csv groups.
  std::vector<Weighted> other_codes;
};

/// Value at `quantile` on straight lines between points.
double ValueAt(const std::vector<GenerativeTables::Point>& points, double quantile);

/// Heart rate of an age at `quantile` of its distribution, and the rates from which the hospital's
/// readers speak of sinus tachycardia and below which of sinus bradycardia; smooth in log age.
double HeartRateAt(double age_days, double quantile);
struct RateLimits {
  double fast_bpm;
  double slow_bpm;
};
RateLimits RateLimitsAt(double age_days);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_TABLES_H_
