#ifndef PECG_WORKER_JOB_DELINEATE_COMMAND_H_
#define PECG_WORKER_JOB_DELINEATE_COMMAND_H_

#include <string>
#include <vector>

namespace pecg {

struct DelineateCommand {
  std::vector<std::string> records;  ///< Paths of WFDB records, with or without `.hea`.
  std::string format = "csv";        ///< The only one there is.
};

/// `pecg-ecg delineate`: prints the marks of P, QRS and T as CSV with the columns
/// `record,lead,wave,onset,peak,offset`: one row per wave, beat and lead, and one with the lead
/// `global` before them; positions are samples of the record from 0 on, empty where not measurable.
/// A record that cannot be read is told on stderr and the others are done all the same. Returns the
/// exit code: 0, or 3 when a record could not be read.
int DelineateRecords(const DelineateCommand& command);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_DELINEATE_COMMAND_H_
