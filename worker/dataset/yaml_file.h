#ifndef PECG_WORKER_DATASET_YAML_FILE_H_
#define PECG_WORKER_DATASET_YAML_FILE_H_

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// Reads a YAML text whose mistakes are errors with file and line.
class YamlFile {
 public:
  /// Throws Error::kBadInput, with `path:line`, for what is no YAML.
  YamlFile(std::string_view text, std::string_view path);

  const YAML::Node& root() const { return root_; }

  /// Throws Error::kBadInput with the node's line.
  [[noreturn]] void Fail(const YAML::Node& node, const std::string& what) const;

  /// Throws unless the node is a map with no other keys than these, each once.
  void CheckKeys(const YAML::Node& node, std::initializer_list<std::string_view> known) const;

  /// The text of a node; throws for an empty one and for what is no scalar.
  std::string Text(const YAML::Node& node) const;

  /// The list at a key; throws where there is none.
  YAML::Node List(const YAML::Node& node, const char* key) const;

 private:
  std::string Where(const YAML::Mark& mark) const;

  std::string path_;
  YAML::Node root_;
};

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_YAML_FILE_H_
