#ifndef PECG_WORKER_SYNTHETIC_RELEASE_ROW_H_
#define PECG_WORKER_SYNTHETIC_RELEASE_ROW_H_

#include <string>
#include <vector>

#include "worker/ecg/record.h"
#include "worker/synthetic/exam.h"
#include "worker/synthetic/label_noise.h"
#include "worker/synthetic/population.h"

namespace pecg {

/// Names of one record in the release's layout.
struct RecordNames {
  std::string patient_id;  ///< `P00001`.
  std::string record_id;   ///< `P00001_E01`.
  std::string folder;      ///< `P00/P00001`, below Child_ecg.
};
RecordNames NamesOf(const SyntheticPatient& patient, int exam);

/// The three comment lines of a header, without `# `.
std::vector<std::string> HeaderComments(const SyntheticPatient& patient, const SyntheticExam& exam,
                                        const Chart& chart, const Reading& reading);

/// First line and one row of AttributesDictionary.csv, spelled as the release spells them: strings
/// in single quotes, lists joined by `;`, quality indices of all twelve leads computed from
/// `record`, `Null` for a lead it lacks.
std::string AttributesHeader();
std::string AttributesRow(const SyntheticPatient& patient, const SyntheticExam& exam,
                          const Chart& chart, const Reading& reading, const EcgRecord& record);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RELEASE_ROW_H_
