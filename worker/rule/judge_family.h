#ifndef PECG_WORKER_RULE_JUDGE_FAMILY_H_
#define PECG_WORKER_RULE_JUDGE_FAMILY_H_

#include "worker/rule/rule_case.h"

/// The families of rules, in the order Interpret calls them: later ones may ask what earlier ones
/// found (RuleCase::Earlier). Each adds one judgement per finding of its own. The criteria follow
/// criteria.csv of the project's facts; where they differ, docs/rules.md says why.

namespace pecg {

/// Exchanged electrodes, contradicting limb leads, rails, noise, leads without signal. Electrodes:
/// Hedén et al., Am. J. Cardiol. 75:929 (1995) (RECALLED).
void JudgeRecording(RuleCase* rule_case);

/// Fibrillation, flutter, tachycardias that are not sinus, pacing, premature beats, pauses.
void JudgeRhythm(RuleCase* rule_case);

/// Rate against the limits for age and sex and against the hospital's convention, sinus arrhythmia,
/// the P axis.
void JudgeRate(RuleCase* rule_case);

/// PR interval and AV block.
void JudgeAtrioventricular(RuleCase* rule_case);

/// Pre-excitation, bundle branches, fascicles. Surawicz et al., AHA/ACCF/HRS part III (2009);
/// Perry et al., J. Pediatr. 117:700 (1990).
void JudgeConduction(RuleCase* rule_case);

/// Frontal QRS axis for age, low voltage.
void JudgeAxis(RuleCase* rule_case);

/// Hypertrophy of the ventricles; left open by a bundle-branch block or pre-excitation.
void JudgeVentricles(RuleCase* rule_case);

/// Enlargement of the atria.
void JudgeAtria(RuleCase* rule_case);

/// QTc, Brugada patterns, ST, T and Q waves.
void JudgeRepolarisation(RuleCase* rule_case);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_JUDGE_FAMILY_H_
