#ifndef PECG_WORKER_SIGNAL_PACING_SPIKES_H_
#define PECG_WORKER_SIGNAL_PACING_SPIKES_H_

#include <cstdint>
#include <vector>

namespace pecg {

struct ConditionedEcg;

/// Finds pacing spikes, needles of at most 6 ms that stand out from a quiet signal in at least two
/// leads (one where there is one only), three of them at least, and draws a straight line in their
/// place. Returns their moments in working samples, ascending.
std::vector<std::int64_t> TakeOutPacingSpikes(ConditionedEcg* ecg);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_PACING_SPIKES_H_
