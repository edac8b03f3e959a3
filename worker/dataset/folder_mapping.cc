#include "worker/dataset/folder_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/digest/sha256.h"
#include "worker/dataset/yaml_file.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

struct AgeUnit {
  std::string_view name;
  double days;
};
// A month and a year as in the ZZU-pECG release, so that age bands mean the same.
constexpr std::array<AgeUnit, 4> kAgeUnits = {
    {{"days", 1}, {"weeks", 7}, {"months", 30}, {"years", 365}}};

constexpr std::string_view kOthers = "others";

class MappingParser {
 public:
  MappingParser(std::string_view yaml, std::string_view path) : file_(yaml, path) {}

  FolderMapping Parse() const {
    const YAML::Node& root = file_.root();
    file_.CheckKeys(root, {"table", "record", "patient", "age", "sex", "exam", "time", "comment",
                           "statements", "attributes", "targets"});
    FolderMapping mapping;
    ReadTable(Need(root, "table"), &mapping);
    mapping.record = file_.Text(Need(root, "record"));
    mapping.patient = file_.Text(Need(root, "patient"));
    if (const YAML::Node age = root["age"]) mapping.age = ReadAge(age);
    if (const YAML::Node sex = root["sex"]) mapping.sex = ReadSexes(sex);
    mapping.exam = OptionalText(root, "exam");
    mapping.time = OptionalText(root, "time");
    mapping.comment = OptionalText(root, "comment");
    if (const YAML::Node statements = root["statements"]) {
      if (statements.IsMap()) file_.CheckKeys(statements, {"column", "separator"});
      mapping.statements = ReadList(statements);
    }
    if (root["attributes"]) mapping.attributes = Texts(root, "attributes");
    for (const YAML::Node& node : file_.List(root, "targets")) AddTarget(node, &mapping);
    if (mapping.targets.empty()) file_.Fail(root, "there are no targets");
    return mapping;
  }

 private:
  YAML::Node Need(const YAML::Node& node, const char* key) const {
    YAML::Node value = node[key];
    if (!value) file_.Fail(node, fmt::format("missing key: {}", key));
    return value;
  }

  std::string OptionalText(const YAML::Node& node, const char* key) const {
    const YAML::Node value = node[key];
    return value ? file_.Text(value) : std::string();
  }

  std::vector<std::string> Texts(const YAML::Node& node, const char* key) const {
    std::vector<std::string> texts;
    for (const YAML::Node& item : file_.List(node, key)) texts.push_back(file_.Text(item));
    return texts;
  }

  /// `children.csv` or `{file: children.csv, separator: ";"}`.
  void ReadTable(const YAML::Node& node, FolderMapping* mapping) const {
    if (node.IsMap()) file_.CheckKeys(node, {"file", "separator"});
    mapping->table = file_.Text(node.IsMap() ? Need(node, "file") : node);
    if (mapping->table.find_first_of("/\\") != std::string::npos || mapping->table == "..") {
      file_.Fail(node, "the table lies beside the mapping: " + mapping->table);
    }
    if (!node.IsMap() || !node["separator"]) return;
    const std::string separator = file_.Text(node["separator"]);
    constexpr std::string_view kAllowed = ",;\t|";
    if (separator.size() != 1 || kAllowed.find(separator) == std::string_view::npos) {
      file_.Fail(node["separator"], "expected a comma, semicolon, tab or |: " + separator);
    }
    mapping->separator = separator.front();
  }

  FolderMapping::Age ReadAge(const YAML::Node& node) const {
    file_.CheckKeys(node, {"column", "unit"});
    FolderMapping::Age age{.column = file_.Text(Need(node, "column"))};
    const std::string unit = file_.Text(Need(node, "unit"));
    const auto* found = std::ranges::find(kAgeUnits, unit, &AgeUnit::name);
    if (found == kAgeUnits.end()) {
      file_.Fail(node["unit"], "expected days, weeks, months or years: " + unit);
    }
    age.days_per_unit = found->days;
    return age;
  }

  FolderMapping::Sexes ReadSexes(const YAML::Node& node) const {
    file_.CheckKeys(node, {"column", "female", "male"});
    FolderMapping::Sexes sexes{.column = file_.Text(Need(node, "column")),
                               .female = Texts(node, "female"),
                               .male = Texts(node, "male")};
    RefuseCommon(node, {{"female", &sexes.female}, {"male", &sexes.male}});
    return sexes;
  }

  /// A column, or `{column: dx, separator: ";"}` among other keys.
  FolderMapping::List ReadList(const YAML::Node& node) const {
    if (!node.IsMap()) return {.column = file_.Text(node), .separator = {}};
    return {.column = file_.Text(Need(node, "column")),
            .separator = OptionalText(node, "separator")};
  }

  void AddTarget(const YAML::Node& node, FolderMapping* mapping) const {
    file_.CheckKeys(node, {"name", "column", "separator", "positive", "negative", "missing"});
    FolderMapping::Target target;
    target.name = file_.Text(Need(node, "name"));
    const bool is_name = std::ranges::all_of(target.name, [](char letter) {
      return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
    });
    if (!is_name) file_.Fail(node["name"], "expected lower-case words joined by _: " + target.name);
    if (std::ranges::find(mapping->targets, target.name, &FolderMapping::Target::name) !=
        mapping->targets.end()) {
      file_.Fail(node, "a target stands twice: " + target.name);
    }
    target.values = ReadList(node);
    target.positive = Texts(node, "positive");
    if (target.positive.empty()) file_.Fail(node, "no value is positive: " + target.name);
    const YAML::Node negative = Need(node, "negative");
    target.others_are_negative = negative.IsScalar() && negative.Scalar() == kOthers;
    if (!target.others_are_negative) target.negative = Texts(node, "negative");
    if (node["missing"]) target.missing = Texts(node, "missing");
    RefuseCommon(node, {{"positive", &target.positive},
                        {"negative", &target.negative},
                        {"missing", &target.missing}});
    mapping->targets.push_back(std::move(target));
  }

  using Meaning = std::pair<const char*, const std::vector<std::string>*>;

  void RefuseCommon(const YAML::Node& node, std::initializer_list<Meaning> meanings) const {
    std::map<std::string_view, const char*> met;
    for (const auto& [meaning, values] : meanings) {
      for (const std::string& value : *values) {
        const auto [other, is_new] = met.try_emplace(value, meaning);
        if (is_new) continue;
        file_.Fail(node, fmt::format("{} is {} and {}", value, other->second, meaning));
      }
    }
  }

  YamlFile file_;
};

}  // namespace

FolderMapping ParseFolderMapping(std::string_view yaml, std::string_view path) {
  try {
    FolderMapping mapping = MappingParser(yaml, path).Parse();
    mapping.sha256 = Sha256Hex(yaml);
    return mapping;
  } catch (const YAML::Exception& error) {
    throw Error(Error::Kind::kBadInput, error.msg, fmt::format("{}:{}", path, error.mark.line + 1));
  }
}

}  // namespace pecg
