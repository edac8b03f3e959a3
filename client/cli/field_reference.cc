#include "client/cli/field_reference.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <cctype>
#include <memory>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/status.h"
#include "base/yaml_words.h"
#include "client/cli/terminal.h"

namespace pecg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::SourceLocation;

constexpr std::string_view kSpec = "RunSpec";

/// `RunSpec` -> `run_spec`.
std::string SnakeCase(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    const bool is_upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (is_upper && !snake.empty()) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return snake;
}

/// The comment before a descriptor, its lines joined.
template <typename Described>
std::string CommentOf(const Described& described) {
  SourceLocation location;
  if (!described.GetSourceLocation(&location)) return "";
  std::string text;
  for (const char c : location.leading_comments) {
    const bool is_blank = c == '\n' || c == ' ';
    if (!is_blank) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string FirstSentence(const std::string& text) {
  const size_t end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

/// Breaks at blanks; every line begins with `indent` blanks.
std::string Wrap(std::string_view text, size_t indent, size_t width) {
  std::string wrapped;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) wrapped += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    const std::string word(text.substr(0, blank));
    if (!line.empty() && indent + DisplayWidth(line) + 1 + DisplayWidth(word) > width) flush();
    line += (line.empty() ? "" : " ") + word;
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
  flush();
  return wrapped;
}

std::string TypeText(const FieldDescriptor& field) {
  if (field.is_map()) {
    return fmt::format("map from {} to {}", TypeText(*field.message_type()->FindFieldByNumber(1)),
                       TypeText(*field.message_type()->FindFieldByNumber(2)));
  }
  std::string text = TypeWord(field);
  if (field.enum_type() != nullptr) text = SnakeCase(std::string(field.enum_type()->name()));
  if (text == "map") text = SnakeCase(std::string(field.message_type()->name()));
  return field.is_repeated() ? fmt::format("list of {}", text) : text;
}

/// What a path may lead to; one of them is set.
struct Place {
  const Descriptor* message = nullptr;
  const EnumDescriptor* enumeration = nullptr;
  const FieldDescriptor* field = nullptr;

  bool found() const { return message != nullptr || enumeration != nullptr || field != nullptr; }
};

class Reference {
 public:
  /// Errors: INTERNAL when the embedded descriptors are broken.
  static absl::StatusOr<std::unique_ptr<Reference>> Load() {
    google::protobuf::FileDescriptorSet set;
    const std::string_view bytes = DescriptorSetBytes();
    if (!set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Internal("the embedded descriptors cannot be read");
    }
    auto reference = std::unique_ptr<Reference>(new Reference());
    for (const auto& file : set.file()) {
      const FileDescriptor* built = reference->pool_.BuildFile(file);
      if (built == nullptr) {
        return Internal("the embedded descriptors cannot be built: {}", std::string(file.name()));
      }
      if (built->package() == "pecg.v1") reference->files_.push_back(built);
    }
    return reference;
  }

  const Descriptor* Spec() const { return FindMessage(SnakeCase(kSpec)); }

  /// A key of the spec goes before a message of the same name.
  Place Find(std::string_view path) const {
    const Place in_spec = Descend(Spec(), path);
    if (in_spec.found()) return in_spec;
    const size_t dot = path.find('.');
    const std::string_view first = path.substr(0, dot);
    if (dot != std::string_view::npos) return Descend(FindMessage(first), path.substr(dot + 1));
    Place place;
    place.message = FindMessage(first);
    if (place.message == nullptr) place.enumeration = FindEnum(first);
    return place;
  }

  /// Names that could have been meant by `path`: fields beside the last one that was found, and
  /// for a single word the messages and enums too.
  std::vector<std::string> Candidates(std::string_view path) const {
    const size_t dot = path.rfind('.');
    std::vector<std::string> names;
    if (dot != std::string_view::npos) {
      const Place parent = Find(path.substr(0, dot));
      const Descriptor* type =
          parent.field != nullptr ? parent.field->message_type() : parent.message;
      for (int i = 0; type != nullptr && i < type->field_count(); ++i) {
        names.push_back(
            fmt::format("{}.{}", path.substr(0, dot), std::string(type->field(i)->name())));
      }
      return names;
    }
    for (int i = 0; i < Spec()->field_count(); ++i) {
      const FieldDescriptor& field = *Spec()->field(i);
      names.emplace_back(field.name());
      const Descriptor* type = field.message_type();
      for (int j = 0; type != nullptr && j < type->field_count(); ++j) {
        names.push_back(
            fmt::format("{}.{}", std::string(field.name()), std::string(type->field(j)->name())));
      }
    }
    ForEach([&](const Descriptor& type) { names.push_back(SnakeCase(std::string(type.name()))); });
    return names;
  }

 private:
  Reference() = default;

  template <typename Function>
  void ForEach(Function function) const {
    for (const FileDescriptor* file : files_) {
      for (int i = 0; i < file->message_type_count(); ++i) function(*file->message_type(i));
    }
  }

  const Descriptor* FindMessage(std::string_view name) const {
    const Descriptor* found = nullptr;
    ForEach([&](const Descriptor& type) {
      if (SnakeCase(std::string(type.name())) == name) found = &type;
    });
    return found;
  }

  const EnumDescriptor* FindEnum(std::string_view name) const {
    for (const FileDescriptor* file : files_) {
      for (int i = 0; i < file->enum_type_count(); ++i) {
        if (SnakeCase(std::string(file->enum_type(i)->name())) == name) return file->enum_type(i);
      }
    }
    return nullptr;
  }

  static Place Descend(const Descriptor* type, std::string_view path) {
    Place place;
    while (type != nullptr) {
      const size_t dot = path.find('.');
      place.field = type->FindFieldByName(std::string(path.substr(0, dot)));
      if (place.field == nullptr || dot == std::string_view::npos) return place;
      type = place.field->message_type();
      path.remove_prefix(dot + 1);
    }
    return {};
  }

  DescriptorPool pool_;
  std::vector<const FileDescriptor*> files_;  // Of our own package.
};

std::string DescribeFields(const Descriptor& type, size_t width) {
  std::string text;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    text += fmt::format("\n  {}  ({})\n", std::string(field.name()), TypeText(field));
    text += Wrap(FirstSentence(CommentOf(field)), 6, width);
  }
  return text;
}

std::string DescribeValues(const EnumDescriptor& type, size_t width) {
  std::string text;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    text += fmt::format("\n  {}\n", EnumWord(*type.value(i)));
    text += Wrap(CommentOf(*type.value(i)), 6, width);
  }
  return text;
}

