#include "worker/dataset/scp_dictionary.h"

#include <fmt/format.h>

#include <map>

#include "worker/dataset/quoted_list.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/dataset/table_cell.h"
#include "worker/ecg/error.h"
#include "worker/file/csv.h"

namespace pecg {
namespace {

constexpr std::int64_t kHighestAhaNumber = 9999;

/// Our codes by their number: `L145` by 145, `Suggests205` by 205. Modifiers are no statements.
std::map<std::int64_t, std::string> CodesByNumber() {
  std::map<std::int64_t, std::string> codes;
  for (const StatementDictionary::Row& row : StatementDictionary::Release().rows()) {
    if (row.kind == StatementDictionary::Kind::kModifier) continue;
    const std::string_view code = row.aha_code;
    const std::size_t digits = code.find_first_of("0123456789");
    if (digits == std::string_view::npos) continue;
    const auto number = ReadCount(code.substr(digits), kHighestAhaNumber);
    if (number) codes.emplace(*number, code);
  }
  return codes;
}

/// Takes a Python dictionary apart from the left.
class DictReader {
 public:
  explicit DictReader(std::string_view text) : all_(text), rest_(TrimBlanks(text)) {}

  std::vector<ScpStatement> Read() {
    std::vector<ScpStatement> statements;
    Expect('{');
    while (!Take('}')) {
      if (!statements.empty()) Expect(',');
      if (Take('}')) break;
      ScpStatement statement;
      statement.code = Quoted();
      Expect(':');
      statement.likelihood = Number();
      statements.push_back(std::move(statement));
    }
    if (!rest_.empty()) Fail();
    return statements;
  }

 private:
  bool Take(char letter) {
    if (!rest_.starts_with(letter)) return false;
    rest_ = TrimBlanks(rest_.substr(1));
    return true;
  }

  void Expect(char letter) {
    if (!Take(letter)) Fail();
  }

  std::string Quoted() {
    const char quote = rest_.empty() ? '\0' : rest_.front();
    const std::size_t end = rest_.find(quote, 1);
    if ((quote != '\'' && quote != '"') || end == std::string_view::npos || end == 1) Fail();
    std::string text(rest_.substr(1, end - 1));
    rest_ = TrimBlanks(rest_.substr(end + 1));
    return text;
  }

  double Number() {
    const std::size_t end = std::min(rest_.find_first_of(",} \t"), rest_.size());
    const auto number = ReadNumber(rest_.substr(0, end));
    if (!number) Fail();
    rest_ = TrimBlanks(rest_.substr(end));
    return *number;
  }

  [[noreturn]] void Fail() const {
    throw Error(Error::Kind::kBadInput,
                fmt::format("scp_codes: not a list of statements: {}", all_), "",
                "expected {'CODE': likelihood, ...}");
  }

  std::string_view all_;
  std::string_view rest_;
};

}  // namespace

ScpDictionary ScpDictionary::Parse(std::string_view csv, std::string_view path) {
  const std::map<std::int64_t, std::string> ours = CodesByNumber();
  ScpDictionary dictionary;
  CsvTable table(csv, std::string(path));
  const std::size_t code = table.ColumnOf("");
  const std::size_t aha = table.ColumnOf("AHA code");
  CsvRow row;
  while (table.Next(&row)) {
    const std::string where = fmt::format("{}:{}", path, row.line);
    const std::string name(TrimBlanks(row.cells[code]));
    const std::string_view number = TrimBlanks(row.cells[aha]);
    std::string translation;
    if (!number.empty()) {
      const auto value = ReadFloatCount(number, kHighestAhaNumber);
      if (!value) {
        throw Error(Error::Kind::kCorruptData,
                    fmt::format("the AHA code of {} is no number: {}", name, number), where);
      }
      if (const auto found = ours.find(*value); found != ours.end()) translation = found->second;
    }
    if (name.empty() || !dictionary.codes_.try_emplace(name, translation).second) {
      throw Error(Error::Kind::kDuplicate, "a statement without a name or twice: " + name, where);
    }
  }
  return dictionary;
}

std::optional<std::string> ScpDictionary::Find(std::string_view scp_code) const {
  const auto found = codes_.find(std::string(scp_code));
  if (found == codes_.end()) return std::nullopt;
  return found->second;
}

std::vector<ScpStatement> ReadScpCodes(std::string_view cell) { return DictReader(cell).Read(); }

}  // namespace pecg
