#ifndef PECG_TESTS_WORKER_SYNTHETIC_BOOSTED_TREES_H_
#define PECG_TESTS_WORKER_SYNTHETIC_BOOSTED_TREES_H_

#include <cstdint>
#include <vector>

namespace pecg {

/// A simple classifier to see what is in a table: gradient-boosted trees with four leaves on
/// features cut at their quantiles (Friedman, Ann. Stat. 29:1189, 2001). Deterministic.
class BoostedTrees {
 public:
  struct Settings {
    int rounds = 120;
    double shrinkage = 0.12;
    int least_leaf = 20;
  };

  /// Learns from `rows` of `features` `[row][feature]`, finite; labels 0 or 1.
  BoostedTrees(const std::vector<std::vector<double>>& features,
               const std::vector<std::uint8_t>& labels, const std::vector<std::size_t>& rows,
               Settings settings);

  /// Log-odds of one row.
  double Score(const std::vector<double>& row) const;

 private:
  struct Split {
    std::size_t feature = 0;
    double above = 0;  ///< Goes right when the value is greater.
  };
  struct Tree {
    Split root;
    Split left;
    Split right;
    double values[4] = {};
  };

  double start_ = 0;
  std::vector<Tree> trees_;
};

/// Area under the ROC curve; ties count half.
double AreaUnderRoc(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels);

/// AUROC of cross-validated scores: five folds by `group` (patient), so that nobody is in two.
double CrossValidatedAuroc(const std::vector<std::vector<double>>& features,
                           const std::vector<std::uint8_t>& labels,
                           const std::vector<std::int64_t>& groups,
                           BoostedTrees::Settings settings = {});

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_SYNTHETIC_BOOSTED_TREES_H_
