#include "worker/dataset/targets.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>

#include "base/digest/sha256.h"
#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/embedded_file.h"
#include "worker/dataset/index.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

std::vector<int> StatementRows(std::span<const std::string> statements) {
  std::vector<int> rows;
  for (const std::string& statement : statements) {
    if (const auto row = StatementDictionary::Release().FindAha(statement)) rows.push_back(*row);
  }
  return rows;
}

bool HaveCommon(std::span<const int> a, std::span<const int> b) {
  return std::ranges::find_first_of(a, b) != a.end();
}

}  // namespace

/// Reads targets.yaml; the only code that knows how it is written.
class TargetTableParser {
 public:
  TargetTableParser(std::string_view yaml, std::string_view path) : path_(path) {
    try {
      root_ = YAML::Load(std::string(yaml));
    } catch (const YAML::Exception& error) {
      throw Error(Error::Kind::kBadInput, error.msg, Where(error.mark));
    }
  }

  std::vector<TargetTable::Target> Targets() const {
    CheckKeys(root_, {"targets"});
    std::vector<TargetTable::Target> targets;
    for (const YAML::Node& node : List(root_, "targets")) {
      TargetTable::Target target = ReadTarget(node);
      const bool is_known = std::ranges::any_of(
          targets, [&](const TargetTable::Target& other) { return other.name == target.name; });
      if (is_known) Fail(node, "a target stands twice: " + target.name);
      targets.push_back(std::move(target));
    }
    if (targets.empty()) Fail(root_, "there are no targets");
    return targets;
  }

 private:
  std::string Where(const YAML::Mark& mark) const {
    return mark.is_null() ? path_ : fmt::format("{}:{}", path_, mark.line + 1);
  }

  [[noreturn]] void Fail(const YAML::Node& node, const std::string& what) const {
    throw Error(Error::Kind::kBadInput, what, Where(node.Mark()));
  }

  void CheckKeys(const YAML::Node& node, std::initializer_list<std::string_view> known) const {
    if (!node.IsMap()) Fail(node, "expected keys with values");
    std::vector<std::string> seen;
    for (const auto& pair : node) {
      const std::string key = Text(pair.first);
      if (std::ranges::find(known, key) == known.end()) Fail(pair.first, "unknown key: " + key);
      if (std::ranges::find(seen, key) != seen.end()) Fail(pair.first, "a key twice: " + key);
      seen.push_back(key);
    }
  }

  std::string Text(const YAML::Node& node) const {
    if (!node.IsScalar() || node.Scalar().empty()) Fail(node, "expected a text");
    return node.Scalar();
  }

  YAML::Node List(const YAML::Node& node, const char* key) const {
    YAML::Node list = node[key];
    if (!list || !list.IsSequence()) Fail(node, fmt::format("expected a list: {}", key));
    return list;
  }

  std::vector<int> Statements(const YAML::Node& node, const char* key) const {
    std::vector<int> rows;
    if (!node[key]) return rows;
    for (const YAML::Node& item : List(node, key)) {
      const auto row = StatementDictionary::Release().FindAha(Text(item));
      if (!row) Fail(item, "no such statement: " + Text(item));
      rows.push_back(*row);
    }
    return rows;
  }

  std::string DiagnosisKey(const YAML::Node& node) const {
    std::string code = Text(node);
    if (!DiseaseDictionary::Release().Find(code)) Fail(node, "no such diagnosis: " + code);
    return code;
  }

  TargetTable::DiagnosisRule ReadDiagnosisRule(const YAML::Node& node) const {
    CheckKeys(node, {"name", "codes", "unclear"});
    TargetTable::DiagnosisRule rule;
    for (const YAML::Node& item : List(node, "codes")) rule.codes.push_back(DiagnosisKey(item));
    if (!node["unclear"]) return rule;
    for (const YAML::Node& item : List(node, "unclear")) {
      CheckKeys(item, {"code", "under_days"});
      if (!item["code"]) Fail(item, "expected a key: code");
      TargetTable::DiagnosisRule::Unclear unclear{.code = DiagnosisKey(item["code"]),
                                                  .under_days = {}};
      if (const YAML::Node days = item["under_days"]) {
        int value = 0;
        if (!YAML::convert<int>::decode(days, value) || value <= 0) {
          Fail(days, "expected a number of days above zero");
        }
        unclear.under_days = value;
      }
      rule.unclear.push_back(std::move(unclear));
    }
    return rule;
  }

