#ifndef PECG_WORKER_RULE_INTERPRETATION_TEXT_H_
#define PECG_WORKER_RULE_INTERPRETATION_TEXT_H_

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "worker/rule/interpret.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// `7.5 years`, `8 months`, `12 days`, `age unknown`.
std::string AgeText(const Patient& patient);

/// `girl`, `boy`, `sex unknown`; `woman`, `man` from 18 years.
std::string_view SexText(const Patient& patient);

/// The measurements in the lines a clinician expects: rate and intervals, axes, each with the
/// limits for age and sex (p2 to p98) where there are some; `-` where not measurable.
std::vector<std::string> MeasurementLines(const EcgMeasurements& ecg,
                                          const Interpretation& interpretation);

inline constexpr std::size_t kAllReasons = std::numeric_limits<std::size_t>::max();

/// The conclusion and one line per finding, most severe first: `Right axis deviation (J120): QRS
/// axis 160 deg > 117 deg`, with at most `most_reasons` criteria each.
std::vector<std::string> FindingLines(const Interpretation& interpretation,
                                      std::size_t most_reasons = kAllReasons);

/// The whole report on one ECG: who, measurements, conclusion and findings, the rate by the
/// hospital's convention, what could not be judged and why, and what the recording is worth. Ends
/// with a line end.
std::string InterpretationText(std::string_view record, const EcgMeasurements& ecg,
                               const Interpretation& interpretation);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_INTERPRETATION_TEXT_H_
