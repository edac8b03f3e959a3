#include "base/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <cstdint>
#include <sstream>
#include <utility>

#include "base/error_detail.h"
#include "base/status.h"
#include "base/yaml.h"

namespace pecg {
namespace {

constexpr size_t kMaxDepth = 32;

/// What TreeBuilder throws through yaml-cpp's parser; ParseYaml turns it into a status.
struct Refusal {
  YamlMark mark;
  std::string what;
  std::string hint;
};

YamlMark MarkOf(const YAML::Mark& mark) {
  return mark.is_null() ? YamlMark{} : YamlMark{mark.line + 1, mark.column + 1};
}

/// Whether the quotation mark that `text` begins with is closed in it; true if it begins otherwise.
/// yaml-cpp 0.7 takes the end of a file for the closing mark.
bool IsClosed(std::string_view text) {
  const char mark = text.empty() ? '\0' : text[0];
  if (mark != '"' && mark != '\'') return true;
  for (size_t i = 1; i < text.size(); ++i) {
    const bool escaped = mark == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (escaped) {
      ++i;
    } else if (text[i] == mark) {
      return true;
    }
  }
  return false;
}

/// Builds the tree from yaml-cpp's events, so that an alias is seen and never expanded.
class TreeBuilder : public YAML::EventHandler {
 public:
  /// `text` is what the parser reads; it outlives this.
  explicit TreeBuilder(std::string_view text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++document_count_ > 1) {
      throw Refusal{MarkOf(mark), "a second document or text after the end of the first",
                    "one file holds one document; remove the `---` or the stray text"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Check(mark, "", anchor);
    if (AwaitsKey()) {
      throw Refusal{MarkOf(mark), "a key is missing", "write `key: value`"};
    }
    YamlNode node;
    node.mark = MarkOf(mark);
    Place(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refusal{MarkOf(mark), "an alias (`*name`) is not supported", "write the value out"};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Check(mark, tag, anchor);
    if (tag == "!" && !IsClosed(text_.substr(static_cast<size_t>(mark.pos)))) {
      throw Refusal{MarkOf(mark), "not valid YAML: a quotation mark is not closed",
                    "close it, or remove both"};
    }
    if (AwaitsKey()) {
      YamlNode& map = *open_.back();
      map.entries.push_back({value, MarkOf(mark), {}});
      key_given_.back() = true;
      return;
    }
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.mark = MarkOf(mark);
    node.quoted = tag == "!";
    node.text = value;
    Place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

  YamlNode TakeRoot() { return std::move(root_); }

 private:
  bool AwaitsKey() const {
    return !open_.empty() && open_.back()->kind == YamlNode::Kind::kMap && !key_given_.back();
  }

  static void Check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) {
      throw Refusal{MarkOf(mark), "an anchor (`&name`) is not supported", "write the value out"};
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refusal{MarkOf(mark), fmt::format("a tag is not supported: {}", tag),
                    "remove it; the field's type is known"};
    }
  }

  /// Puts a value where it belongs and returns its place in the tree.
  YamlNode* Place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    YamlNode& parent = *open_.back();
    if (parent.kind == YamlNode::Kind::kSequence) {
      parent.items.push_back(std::move(node));
      return &parent.items.back();
    }
    key_given_.back() = false;
    parent.entries.back().value = std::move(node);
    return &parent.entries.back().value;
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    Check(mark, tag, anchor);
    if (AwaitsKey()) {
      throw Refusal{MarkOf(mark), "a key must be a name, not a list or a map",
                    "write `key: value`"};
    }
    if (open_.size() >= kMaxDepth) {
      throw Refusal{MarkOf(mark), fmt::format("nested deeper than {} levels", kMaxDepth), ""};
    }
    YamlNode node;
    node.kind = kind;
    node.mark = MarkOf(mark);
    open_.push_back(Place(std::move(node)));
    key_given_.push_back(false);
  }

  void Close() {
    open_.pop_back();
    key_given_.pop_back();
  }

  const std::string_view text_;
  YamlNode root_;
  // The maps and sequences that are open, outermost first. A pointer stays valid while it is here:
  // only the innermost one grows.
  std::vector<YamlNode*> open_;
  std::vector<bool> key_given_;  // Beside open_: the map's last key awaits its value.
  int document_count_ = 0;
};

/// Length in bytes of the UTF-8 character at the beginning of `text`; 0 if there is none.
/// Source: RFC 3629, section 4.
size_t Utf8CharacterSize(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const uint8_t second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool too_large = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_large ? 0 : size;
}

/// Finds the first byte that is not UTF-8, or a NUL, which yaml-cpp takes for the end.
bool FindBadByte(std::string_view text, YamlMark* mark) {
  YamlMark at;
  while (!text.empty()) {
    const size_t size = text[0] == '\0' ? 0 : Utf8CharacterSize(text);
    if (size == 0) {
      *mark = at;
      return true;
    }
    if (text[0] == '\n') {
      at = {at.line + 1, 1};
    } else {
      at.column += static_cast<int>(size);
    }
    text.remove_prefix(size);
  }
  return false;
}

}  // namespace

std::string YamlOrigin::At(YamlMark mark) const {
  return has_lines ? fmt::format("{}:{}:{}", name, mark.line, mark.column) : name;
}

absl::Status CheckYamlText(std::string_view text, const YamlOrigin& origin) {
  const auto refused = [&](YamlMark mark, const std::string& what, const std::string& hint) {
    return DetailedError(absl::StatusCode::kInvalidArgument, {what, origin.At(mark), hint});
  };
  if (text.size() > kMaxYamlByteCount) {
    return refused({}, fmt::format("{} bytes are too many", text.size()),
                   fmt::format("at most {} bytes are read", kMaxYamlByteCount));
  }
  YamlMark bad;
  if (FindBadByte(text, &bad)) return refused(bad, "not UTF-8 text", "save the file as UTF-8");
  return absl::OkStatus();
}

absl::StatusOr<YamlNode> ParseYaml(std::string_view text, const YamlOrigin& origin) {
  PECG_RETURN_IF_ERROR(CheckYamlText(text, origin));
  const auto refused = [&](YamlMark mark, const std::string& what, const std::string& hint) {
    return DetailedError(absl::StatusCode::kInvalidArgument, {what, origin.At(mark), hint});
  };
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  TreeBuilder builder(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refusal& refusal) {
    return refused(refusal.mark, refusal.what, refusal.hint);
  } catch (const YAML::Exception& error) {
    return refused(MarkOf(error.mark), fmt::format("not valid YAML: {}", error.msg),
                   "check indentation, quotation marks and brackets");
  }
  return builder.TakeRoot();
}

}  // namespace pecg
