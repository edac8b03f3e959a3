#include "worker/dataset/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest/sha256.h"
#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/embedded_file.h"
#include "worker/dataset/index.h"
#include "worker/dataset/yaml_file.h"
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
  TargetTableParser(std::string_view yaml, std::string_view path) : file_(yaml, path) {}

  std::vector<TargetTable::Target> Targets() const {
    file_.CheckKeys(file_.root(), {"targets"});
    std::vector<TargetTable::Target> targets;
    for (const YAML::Node& node : file_.List(file_.root(), "targets")) {
      TargetTable::Target target = ReadTarget(node);
      const bool is_known = std::ranges::any_of(
          targets, [&](const TargetTable::Target& other) { return other.name == target.name; });
      if (is_known) file_.Fail(node, "a target stands twice: " + target.name);
      targets.push_back(std::move(target));
    }
    if (targets.empty()) file_.Fail(file_.root(), "there are no targets");
    return targets;
  }

 private:
  std::vector<int> Statements(const YAML::Node& node, const char* key) const {
    std::vector<int> rows;
    if (!node[key]) return rows;
    for (const YAML::Node& item : file_.List(node, key)) {
      const auto row = StatementDictionary::Release().FindAha(file_.Text(item));
      if (!row) file_.Fail(item, "no such statement: " + file_.Text(item));
      rows.push_back(*row);
    }
    return rows;
  }

  std::string DiagnosisKey(const YAML::Node& node) const {
    std::string code = file_.Text(node);
    if (!DiseaseDictionary::Release().Find(code)) file_.Fail(node, "no such diagnosis: " + code);
    return code;
  }

  TargetTable::DiagnosisRule ReadDiagnosisRule(const YAML::Node& node) const {
    file_.CheckKeys(node, {"name", "codes", "unclear"});
    TargetTable::DiagnosisRule rule;
    for (const YAML::Node& item : file_.List(node, "codes"))
      rule.codes.push_back(DiagnosisKey(item));
    if (!node["unclear"]) return rule;
    for (const YAML::Node& item : file_.List(node, "unclear")) {
      file_.CheckKeys(item, {"code", "under_days"});
      if (!item["code"]) file_.Fail(item, "expected a key: code");
      TargetTable::DiagnosisRule::Unclear unclear{.code = DiagnosisKey(item["code"]),
                                                  .under_days = {}};
      if (const YAML::Node days = item["under_days"]) {
        int value = 0;
        if (!YAML::convert<int>::decode(days, value) || value <= 0) {
          file_.Fail(days, "expected a number of days above zero");
        }
        unclear.under_days = value;
      }
      rule.unclear.push_back(std::move(unclear));
    }
    return rule;
  }

  TargetTable::StatementRule ReadStatementRule(const YAML::Node& node) const {
    file_.CheckKeys(node, {"name", "normal", "unclear", "contradiction"});
    TargetTable::StatementRule rule{.normal = Statements(node, "normal"),
                                    .unclear = Statements(node, "unclear"),
                                    .contradiction_any = {},
                                    .contradiction_with = {}};
    if (const YAML::Node contradiction = node["contradiction"]) {
      file_.CheckKeys(contradiction, {"any", "with"});
      rule.contradiction_any = Statements(contradiction, "any");
      rule.contradiction_with = Statements(contradiction, "with");
    }
    return rule;
  }

  TargetTable::Target ReadTarget(const YAML::Node& node) const {
    if (!node.IsMap() || !node["name"]) file_.Fail(node, "expected a target with a name");
    TargetTable::Target target{.name = file_.Text(node["name"]), .rule = {}};
    if (node["codes"]) {
      target.rule = ReadDiagnosisRule(node);
    } else if (node["normal"]) {
      target.rule = ReadStatementRule(node);
    } else if (node["present"]) {
      file_.CheckKeys(node, {"name", "present"});
      target.rule = TargetTable::PresenceRule{.rows = Statements(node, "present")};
    } else {
      file_.Fail(node, "expected codes, normal or present in target " + target.name);
    }
    return target;
  }

  YamlFile file_;
};

const TargetTable& TargetTable::Embedded() {
  static const TargetTable table = Parse(EmbeddedFile("targets"), "targets.yaml");
  return table;
}

const TargetTable& TargetTable::PtbXl() {
  static const TargetTable table = Parse(EmbeddedFile("ptb_xl_targets"), "ptb_xl_targets.yaml");
  return table;
}

TargetTable TargetTable::Given(std::vector<std::string> names, std::string sha256) {
  TargetTable table;
  table.sha256_ = std::move(sha256);
  for (std::string& name : names) {
    const std::size_t position = table.targets_.size();
    table.targets_.push_back({.name = std::move(name), .rule = GivenRule{.position = position}});
  }
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
  const FactRows record{.facts = facts, .rows = rows};
  for (const Target& target : targets_) {
    values.push_back(
        std::visit([&](const auto& rule) { return Apply(rule, record); }, target.rule));
  }
  return values;
}

std::uint8_t TargetTable::Apply(const DiagnosisRule& rule, const FactRows& record) {
  const TargetFacts& facts = record.facts;
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

std::uint8_t TargetTable::Apply(const StatementRule& rule, const FactRows& record) {
  if (record.facts.statements.empty()) return kTargetMissing;
  const std::span<const int> rows = record.rows;
  if (HaveCommon(rows, rule.contradiction_any) && HaveCommon(rows, rule.contradiction_with)) {
    return kTargetMissing;
  }
  if (HaveCommon(rows, rule.normal)) return 0;
  return HaveCommon(rows, rule.unclear) ? kTargetMissing : 1;
}

std::uint8_t TargetTable::Apply(const PresenceRule& rule, const FactRows& record) {
  if (record.facts.statements.empty()) return kTargetMissing;
  return HaveCommon(record.rows, rule.rows) ? 1 : 0;
}

std::uint8_t TargetTable::Apply(const GivenRule& rule, const FactRows& record) {
  return record.facts.given[rule.position];
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
