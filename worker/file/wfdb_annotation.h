#ifndef PECG_WORKER_FILE_WFDB_ANNOTATION_H_
#define PECG_WORKER_FILE_WFDB_ANNOTATION_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// One annotation of a WFDB annotation file.
struct WfdbAnnotation {
  std::int64_t sample = 0;  ///< When: in frames of the record, or of WfdbAnnotations::rate_hz.
  int code = 0;             ///< As stored, 0 to 58.
  std::string symbol = {};  ///< `N`, `(`, `t`; of a custom code what the file defines; `[42]` else.
  int subtype = 0;          ///< -128 to 127.
  int channel = 0;          ///< 0 to 255.
  int number = 0;           ///< -128 to 127.
  std::string aux = {};     ///< Text of at most 255 bytes: `(AFIB`, `A-Prex`.
};

/// A meaning of a code that an annotation file defines for itself.
struct WfdbAnnotationType {
  int code = 0;        ///< 1 to 58.
  std::string symbol;  ///< Without blanks.
  std::string description;
  friend bool operator==(const WfdbAnnotationType&, const WfdbAnnotationType&) = default;
};

/// An annotation file, whole.
struct WfdbAnnotations {
  std::optional<double> rate_hz;          ///< Of the sample numbers, where the file says so.
  std::vector<WfdbAnnotationType> types;  ///< Custom definitions, in the file's order.
  std::vector<WfdbAnnotation> annotations;
};

/// The symbol of a code in files that define none for it: `N` for 1; `[n]` where there is none.
/// Source: WFDB library, ecgcodes.h and ecgmap.h; annot(5).
std::string StandardAnnotationSymbol(int code);

/// Parses a file of the MIT format: intervals of 10 bits with codes of 6, SKIP for longer ones and
/// backwards, SUB for one annotation, CHN and NUM from one on, AUX with its text. Notes at the
/// start that state the time resolution (`## time resolution: 977`) and define codes (`##
/// annotation type definitions`, lines `42 X Tachycardia`, `## end of definitions`) are not among
/// the annotations. What follows the end mark is ignored; a file without one is taken as it is.
/// Throws Error::kCorruptData naming `where` and the byte for a file that ends within an
/// annotation, a code out of place, or a definition or resolution that cannot be read.
/// Source: WFDB Applications Guide, annot(5).
WfdbAnnotations ParseWfdbAnnotations(std::span<const std::byte> bytes, const std::string& where);

/// Reads `root`/`record`.`annotator`, as in (`100`, `atr`) and (`data/1`, `v6`). Nothing is read
/// outside of `root`. Throws as ParseWfdbAnnotations, and kNotFound, kBadInput, kIo; kUnsupported
/// for more than 1 GiB.
WfdbAnnotations ReadWfdbAnnotations(const std::filesystem::path& root, std::string_view record,
                                    std::string_view annotator);

/// The bytes of an annotation file: ParseWfdbAnnotations gives back the same. A code is what
/// counts; `symbol` is not looked at. Throws Error::kBadInput for what the format cannot say: a
/// code that is no annotation's, numbers and texts out of range, steps of more than 31 bits.
std::string FormatWfdbAnnotations(const WfdbAnnotations& annotations);

/// Writes FormatWfdbAnnotations(annotations) to `path` by rename. Throws kDiskFull, kIo and that.
void WriteWfdbAnnotations(const std::filesystem::path& path, const WfdbAnnotations& annotations);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_ANNOTATION_H_
