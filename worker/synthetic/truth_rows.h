#ifndef PECG_WORKER_SYNTHETIC_TRUTH_ROWS_H_
#define PECG_WORKER_SYNTHETIC_TRUTH_ROWS_H_

#include <string>
#include <vector>

#include "worker/synthetic/exam.h"
#include "worker/synthetic/label_noise.h"
#include "worker/synthetic/recorder.h"
#include "worker/synthetic/render.h"

namespace pecg {

/// A true measurement by name.
struct NamedValue {
  std::string name;
  double value;
};

/// The true measurements of an exam, in the order of their columns: what a perfect measuring
/// program would find, and nothing of what no such program looks at.
std::vector<NamedValue> TrueMeasurements(const SyntheticExam& exam);

/// Header and rows of truth/records.csv: one row per record, generative parameters, what the
/// recorder did, true measurements. LF line ends.
std::string RecordsHeader();
std::string RecordsRow(const std::string& record_id, const SyntheticPatient& patient,
                       const SyntheticExam& exam, const RecorderFacts& recorder);

/// truth/labels.csv: one row per record, both layers, clean and written.
std::string LabelsHeader();
std::string LabelsRow(const std::string& record_id, const std::string& patient_id,
                      const Chart& chart, const std::vector<Statement>& clean,
                      const Reading& reading);

/// truth/label_errors.csv: one row per error and record.
std::string LabelErrorsHeader();
std::string LabelErrorsRows(const std::string& record_id, const std::string& patient_id,
                            const Chart& chart, const Reading& reading);

/// A NumPy file (format version 1.0) of records {`kind` u1, `marks` u2 [13, 9]}, one per beat;
/// docs/synthetic.md tells what stands where.
std::string BeatsFile(const std::vector<SyntheticBeatMarks>& beats);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_TRUTH_ROWS_H_
