#ifndef PECG_BASE_YAML_TREE_H_
#define PECG_BASE_YAML_TREE_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace pecg {

struct YamlEntry;

/// A place in a YAML text, both from 1; the column counts bytes.
struct YamlMark {
  int line = 1;
  int column = 1;
};

/// One value of a YAML text, with its place. Only the members of its kind are set.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  YamlMark mark;
  bool quoted = false;             ///< The scalar is in quotation marks or a block (`|`, `>`).
  std::string text;                ///< The scalar, unescaped.
  std::vector<YamlNode> items;     ///< The sequence.
  std::vector<YamlEntry> entries;  ///< The map, in the order written, duplicates too.
};

/// One key of a map and its value.
struct YamlEntry {
  std::string key;
  YamlMark mark;
  YamlNode value;
};

/// How the place of an error is told: `name:line:column`, or `name` alone for a text that is no
/// file, such as a flag's value.
struct YamlOrigin {
  std::string name;
  bool has_lines = true;

  std::string At(YamlMark mark) const;
};

/// Checks what a text must be whether it is parsed or taken as it is: UTF-8 without NUL, and at
/// most kMaxYamlByteCount. Errors: INVALID_ARGUMENT by DetailedError.
absl::Status CheckYamlText(std::string_view text, const YamlOrigin& origin);

/// Parses one document. Errors: INVALID_ARGUMENT by DetailedError for what CheckYamlText refuses,
/// for what is not YAML or deeper than 32 levels, and for anchors, aliases, tags, keys that are no
/// scalars and a second document. The only user of yaml-cpp is yaml_tree.cc.
absl::StatusOr<YamlNode> ParseYaml(std::string_view text, const YamlOrigin& origin);

}  // namespace pecg

#endif  // PECG_BASE_YAML_TREE_H_
