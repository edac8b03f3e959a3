#include <absl/strings/escaping.h>
#include <absl/time/time.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml.h"
#include "base/yaml_words.h"

namespace pecg {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Words that some reader of YAML takes for something else than text.
constexpr std::array<std::string_view, 12> kReserved = {
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"};

/// True when `text` may stand without quotation marks in block and flow style.
bool IsPlain(std::string_view text) {
  if (text.empty() || (!std::isalpha(static_cast<unsigned char>(text[0])) && text[0] != '/')) {
    return false;
  }
  const bool safe = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c)) ||
           std::string_view("_./@+-").find(static_cast<char>(c)) != std::string_view::npos;
  });
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return safe && std::find(kReserved.begin(), kReserved.end(), lower) == kReserved.end();
}

/// Writes text as a plain or a double-quoted scalar. UTF-8 stays as it is.
std::string YamlText(const std::string& text) {
  if (IsPlain(text)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

template <typename Float>
std::string YamlNumber(Float value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  return fmt::format("{}", value);
}

std::string TimeText(const Message& message) {
  const Reflection* reflection = message.GetReflection();
  const auto* type = message.GetDescriptor();
  const absl::Duration value =
      absl::Seconds(reflection->GetInt64(message, type->FindFieldByNumber(1))) +
      absl::Nanoseconds(reflection->GetInt32(message, type->FindFieldByNumber(2)));
  if (type->full_name() == "google.protobuf.Duration") return absl::FormatDuration(value);
  return absl::FormatTime(absl::RFC3339_full, absl::UnixEpoch() + value, absl::UTCTimeZone());
}

bool IsScalar(const FieldDescriptor& field) {
  const std::string word = TypeWord(field);
  return field.message_type() == nullptr || word == "duration" || word == "time";
}

/// Element `index` of a repeated field, or the value of a singular one (`index` -1).
std::string ScalarText(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* from = message.GetReflection();
  const bool one = index < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return fmt::format("{}", one ? from->GetInt32(message, field)
                                   : from->GetRepeatedInt32(message, field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return fmt::format("{}", one ? from->GetInt64(message, field)
                                   : from->GetRepeatedInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return fmt::format("{}", one ? from->GetUInt32(message, field)
                                   : from->GetRepeatedUInt32(message, field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return fmt::format("{}", one ? from->GetUInt64(message, field)
                                   : from->GetRepeatedUInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return YamlNumber(one ? from->GetFloat(message, field)
                            : from->GetRepeatedFloat(message, field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return YamlNumber(one ? from->GetDouble(message, field)
                            : from->GetRepeatedDouble(message, field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (one ? from->GetBool(message, field) : from->GetRepeatedBool(message, field, index))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumWord(one ? *from->GetEnum(message, field)
                          : *from->GetRepeatedEnum(message, field, index));
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text =
          one ? from->GetString(message, field) : from->GetRepeatedString(message, field, index);
      return field->type() == FieldDescriptor::TYPE_BYTES ? YamlText(absl::Base64Escape(text))
                                                          : YamlText(text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return TimeText(one ? from->GetMessage(message, field)
                      : from->GetRepeatedMessage(message, field, index));
}

class Writer {
 public:
  /// Writes the message's fields as lines; without any, nothing.
  void WriteFields(const Message& message, int indent) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) WriteField(message, field, indent);
  }

  std::string Take() { return std::move(text_); }

 private:
  void WriteField(const Message& message, const FieldDescriptor* field, int indent) {
    const std::string name(field->name());
    const Reflection* from = message.GetReflection();
    if (field->is_map()) return WriteMap(message, field, indent);
    if (!field->is_repeated()) {
      return IsScalar(*field) ? Line(indent, name, ScalarText(message, field, -1))
                              : WriteMessage(name, from->GetMessage(message, field), indent);
    }
    if (IsScalar(*field)) {
      std::vector<std::string> items;
      for (int i = 0; i < from->FieldSize(message, field); ++i) {
        items.push_back(ScalarText(message, field, i));
      }
      return Line(indent, name, fmt::format("[{}]", fmt::join(items, ", ")));
    }
    Line(indent, name, "");
    for (int i = 0; i < from->FieldSize(message, field); ++i) {
      WriteItem(from->GetRepeatedMessage(message, field, i), indent);
    }
  }

  void WriteMessage(const std::string& name, const Message& message, int indent) {
    const size_t before = text_.size();
    Line(indent, name, "");
    const size_t head = text_.size();
    WriteFields(message, indent + 2);
    if (text_.size() != head) return;
    text_.resize(before);
    Line(indent, name, "{}");
  }

  /// Writes one element of a list of messages: its first line begins with `- `.
  void WriteItem(const Message& message, int indent) {
    const size_t begin = text_.size();
    WriteFields(message, indent + 4);
    if (text_.size() == begin) {
      text_ += fmt::format("{:{}}- {{}}\n", "", indent + 2);
    } else {
      text_[begin + static_cast<size_t>(indent) + 2] = '-';
    }
  }

  void WriteMap(const Message& message, const FieldDescriptor* field, int indent) {
    const Reflection* from = message.GetReflection();
    const FieldDescriptor* key = field->message_type()->FindFieldByNumber(1);
    const FieldDescriptor* value = field->message_type()->FindFieldByNumber(2);
    std::vector<std::pair<std::string, const Message*>> entries;
    for (int i = 0; i < from->FieldSize(message, field); ++i) {
      const Message& entry = from->GetRepeatedMessage(message, field, i);
      entries.emplace_back(ScalarText(entry, key, -1), &entry);
    }
    std::sort(entries.begin(), entries.end());
    Line(indent, std::string(field->name()), "");
    for (const auto& [name, entry] : entries) {
      if (IsScalar(*value)) {
        Line(indent + 2, name, ScalarText(*entry, value, -1));
      } else {
        WriteMessage(name, entry->GetReflection()->GetMessage(*entry, value), indent + 2);
      }
    }
  }

  void Line(int indent, const std::string& name, const std::string& value) {
    text_ += fmt::format("{:{}}{}:{}{}\n", "", indent, name, value.empty() ? "" : " ", value);
  }

  std::string text_;
};

}  // namespace

std::string MessageToYaml(const Message& message) {
  Writer writer;
  writer.WriteFields(message, 0);
  std::string text = writer.Take();
  return text.empty() ? "{}\n" : text;
}

}  // namespace pecg
