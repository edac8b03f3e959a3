#ifndef PECG_WORKER_FILE_WRITE_RECORD_H_
#define PECG_WORKER_FILE_WRITE_RECORD_H_

#include <filesystem>
#include <string>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

/// Writes `folder`/`record_id`.hea and .dat as the ZZU-pECG release has them: one signal file,
/// format 16, lead names `I II III AVR AVL AVF V1..V6`, gain and baseline per lead scaled as
/// wfdb-python's wrsamp does (smallest sample -> -32767, largest -> about +32767; NaN -> -32768),
/// unsigned checksums, LF line ends. `comments` are written as `# text` lines.
///
/// Reading back gives each sample within half a digital step. Both files appear by rename, the
/// signals first, and are not synced: what makes thousands of records can make them again. `folder`
/// is made if need be. Throws kBadInput (a name with a blank, no lead, sizes that disagree, an
/// infinite sample), kDiskFull, kIo. Source: wfdb-python, Record.calc_adc_params and adc.
void WriteWfdbRecord(const std::filesystem::path& folder, const EcgRecord& record,
                     const std::vector<std::string>& comments);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WRITE_RECORD_H_
