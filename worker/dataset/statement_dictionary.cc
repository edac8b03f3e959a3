#include "worker/dataset/statement_dictionary.h"

#include <fmt/format.h>

#include "worker/dataset/embedded_file.h"
#include "worker/dataset/quoted_list.h"
#include "worker/ecg/error.h"
#include "worker/file/csv.h"

namespace pecg {
namespace {

using Kind = StatementDictionary::Kind;

/// Blanks do not count when codes and descriptions are compared.
std::string KeyOf(std::string_view text) {
  std::string key;
  for (const char letter : text) {
    if (letter != ' ' && letter != '\t' && letter != '\r' && letter != '\n') key += letter;
  }
  return key;
}

Kind KindOf(std::string_view aha_code) {
  if (aha_code.starts_with("Modifier")) return Kind::kModifier;
  if (aha_code.starts_with("Suggests") || aha_code.starts_with("Consider")) return Kind::kRemark;
  return Kind::kStatement;
}

std::string CodeOf(std::string_view cell) {
  const std::string_view code = TrimBlanks(cell);
  return code == "N/A" ? "" : std::string(code);
}

void AddKey(std::string_view text, int row, const std::string& where,
            std::unordered_map<std::string, int>* rows) {
  if (text.empty()) return;
  if (!rows->try_emplace(KeyOf(text), row).second) {
    throw Error(Error::Kind::kDuplicate, fmt::format("stands twice: {}", text), where);
  }
}

}  // namespace

const StatementDictionary& StatementDictionary::Release() {
  static const StatementDictionary release =
      Parse(EmbeddedFile("ECGCode"), "ECGCode.csv of the release");
  return release;
}

StatementDictionary StatementDictionary::Parse(std::string_view csv, std::string_view path) {
  StatementDictionary dictionary;
  CsvTable table(csv, std::string(path));
  const std::size_t description = table.ColumnOf("Description");
  const std::size_t aha = table.ColumnOf("AHA(Category&Code)");
  const std::size_t chn = table.ColumnOf("CHN(Category&Code)");
  CsvRow cells;
  while (table.Next(&cells)) {
    const std::string where = fmt::format("{}:{}", path, cells.line);
    Row row{.kind = KindOf(TrimBlanks(cells.cells[aha])),
            .description = FoldBlanks(cells.cells[description]),
            .aha_code = CodeOf(cells.cells[aha]),
            .chn_code = CodeOf(cells.cells[chn])};
    const int number = static_cast<int>(dictionary.rows_.size());
    if (row.kind == Kind::kStatement) {
      if (number != dictionary.statement_count_) {
        throw Error(Error::Kind::kBadInput, "a statement stands behind modifiers or remarks", where,
                    "statements come first, because their row is their number");
      }
      ++dictionary.statement_count_;
    }
    AddKey(row.aha_code, number, where, &dictionary.by_aha_);
    AddKey(row.chn_code, number, where, &dictionary.by_chn_);
    AddKey(row.description, number, where, &dictionary.by_description_);
    dictionary.rows_.push_back(std::move(row));
  }
  // The tables of the release write premature beats in trigeminy (`F60+Modifier342`) as `F64` in
  // the Chinese vocabulary, a code that ECGCode.csv does not list.
  if (const auto beats = dictionary.by_aha_.find("F60"); beats != dictionary.by_aha_.end()) {
    dictionary.by_chn_.try_emplace("F64", beats->second);
  }
  return dictionary;
}

std::vector<std::string> StatementDictionary::StatementNames() const {
  std::vector<std::string> names;
  for (const Row& row : rows_) {
    if (row.kind == Kind::kStatement) names.push_back(row.description);
  }
  return names;
}

std::optional<int> StatementDictionary::FindWhole(const Rows& codes, std::string_view text) const {
  const std::string key = KeyOf(text);
  for (const Rows* rows : {&codes, &by_description_}) {
    const auto found = rows->find(key);
    if (found == rows->end()) continue;
    if (rows_[static_cast<std::size_t>(found->second)].kind != Kind::kModifier) {
      return found->second;
    }
  }
  return std::nullopt;
}

std::optional<int> StatementDictionary::FindBase(const Rows& codes, std::string_view entry) const {
  // A description may hold a `+` of its own, so the whole entry is tried before its base.
  const std::optional<int> whole = FindWhole(codes, entry);
  return whole ? whole : FindWhole(codes, SplitStatement(entry).base);
}

std::optional<int> StatementDictionary::FindAha(std::string_view entry) const {
  return FindBase(by_aha_, entry);
}

std::optional<int> StatementDictionary::FindChn(std::string_view entry) const {
  return FindBase(by_chn_, entry);
}

std::optional<int> StatementDictionary::FindModifier(std::string_view modifier) const {
  for (const Rows* rows : {&by_aha_, &by_description_}) {
    const auto found = rows->find(KeyOf(modifier));
    if (found == rows->end()) continue;
    if (rows_[static_cast<std::size_t>(found->second)].kind == Kind::kModifier) {
      return found->second;
    }
  }
  return std::nullopt;
}

StatementParts SplitStatement(std::string_view entry) {
  StatementParts parts;
  int depth = 0;
  std::size_t start = 0;
  const auto take = [&](std::size_t end) {
    const std::string_view part = TrimBlanks(entry.substr(start, end - start));
    if (start == 0) {
      parts.base = part;
    } else {
      parts.modifiers.push_back(part);
    }
    start = end + 1;
  };
  for (std::size_t i = 0; i < entry.size(); ++i) {
    if (entry[i] == '(') ++depth;
    if (entry[i] == ')') --depth;
    if (entry[i] == '+' && depth == 0) take(i);
  }
  take(entry.size());
  return parts;
}

std::string ReleaseStatementCsv() { return EmbeddedFileWithCrlfRows("ECGCode"); }

}  // namespace pecg
