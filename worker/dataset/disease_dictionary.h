#ifndef PECG_WORKER_DATASET_DISEASE_DICTIONARY_H_
#define PECG_WORKER_DATASET_DISEASE_DICTIONARY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// The diagnoses of the ZZU-pECG release that stand for a cardiovascular disease (DiseaseCode.csv):
/// 19 ICD-10 codes, four of them with a prefix that is part of the code (`(FO) Q21.1`). Immutable.
class DiseaseDictionary {
 public:
  struct Row {
    std::string type;      ///< Blanks and line breaks folded: `Congenital heart disease`.
    std::string category;  ///< Folded likewise: `Ventricular septal defect`.
    std::string icd_code;  ///< The key, prefix kept.
    friend bool operator==(const Row&, const Row&) = default;
  };

  /// The dictionary of the release, embedded.
  static const DiseaseDictionary& Release();

  /// Reads the text of a DiseaseCode.csv; `path` is for messages. The row that refers to the
  /// attribute file instead of naming a code is left out. Throws Error: kBadInput, naming file,
  /// line or column; kDuplicate for a key that stands twice.
  static DiseaseDictionary Parse(std::string_view csv, std::string_view path);

  const std::vector<Row>& rows() const { return rows_; }
  /// Finds a key by literal comparison, prefix included.
  std::optional<int> Find(std::string_view icd_code) const;

 private:
  std::vector<Row> rows_;
};

/// DiseaseCode.csv byte for byte as released (CRLF line ends, bare LF inside cells), for a folder
/// that has to look alike.
std::string ReleaseDiseaseCsv();

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_DISEASE_DICTIONARY_H_
