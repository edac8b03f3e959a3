#ifndef PECG_WORKER_SYNTHETIC_LABEL_NOISE_H_
#define PECG_WORKER_SYNTHETIC_LABEL_NOISE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/synthetic/population.h"
#include "worker/synthetic/statements.h"

namespace pecg {

/// How many of the written labels are wrong on purpose. docs/synthetic.md has the rates.
enum class LabelNoise : std::uint8_t { kNone, kMild, kZzu };

/// `none`, `mild`, `zzu`; empty for another name.
std::optional<LabelNoise> FindLabelNoise(std::string_view name);
std::string_view NameOf(LabelNoise noise);

/// One label that was written wrong.
struct LabelError {
  std::string layer;    ///< `chart` (a diagnosis, of all exams) or `reading` (a statement).
  std::string kind;     ///< `missing`, `added` or `confused`.
  std::string clean;    ///< What is true; empty for `added`.
  std::string written;  ///< What stands instead; empty for `missing`.
  std::string why;
};

/// The ICD-10 codes of a patient without and with the errors of the chart, sorted as the release
/// sorts them. Errors are drawn per patient: all exams have the same.
struct Chart {
  std::vector<std::string> clean;
  std::vector<std::string> written;
  std::vector<LabelError> errors;
};
Chart WriteChart(const SyntheticPatient& patient, LabelNoise noise);

/// A reading with a reader's errors.
struct Reading {
  std::vector<Statement> written;
  std::vector<LabelError> errors;
};
Reading WriteReading(const SyntheticPatient& patient, int exam, std::vector<Statement> clean,
                     LabelNoise noise);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_LABEL_NOISE_H_
