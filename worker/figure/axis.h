#ifndef PECG_WORKER_FIGURE_AXIS_H_
#define PECG_WORKER_FIGURE_AXIS_H_

#include <string>
#include <vector>

namespace pecg {

/// Maps values on a line to positions on the paper, and says where the marks go. The ends are moved
/// outwards to round values (1, 2 or 5 times a power of ten).
class LinearAxis {
 public:
  /// Values from `lowest` to `highest`, drawn from `start` to `end` (which may be smaller than
  /// `start`: a vertical axis). About `mark_count` marks. Values that are not finite or do not
  /// span anything give an axis of width 1 around them.
  LinearAxis(double lowest, double highest, double start, double end, int mark_count = 5);

  /// Position of `value`; values outside are clamped to the ends.
  double Position(double value) const;
  /// Round values, in ascending order, the ends included.
  const std::vector<double>& marks() const { return marks_; }
  /// A mark as text, with the decimals that tell neighbouring marks apart.
  std::string MarkText(double mark) const;

 private:
  double lowest_ = 0;
  double highest_ = 1;
  double start_;
  double end_;
  double step_ = 1;
  std::vector<double> marks_;
};

/// A figure for people: integers with thousands separated (`12,334`), others with 3 significant
/// digits; `-` for NaN.
std::string FormatFigure(double value);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_AXIS_H_
