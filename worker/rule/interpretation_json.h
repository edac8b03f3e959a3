#ifndef PECG_WORKER_RULE_INTERPRETATION_JSON_H_
#define PECG_WORKER_RULE_INTERPRETATION_JSON_H_

#include <string>
#include <string_view>

#include "worker/rule/interpret.h"
#include "worker/rule/rule_score.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// One JSON object in one line, without its line end. Fields: `record`, `age_days` (null when
/// unknown), `sex` (`female`, `male`, `unknown`), `measurements` (ListGlobalQuantities; null where
/// not measurable), `z_scores`, `conclusion`, `findings` [{`code`, `aha_code`, `name`, `severity`,
/// `confidence`, `criteria` [{`id`, `text`, `value`, `limit`, `unit`}]}] most severe first,
/// `not_judged` [{`code`, `name`, `reason`}], `rate_by_convention` {`fast`, `slow`}, `rule_scores`,
/// and `quality` {`limitations`, `leads` {name: {`state`, `quality`, `masked_fraction`,
/// `noise_mv`}}}. Numbers have at most four decimals.
std::string InterpretationJson(std::string_view record, const EcgMeasurements& ecg,
                               const Interpretation& interpretation);

/// The findings alone, for a line per record of a whole dataset: `record`, `age_days`, `sex`,
/// `heart_rate_bpm`, `conclusion`, `findings` as above, `not_judged` (codes), `rate_by_convention`
/// and `limitations`.
std::string FindingsJson(std::string_view record, const EcgMeasurements& ecg,
                         const Interpretation& interpretation);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_INTERPRETATION_JSON_H_
