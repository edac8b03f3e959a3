#ifndef PECG_WORKER_SYNTHETIC_EXAM_H_
#define PECG_WORKER_SYNTHETIC_EXAM_H_

#include <vector>

#include "worker/synthetic/child.h"
#include "worker/synthetic/condition.h"
#include "worker/synthetic/heart.h"
#include "worker/synthetic/measurement.h"
#include "worker/synthetic/population.h"
#include "worker/synthetic/rhythm.h"
#include "worker/synthetic/statements.h"

namespace pecg {

/// Everything that is true of one exam, before electrodes and errors of labels.
struct SyntheticExam {
  int number = 1;
  int age_days = 0;
  bool has_nine_leads = false;
  double seconds = 0;
  HealthyEcg healthy;
  HeartCondition condition;
  Heart heart;
  BeatSequence sequence;
  BeatFacts beats;
  Measurements measured;
  std::vector<Statement> statements;  ///< Without any reader's error.
};

/// Makes exam `number` (from 1) of a patient. A function of its arguments alone.
SyntheticExam MakeExam(const SyntheticPatient& patient, int number);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_EXAM_H_
