#include "worker/dataset/yaml_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "worker/ecg/error.h"

namespace pecg {

YamlFile::YamlFile(std::string_view text, std::string_view path) : path_(path) {
  try {
    root_ = YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    throw Error(Error::Kind::kBadInput, error.msg, Where(error.mark));
  }
}

std::string YamlFile::Where(const YAML::Mark& mark) const {
  return mark.is_null() ? path_ : fmt::format("{}:{}", path_, mark.line + 1);
}

void YamlFile::Fail(const YAML::Node& node, const std::string& what) const {
  throw Error(Error::Kind::kBadInput, what, Where(node.Mark()));
}

void YamlFile::CheckKeys(const YAML::Node& node,
                         std::initializer_list<std::string_view> known) const {
  if (!node.IsMap()) Fail(node, "expected keys with values");
  std::vector<std::string> seen;
  for (const auto& pair : node) {
    const std::string key = Text(pair.first);
    if (std::ranges::find(known, key) == known.end()) {
      Fail(pair.first, fmt::format("unknown key: {} (there are {})", key, fmt::join(known, ", ")));
    }
    if (std::ranges::find(seen, key) != seen.end()) Fail(pair.first, "a key twice: " + key);
    seen.push_back(key);
  }
}

std::string YamlFile::Text(const YAML::Node& node) const {
  if (!node.IsScalar() || node.Scalar().empty()) Fail(node, "expected a text");
  return node.Scalar();
}

YAML::Node YamlFile::List(const YAML::Node& node, const char* key) const {
  YAML::Node list = node[key];
  if (!list || !list.IsSequence()) Fail(node, fmt::format("expected a list: {}", key));
  return list;
}

}  // namespace pecg
