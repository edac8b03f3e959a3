#ifndef PECG_WORKER_RULE_SHEET_H_
#define PECG_WORKER_RULE_SHEET_H_

#include <string>
#include <string_view>

#include "worker/ecg/record.h"
#include "worker/rule/interpret.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// The ECG on paper with what was measured and found at its head and the marks of P, QRS and T
/// below its rhythm strip, as one SVG element. Premature beats are lettered: `S` for a narrow, `V`
/// for a wide one. The sheet begins where the record is clearest.
std::string DrawSheet(std::string_view name, const EcgRecord& record, const EcgMeasurements& ecg,
                      const Interpretation& interpretation);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_SHEET_H_
