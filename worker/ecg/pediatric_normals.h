#ifndef PECG_WORKER_ECG_PEDIATRIC_NORMALS_H_
#define PECG_WORKER_ECG_PEDIATRIC_NORMALS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

/// What is normal for one measurement at one age and sex: percentiles, in the measurement's unit.
/// A percentile that the literature does not give is absent.
struct NormalRange {
  std::optional<double> p2;
  std::optional<double> p50;
  std::optional<double> p98;
};

/// Normals of children's ECGs by age and sex, from the literature (data/pediatric_normals.csv,
/// every row with its source; data/pediatric_normal_sources.csv says what was seen in print, what
/// was recalled and what was derived). Immutable; thread-safe.
class PediatricNormals {
 public:
  /// One row of the table as it stands. `sex` kUnknown = for both. Ages in days, `to` excluded.
  struct Row {
    std::string measurement;  ///< `pr_interval`, `qrs_axis`, `r_amp_V1` and so on.
    std::string unit;         ///< `bpm`, `ms`, `deg`, `mV` or `ratio`.
    int from_days = 0;
    int to_days = 0;
    Sex sex = Sex::kUnknown;
    NormalRange range;
    std::string source;  ///< A key of sources().
  };
  struct Source {
    std::string key;
    std::string evidence;  ///< `SEEN`, `RECALLED` or `DERIVED`.
    std::string citation;
  };

  /// The table that is built into the program.
  static const PediatricNormals& Table();

  /// Normals of `measurement`, smooth in age, so that a birthday does not change a finding: each
  /// percentile of the age bins of Rijnbeek et al. (11 days to 19 years; before day 7 the recalled
  /// rows of Davignon et al.) stands at its bin's geometric centre, and a monotone cubic (Fritsch &
  /// Carlson, SIAM J. Numer. Anal. 17:238, 1980) in log(age + 30 days) joins them; constant beyond
  /// the first and the last bin. Unknown sex: the wider limits of both and the mean of the medians.
  /// Empty for a measurement without such bins.
  std::optional<NormalRange> At(std::string_view measurement, double age_days, Sex sex) const;

  const std::vector<Row>& rows() const { return rows_; }
  const std::vector<Source>& sources() const { return sources_; }

 private:
  /// A curve through (x, y), x ascending.
  struct Curve {
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> slope;
    std::optional<double> At(double at) const;
  };
  struct Curves {
    Curve p2;
    Curve p50;
    Curve p98;
  };

  PediatricNormals();
  Curves MakeCurves(std::string_view measurement, Sex sex) const;

  std::vector<Row> rows_;
  std::vector<Source> sources_;
  std::map<std::pair<std::string, Sex>, Curves, std::less<>> curves_;
};

/// Standard score of `value`: 0 at p50, +-2.054 at p98 and p2, each side by its own spread. A side
/// without its percentile takes the other side's spread. Empty without a median or both others.
std::optional<double> NormalScore(const NormalRange& range, double value);

}  // namespace pecg

#endif  // PECG_WORKER_ECG_PEDIATRIC_NORMALS_H_
