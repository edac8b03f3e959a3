"""The same figures by a loop over resamples in NumPy, as a person would write it; a few resamples
are timed and scaled up. Prints nothing where NumPy is missing."""
import sys
import time

try:
    import numpy as np
except ImportError:
    sys.exit(0)

RECORDS, PATIENTS, TARGETS, RESAMPLES, TIMED = 14190, 11643, 5, 2000, 20
generator = np.random.default_rng(1)
logit = generator.normal(-2, 1.5, RECORDS)
p = 1 / (1 + np.exp(-logit))
y = (generator.random(RECORDS) < p).astype(np.float64)
patient = np.concatenate(
    [np.arange(PATIENTS), generator.integers(0, PATIENTS, RECORDS - PATIENTS)])


def figures(y, p):
    order = np.argsort(-p, kind="stable")
    y, p = y[order], p[order]
    ends = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)
    tp = np.cumsum(y)[ends]
    fp = 1 + ends - tp
    tpr = np.append(0, tp) / tp[-1]
    fpr = np.append(0, fp) / fp[-1]
    auroc = np.trapz(tpr, fpr)
    auprc = np.sum(np.diff(np.append(0, tp)) * tp / (tp + fp)) / tp[-1]
    sensitivity = tpr[fpr <= 0.05].max()
    specificity = 1 - fpr[np.argmax(tpr >= 0.95)]
    youden = (tpr - fpr).max()
    brier = np.mean((p - y) ** 2)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    gap = np.abs(np.bincount(bins, p, 10) - np.bincount(bins, y, 10))
    ece = gap.sum() / len(p)
    benefits = [np.mean((p >= t) * (y - (1 - y) * t / (1 - t))) for t in np.arange(1, 20) / 20]
    return auroc, auprc, sensitivity, specificity, youden, brier, ece, benefits


by_patient = [np.flatnonzero(patient == i) for i in range(PATIENTS)]
start = time.process_time()
for _ in range(TIMED):
    drawn = np.concatenate([by_patient[i] for i in generator.integers(0, PATIENTS, PATIENTS)])
    figures(y[drawn], p[drawn])
seconds = (time.process_time() - start) / TIMED * RESAMPLES * TARGETS
print(f"NumPy loop, scaled up      {seconds:6.1f} s  (from {TIMED} of {RESAMPLES * TARGETS} resamples)")