  TargetTable::StatementRule ReadStatementRule(const YAML::Node& node) const {
    CheckKeys(node, {"name", "normal", "unclear", "contradiction"});
    TargetTable::StatementRule rule{.normal = Statements(node, "normal"),
                                    .unclear = Statements(node, "unclear"),
                                    .contradiction_any = {},
                                    .contradiction_with = {}};
    if (const YAML::Node contradiction = node["contradiction"]) {
      CheckKeys(contradiction, {"any", "with"});
      rule.contradiction_any = Statements(contradiction, "any");
      rule.contradiction_with = Statements(contradiction, "with");
    }
    return rule;
  }

  TargetTable::Target ReadTarget(const YAML::Node& node) const {
    if (!node.IsMap() || !node["name"]) Fail(node, "expected a target with a name");
    TargetTable::Target target{.name = Text(node["name"]), .diagnosis = {}, .statement = {}};
    if (node["codes"]) {
      target.diagnosis = ReadDiagnosisRule(node);
    } else if (node["normal"]) {
      target.statement = ReadStatementRule(node);
    } else {
      Fail(node, "expected codes or normal in target " + target.name);
    }
    return target;
  }

  std::string path_;
  YAML::Node root_;
};

const TargetTable& TargetTable::Embedded() {
  static const TargetTable table = Parse(EmbeddedFile("targets"), "targets.yaml");
  return table;
}

TargetTable TargetTable::Parse(std::string_view yaml, std::string_view path) {
  TargetTable table;
  table.targets_ = TargetTableParser(yaml, path).Targets();
  table.sha256_ = Sha256Hex(yaml);
  return table;
}

std::vector<std::string> TargetTable::Names() const {
  std::vector<std::string> names;
  for (const Target& target : targets_) names.push_back(target.name);
  return names;
}

std::vector<std::uint8_t> TargetTable::Derive(const TargetFacts& facts) const {
  const std::vector<int> rows = StatementRows(facts.statements);
  std::vector<std::uint8_t> values;
  values.reserve(targets_.size());
  for (const Target& target : targets_) {
    if (target.diagnosis) {
      values.push_back(Apply(*target.diagnosis, facts));
    } else {
      values.push_back(facts.statements.empty() ? kTargetMissing : Apply(*target.statement, rows));
    }
  }
  return values;
}

std::uint8_t TargetTable::Apply(const DiagnosisRule& rule, const TargetFacts& facts) {
  bool has_unclear = false;
  for (const std::string& code : facts.icd_codes) {
    if (std::ranges::find(rule.codes, code) == rule.codes.end()) continue;
    const bool is_unclear =
        std::ranges::any_of(rule.unclear, [&](const DiagnosisRule::Unclear& unclear) {
          const bool is_young =
              !unclear.under_days || !facts.age_days || *facts.age_days < *unclear.under_days;
          return unclear.code == code && is_young;
        });
    if (!is_unclear) return 1;
    has_unclear = true;
  }
  return has_unclear ? kTargetMissing : 0;
}

std::uint8_t TargetTable::Apply(const StatementRule& rule, std::span<const int> rows) {
  if (HaveCommon(rows, rule.contradiction_any) && HaveCommon(rows, rule.contradiction_with)) {
    return kTargetMissing;
  }
  if (HaveCommon(rows, rule.normal)) return 0;
  return HaveCommon(rows, rule.unclear) ? kTargetMissing : 1;
}

std::vector<std::uint8_t> StatementBits(std::span<const std::string> statements) {
  const int count = StatementDictionary::Release().statement_count();
  std::vector<std::uint8_t> bits((static_cast<std::size_t>(count) + 7) / 8, 0);
  for (const int row : StatementRows(statements)) {
    if (row >= count) continue;
    auto& byte = bits[static_cast<std::size_t>(row) / 8];
    byte = static_cast<std::uint8_t>(byte | 1U << (row % 8));
  }
  return bits;
}

}  // namespace pecg
