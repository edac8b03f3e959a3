#ifndef PECG_WORKER_SIGNAL_LEAD_FRAMES_H_
#define PECG_WORKER_SIGNAL_LEAD_FRAMES_H_

#include <array>
#include <cstddef>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/signal/recycled_memory.h"

namespace pecg {

/// The twelve leads' values at one moment, in the order of Lead; what is missing is 0.
using LeadFrame = std::array<float, kLeadCount>;

/// Signals of all leads with the leads of one moment side by side, `[T][12]`: what is done to every
/// lead alike is done to all of them by the same vector instructions.
using LeadFrames = std::vector<LeadFrame, RecyclingAllocator<LeadFrame>>;

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_LEAD_FRAMES_H_
