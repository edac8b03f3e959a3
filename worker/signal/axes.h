#ifndef PECG_WORKER_SIGNAL_AXES_H_
#define PECG_WORKER_SIGNAL_AXES_H_

#include "worker/signal/measurements.h"

namespace pecg {

/// Computes the axes from the typical beat and the leads' net areas. The frontal vector is the
/// least squares solution over the limb leads present (two at least): I at 0, II at 60, III at 120
/// degrees with unit strength, aVR, aVL, aVF with sqrt(3)/2. An axis is indeterminate where the
/// vector is under a tenth of the absolute area or two lead pairs differ by more than 20 degrees.
/// Source: AHA/ACCF/HRS recommendations part III, Circulation 119:e235 (2009).
AxisMeasurements MeasureAxes(const EcgMeasurements& measurements);

/// Computes the sums and products of voltages from the leads' waves. A sum of which one part cannot
/// be measured cannot be measured; a lead without an S (or R) wave counts as 0 in a sum.
VoltageMeasurements MeasureVoltages(const EcgMeasurements& measurements);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_AXES_H_
