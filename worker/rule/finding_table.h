#ifndef PECG_WORKER_RULE_FINDING_TABLE_H_
#define PECG_WORKER_RULE_FINDING_TABLE_H_

#include <span>
#include <string_view>

#include "worker/rule/finding.h"

namespace pecg {

/// Every finding the rules can state, in the order they are judged and reported. docs/rules.md
/// shows it.
std::span<const FindingKind> FindingKinds();

/// One of them. Throws Error::kNotFound for another code.
const FindingKind& FindFinding(std::string_view code);

/// Whether ECGCode.csv's `description` is one of the statements that mean `kind`.
bool IsStatementOf(const FindingKind& kind, std::string_view description);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_FINDING_TABLE_H_
