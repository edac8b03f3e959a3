#ifndef PECG_WORKER_JOB_RULES_JOB_H_
#define PECG_WORKER_JOB_RULES_JOB_H_

#include "worker/job/run_job.h"

namespace pecg {

/// Judges every record of `input/index/index.binpb` and writes
///   - `findings.jsonl` (type `file`): FindingsJson, one line per record;
///   - `features.safetensors` (type `features`): `ordinal` I64 [N], `value` F32 [N, F], NaN =
///     missing; metadata `dataset`, `dataset_version`, `feature_set` (SHA-256 of the ordered names,
///     a line feed after each), `run`, `run_uid`, `code`, `synthetic`;
///   - `features.json` (type `features`): `feature_set` and name, unit, meaning, source of each;
///   - `failures.jsonl` (type `file`): records that could not be read or measured; they are in none
///     of the former.
///
/// Where the run has a split, also the comparison with the labels of the records in its manifest
/// (rule_accuracy.h): metric points of step 0, `rules.txt`, and `disagreements.jsonl` with one line
/// per record and finding that readers and rules see differently, `false_positive` with the
/// criteria that fired, `false_negative` with those that failed (all type `file`). The locked
/// test's labels are looked at only where the manifest holds them.
///
/// Throws Error::kCorruptData when no record could be read.
v1::JobResult RunRulesJob(const JobContext& context);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_RULES_JOB_H_
