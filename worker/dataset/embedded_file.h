#ifndef PECG_WORKER_DATASET_EMBEDDED_FILE_H_
#define PECG_WORKER_DATASET_EMBEDDED_FILE_H_

#include <string>
#include <string_view>

namespace pecg {

/// Text of a file of this room that is built into the program: `ECGCode`, `DiseaseCode`, `targets`,
/// `ptb_xl_targets`.
/// Throws Error::kNotFound for another name.
std::string_view EmbeddedFile(std::string_view stem);

/// The same with CRLF after each CSV row; line breaks inside quoted cells stay bare LF.
std::string EmbeddedFileWithCrlfRows(std::string_view stem);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_EMBEDDED_FILE_H_
