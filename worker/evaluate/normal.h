#ifndef PECG_WORKER_EVALUATE_NORMAL_H_
#define PECG_WORKER_EVALUATE_NORMAL_H_

namespace pecg {

/// P(Z <= z) of the standard normal distribution.
double NormalShareBelow(double z);

/// z with P(Z <= z) = `share`, 0 < share < 1; -infinity and +infinity at the ends.
double NormalQuantile(double share);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_NORMAL_H_
