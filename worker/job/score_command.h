#ifndef PECG_WORKER_JOB_SCORE_COMMAND_H_
#define PECG_WORKER_JOB_SCORE_COMMAND_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace pecg {

struct ScoreCommand {
  std::filesystem::path labels;    ///< CSV: record and one column of 0, 1 or nothing per target.
  std::filesystem::path scores;    ///< CSV: record and one column of numbers per target.
  std::filesystem::path versus;    ///< Scores to compare with; empty for none.
  std::filesystem::path patients;  ///< CSV: record,patient; empty: every record is a patient.
  std::filesystem::path out;       ///< HTML page to write; empty for none.
  int bootstrap_count = 2000;
  double confidence = 0.95;
  std::uint64_t seed = 0;
  double prevalence = 0;           ///< For predictive values; 0 = that of the records.
  std::vector<double> thresholds;  ///< Of probabilities; empty: 0.5.
};

/// `pecg-ecg score`: computes the figures of every target and returns one JSON object,
///
///     {"targets": {id: {"n", "positives", "patients", "auroc": {"value", "low", "high"}, ...}}}
///
/// in which what is not defined is null beside its "reason". Every record counts, so that values
/// are those of scikit-learn; intervals resample patients. Writes the page, where one is wanted.
/// Throws Error with file and line for tables that do not fit together.
std::string ScoreFiles(const ScoreCommand& command);

/// Adds the command to the tool; `action` is set when it was chosen.
void AddScore(CLI::App* app, std::function<int()>* action);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_SCORE_COMMAND_H_
