#ifndef PECG_WORKER_SYNTHETIC_STATEMENTS_H_
#define PECG_WORKER_SYNTHETIC_STATEMENTS_H_

#include <string>
#include <vector>

#include "worker/synthetic/condition.h"
#include "worker/synthetic/measurement.h"
#include "worker/synthetic/rhythm.h"

namespace pecg {

/// A coded statement: a row of the release's ECGCode.csv with modifiers, both by description.
struct Statement {
  std::string description;
  std::vector<std::string> modifiers;
  friend bool operator==(const Statement&, const Statement&) = default;
};

/// Statements by which a reader calls the tracing normal: nothing else stands beside them.
inline constexpr const char* kNormalEcg = "Normal ECG";
inline constexpr const char* kOtherwiseNormalEcg = "Otherwise normal ECG";

/// What an expert without error writes about an exam, knowing how its waveform was made: from the
/// condition and the true measurements, never from the recording. Limits are the pediatric normals
/// and the hospital's rate limits, each reader drawing them a little elsewhere. In the order of
/// ECGCode.csv; never empty.
struct ReadingFacts {
  int age_days = 0;
  Sex sex = Sex::kUnknown;
  const HeartCondition& condition;
  const Measurements& measured;
  const BeatFacts& beats;
  const BeatSequence& sequence;
  bool is_on_heart_ward = false;  ///< Admitted for a heart defect.
};
std::vector<Statement> ReadTrueEcg(const ReadingFacts& facts, Random& reader);

/// Sorts by the order of ECGCode.csv.
void SortStatements(std::vector<Statement>* statements);

/// How the tables and the header spell a statement: `D30+Modifier308`, `D21+Occasional` and
/// `Atrial premature complex(es)+Occasional`.
std::string AhaText(const Statement& statement);
std::string ChnText(const Statement& statement);
std::string HeaderText(const Statement& statement);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_STATEMENTS_H_