std::string DescribeField(std::string_view path, const FieldDescriptor& field, size_t width) {
  std::string text = fmt::format("{}  ({}{})\n\n", path, TypeText(field),
                                 field.has_optional_keyword() ? ", optional" : "");
  text += Wrap(CommentOf(field), 2, width);
  if (field.enum_type() != nullptr) {
    text += "\n" + Wrap(CommentOf(*field.enum_type()), 2, width);
    text += "\nVALUES\n" + DescribeValues(*field.enum_type(), width);
  }
  const bool has_fields = field.message_type() != nullptr && TypeWord(field) == "map" &&
                          !field.is_map() && field.message_type()->field_count() > 0;
  if (has_fields) text += "\nFIELDS\n" + DescribeFields(*field.message_type(), width);
  return text;
}

}  // namespace

absl::StatusOr<std::string> ExplainField(std::string_view path, size_t width) {
  constexpr size_t kUsualWidth = 100;
  if (width == 0 || width > kUsualWidth) width = kUsualWidth;
  PECG_ASSIGN_OR_RETURN(const std::unique_ptr<Reference> reference, Reference::Load());
  if (path.empty()) {
    return "A spec, as in train.yaml\n\n" + Wrap(CommentOf(*reference->Spec()), 2, width) +
           "\nFIELDS\n" + DescribeFields(*reference->Spec(), width);
  }
  const Place place = reference->Find(path);
  if (place.field != nullptr) return DescribeField(path, *place.field, width);
  if (place.message != nullptr) {
    return fmt::format("{}\n\n{}\nFIELDS\n{}", path, Wrap(CommentOf(*place.message), 2, width),
                       DescribeFields(*place.message, width));
  }
  if (place.enumeration != nullptr) {
    return fmt::format("{}\n\n{}\nVALUES\n{}", path, Wrap(CommentOf(*place.enumeration), 2, width),
                       DescribeValues(*place.enumeration, width));
  }
  std::string closest;
  const std::vector<std::string> candidates = reference->Candidates(path);
  for (const std::string& candidate : candidates) {  // `lr` means `train.lr`.
    const size_t dot = candidate.rfind('.');
    if (dot != std::string::npos && candidate.substr(dot + 1) == path) closest = candidate;
  }
  if (closest.empty()) closest = ClosestName(path, candidates);
  return DetailedError(absl::StatusCode::kNotFound,
                       {fmt::format("no field \"{}\"", path), "",
                        closest.empty() ? "`pecg explain` lists the fields of a spec"
                                        : fmt::format("did you mean \"{}\"?", closest)});
}

}  // namespace pecg
