#ifndef PECG_WORKER_SIGNAL_LIMB_LEADS_H_
#define PECG_WORKER_SIGNAL_LIMB_LEADS_H_

namespace pecg {

struct ConditionedEcg;

/// Checks the limb leads against Einthoven's (I + III = II) and Goldberger's (aVR = -(I + II) / 2,
/// aVL = (I - III) / 2, aVF = (II + III) / 2) laws and notes the residuals. A disconnected limb
/// lead that two believable ones determine is recomputed and marked kRepaired; so is a lead of I,
/// II, III that contradicts the law while an augmented lead vouches for the other two. What cannot
/// be told apart becomes Limitation::kLimbLeadsInconsistent.
void RepairLimbLeads(ConditionedEcg* ecg);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_LIMB_LEADS_H_
