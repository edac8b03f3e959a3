#ifndef PECG_WORKER_EVALUATE_MEASURE_H_
#define PECG_WORKER_EVALUATE_MEASURE_H_

#include <string>

namespace pecg {

/// A figure, or the reason why there is none. What is not defined is never a number that could be
/// printed, averaged or ranked by mistake.
class Measure {
 public:
  /// A figure that is defined. A value that is not finite becomes Undefined("it is not finite").
  Measure(double value);  // NOLINT(google-explicit-constructor): a number is a measure.

  /// `reason` completes "not defined: ..."; it must not be empty.
  static Measure Undefined(std::string reason);

  bool defined() const { return reason_.empty(); }
  /// The figure; NaN where it is not defined.
  double value() const { return value_; }
  /// Empty where the figure is defined.
  const std::string& reason() const { return reason_; }

  friend bool operator==(const Measure& a, const Measure& b) {
    return a.reason_ == b.reason_ && (!a.defined() || a.value_ == b.value_);
  }

 private:
  double value_;
  std::string reason_;
};

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_MEASURE_H_
