#include "worker/dataset/disease_dictionary.h"

#include <fmt/format.h>

#include "worker/dataset/embedded_file.h"
#include "worker/dataset/quoted_list.h"
#include "worker/ecg/error.h"
#include "worker/file/csv.h"

namespace pecg {

const DiseaseDictionary& DiseaseDictionary::Release() {
  static const DiseaseDictionary release =
      Parse(EmbeddedFile("DiseaseCode"), "DiseaseCode.csv of the release");
  return release;
}

DiseaseDictionary DiseaseDictionary::Parse(std::string_view csv, std::string_view path) {
  DiseaseDictionary dictionary;
  CsvTable table(csv, std::string(path));
  const std::size_t type = table.ColumnOf("Disease Type");
  const std::size_t category = table.ColumnOf("Disease Category");
  const std::size_t code = table.ColumnOf("ICD-10 Code");
  CsvRow cells;
  while (table.Next(&cells)) {
    Row row{.type = FoldBlanks(cells.cells[type]),
            .category = FoldBlanks(cells.cells[category]),
            .icd_code = FoldBlanks(cells.cells[code])};
    if (row.icd_code == "See attribute dictionary file") continue;
    const std::string where = fmt::format("{}:{}", path, cells.line);
    if (row.icd_code.empty()) throw Error(Error::Kind::kBadInput, "a row has no code", where);
    if (dictionary.Find(row.icd_code)) {
      throw Error(Error::Kind::kDuplicate, "stands twice: " + row.icd_code, where);
    }
    dictionary.rows_.push_back(std::move(row));
  }
  return dictionary;
}

std::optional<int> DiseaseDictionary::Find(std::string_view icd_code) const {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].icd_code == icd_code) return static_cast<int>(i);
  }
  return std::nullopt;
}

std::string ReleaseDiseaseCsv() { return EmbeddedFileWithCrlfRows("DiseaseCode"); }

}  // namespace pecg
