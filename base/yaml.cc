#include "base/yaml.h"

#include <absl/strings/charconv.h>
#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/time/time.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <variant>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/status.h"
#include "base/yaml_tree.h"
#include "base/yaml_words.h"

namespace pecg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

/// A scalar of any field type.
using Scalar = std::variant<int32_t, int64_t, uint32_t, uint64_t, float, double, bool, std::string,
                            const EnumValueDescriptor*>;

std::vector<std::string> FieldNamesOf(const Descriptor& descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    names.emplace_back(descriptor.field(i)->name());
  }
  return names;
}

/// Returns `train.lr` for `lr` asked of a RunSpec: a field of that name one level down.
std::string FindOneLevelDown(const Descriptor& descriptor, const std::string& name) {
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    if (field->message_type() == nullptr || field->is_repeated()) continue;
    if (field->message_type()->FindFieldByName(name) != nullptr) {
      return fmt::format("{}.{}", std::string(field->name()), name);
    }
  }
  return "";
}

/// What would be right instead of a field that `descriptor` does not have.
std::string UnknownFieldHint(const Descriptor& descriptor, const std::string& name) {
  const std::vector<std::string> names = FieldNamesOf(descriptor);
  std::string closest = FindOneLevelDown(descriptor, name);
  if (closest.empty()) closest = ClosestName(name, names);
  if (!closest.empty()) return fmt::format("did you mean \"{}\"?", closest);
  if (names.empty()) return "there are no fields here; write {}";
  return fmt::format("fields here: {}", fmt::join(names, ", "));
}

/// `0` or digits without leading zeros, with a minus sign or none: one text per number, so that
/// two keys of a map are equal only if their texts are.
bool IsIntegerText(const std::string& text) {
  const size_t first = !text.empty() && text[0] == '-' ? 1 : 0;
  if (text.size() == first) return false;
  if (text[first] == '0') return text == "0";
  return text.find_first_not_of("0123456789", first) == std::string::npos;
}

bool IsDecimalText(const std::string& text) {
  return text.find_first_of("0123456789") != std::string::npos &&
         text.find_first_not_of("+-.0123456789eE") == std::string::npos;
}

std::string QuotedForError(const std::string& text) {
  constexpr size_t kShown = 60;
  return text.size() <= kShown ? fmt::format("\"{}\"", absl::CHexEscape(text))
                               : fmt::format("\"{}...\"", absl::CHexEscape(text.substr(0, kShown)));
}

bool IsDuration(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "google.protobuf.Duration";
}

bool IsTimestamp(const FieldDescriptor& field) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() == "google.protobuf.Timestamp";
}

/// Stores a scalar in a singular field, or appends it to a repeated one.
void Store(Message* message, const FieldDescriptor* field, const Scalar& scalar) {
  const Reflection* to = message->GetReflection();
  const bool add = field->is_repeated();
  struct Storer {
    Message* message;
    const FieldDescriptor* field;
    const Reflection* to;
    bool add;
    void operator()(int32_t v) const {
      add ? to->AddInt32(message, field, v) : to->SetInt32(message, field, v);
    }
    void operator()(int64_t v) const {
      add ? to->AddInt64(message, field, v) : to->SetInt64(message, field, v);
    }
    void operator()(uint32_t v) const {
      add ? to->AddUInt32(message, field, v) : to->SetUInt32(message, field, v);
    }
    void operator()(uint64_t v) const {
      add ? to->AddUInt64(message, field, v) : to->SetUInt64(message, field, v);
    }
    void operator()(float v) const {
      add ? to->AddFloat(message, field, v) : to->SetFloat(message, field, v);
    }
    void operator()(double v) const {
      add ? to->AddDouble(message, field, v) : to->SetDouble(message, field, v);
    }
    void operator()(bool v) const {
      add ? to->AddBool(message, field, v) : to->SetBool(message, field, v);
    }
    void operator()(const std::string& v) const {
      add ? to->AddString(message, field, v) : to->SetString(message, field, v);
    }
    void operator()(const EnumValueDescriptor* v) const {
      add ? to->AddEnum(message, field, v) : to->SetEnum(message, field, v);
    }
  };
  std::visit(Storer{message, field, to, add}, scalar);
}

/// Walks a tree and a message together.
class MessageReader {
 public:
  explicit MessageReader(YamlOrigin origin) : origin_(std::move(origin)) {}

  /// Reads a map (or nothing) into `message`; `path` is the message's path, empty for the root.
  absl::Status ReadMessage(const YamlNode& node, const std::string& path, Message* message);

  /// Reads `node` into an empty `field` of `message`. `key_mark` is where a missing value is told.
  absl::Status ReadField(const YamlNode& node, const std::string& path, YamlMark key_mark,
                         const FieldDescriptor* field, Message* message);

  /// Reads a value of the field's type and stores or appends it.
  absl::Status ReadElement(const YamlNode& node, const std::string& path,
                           const FieldDescriptor* field, Message* message);

  /// Reads one `key: value` of a map field and appends the entry.
  absl::Status ReadMapEntry(const YamlEntry& entry, const std::string& path,
                            const FieldDescriptor* field, Message* message);

  absl::Status Problem(YamlMark mark, std::string what, std::string hint) const {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {std::move(what), origin_.At(mark), std::move(hint)});
  }

 private:
  absl::Status ReadMap(const YamlNode& node, const std::string& path, const FieldDescriptor* field,
                       Message* message);
  absl::Status ReadDuration(const YamlNode& node, const std::string& path, Message* message);
  absl::Status ReadTimestamp(const YamlNode& node, const std::string& path, Message* message);
  absl::StatusOr<Scalar> ParseScalar(const YamlNode& node, const std::string& path,
                                     const FieldDescriptor& field) const;
  absl::StatusOr<Scalar> ParseInteger(const YamlNode& node, const std::string& path,
                                      const FieldDescriptor& field) const;
  absl::StatusOr<Scalar> ParseNumber(const YamlNode& node, const std::string& path,
                                     const FieldDescriptor& field) const;
  absl::StatusOr<Scalar> ParseBool(const YamlNode& node, const std::string& path) const;
  absl::StatusOr<Scalar> ParseEnum(const YamlNode& node, const std::string& path,
                                   const FieldDescriptor& field) const;

  const YamlOrigin origin_;
};

absl::Status MessageReader::ReadMessage(const YamlNode& node, const std::string& path,
                                        Message* message) {
  if (node.kind == YamlNode::Kind::kNull && path.empty()) return absl::OkStatus();
  const Descriptor& descriptor = *message->GetDescriptor();
  if (node.kind != YamlNode::Kind::kMap) {
    return Problem(node.mark,
                   path.empty() ? "the text is not a map" : fmt::format("{} is not a map", path),
                   "write `field: value` lines");
  }
  std::map<std::string, YamlMark> seen;
  std::map<const OneofDescriptor*, const YamlEntry*> chosen;
  for (const YamlEntry& entry : node.entries) {
    const std::string field_path = path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key);
    const FieldDescriptor* field = descriptor.FindFieldByName(entry.key);
    if (field == nullptr) {
      return Problem(entry.mark, fmt::format("unknown field {}", field_path),
                     UnknownFieldHint(descriptor, entry.key));
    }
    const auto [first, is_new] = seen.try_emplace(entry.key, entry.mark);
    if (!is_new) {
      return Problem(entry.mark, fmt::format("{} is given twice", field_path),
                     fmt::format("first at {}; keep one", origin_.At(first->second)));
    }
    if (const OneofDescriptor* oneof = field->real_containing_oneof(); oneof != nullptr) {
      const auto [other, is_first] = chosen.try_emplace(oneof, &entry);
      if (!is_first) {
        return Problem(entry.mark,
                       fmt::format("{} and {} exclude each other", other->second->key, entry.key),
                       fmt::format("{} is at {}; keep one", other->second->key,
                                   origin_.At(other->second->mark)));
      }
    }
    PECG_RETURN_IF_ERROR(ReadField(entry.value, field_path, entry.mark, field, message));
  }
  return absl::OkStatus();
}

absl::Status MessageReader::ReadField(const YamlNode& node, const std::string& path,
                                      YamlMark key_mark, const FieldDescriptor* field,
                                      Message* message) {
  if (node.kind == YamlNode::Kind::kNull) {
    return Problem(key_mark, fmt::format("{} has no value", path),
                   field->message_type() != nullptr && !field->is_repeated()
                       ? "write {} for its defaults, or remove the line"
                       : "give a value, or remove the line");
  }
  if (field->is_map()) return ReadMap(node, path, field, message);
  if (!field->is_repeated()) return ReadElement(node, path, field, message);
  if (node.kind != YamlNode::Kind::kSequence) {
    return Problem(node.mark, fmt::format("{} is not a list", path),
                   "write it in brackets: [a, b]");
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    PECG_RETURN_IF_ERROR(
        ReadElement(node.items[i], fmt::format("{}[{}]", path, i), field, message));
  }
  return absl::OkStatus();
}

absl::Status MessageReader::ReadMap(const YamlNode& node, const std::string& path,
                                    const FieldDescriptor* field, Message* message) {
  if (node.kind != YamlNode::Kind::kMap) {
    return Problem(node.mark, fmt::format("{} is not a map", path), "write `name: value` lines");
  }
  std::map<std::string, YamlMark> seen;
  for (const YamlEntry& entry : node.entries) {
    const auto [first, is_new] = seen.try_emplace(entry.key, entry.mark);
    if (!is_new) {
      return Problem(entry.mark, fmt::format("{}.{} is given twice", path, entry.key),
                     fmt::format("first at {}; keep one", origin_.At(first->second)));
    }
    PECG_RETURN_IF_ERROR(
        ReadMapEntry(entry, fmt::format("{}.{}", path, entry.key), field, message));
  }
  return absl::OkStatus();
}

absl::Status MessageReader::ReadMapEntry(const YamlEntry& entry, const std::string& path,
                                         const FieldDescriptor* field, Message* message) {
  // YAML ends a key at 1024 characters, and each byte may be written as four.
  constexpr size_t kMaxKeySize = 200;
  if (entry.key.size() > kMaxKeySize) {
    return Problem(entry.mark, fmt::format("a key has {} bytes", entry.key.size()),
                   fmt::format("at most {}", kMaxKeySize));
  }
  const Descriptor* type = field->message_type();
  YamlNode key;
  key.kind = YamlNode::Kind::kScalar;
  key.mark = entry.mark;
  key.text = entry.key;
  Message* item = message->GetReflection()->AddMessage(message, field);
  PECG_RETURN_IF_ERROR(ReadElement(key, path, type->FindFieldByNumber(1), item));
  return ReadField(entry.value, path, entry.mark, type->FindFieldByNumber(2), item);
}

absl::Status MessageReader::ReadElement(const YamlNode& node, const std::string& path,
                                        const FieldDescriptor* field, Message* message) {
  if (field->message_type() == nullptr) {
    PECG_ASSIGN_OR_RETURN(const Scalar scalar, ParseScalar(node, path, *field));
    Store(message, field, scalar);
    return absl::OkStatus();
  }
  const Reflection* reflection = message->GetReflection();
  Message* child = field->is_repeated() ? reflection->AddMessage(message, field)
                                        : reflection->MutableMessage(message, field);
  if (IsDuration(*field)) return ReadDuration(node, path, child);
  if (IsTimestamp(*field)) return ReadTimestamp(node, path, child);
  return ReadMessage(node, path, child);
}

absl::Status MessageReader::ReadDuration(const YamlNode& node, const std::string& path,
                                         Message* message) {
  constexpr int64_t kMaxSeconds = 315'576'000'000;  // google/protobuf/duration.proto
  absl::Duration duration;
  if (node.kind != YamlNode::Kind::kScalar || !absl::ParseDuration(node.text, &duration)) {
    return Problem(node.mark,
                   fmt::format("{} is not a duration: {}", path, QuotedForError(node.text)),
                   "write a number with its unit: 90s, 15m, 2h, 1h30m");
  }
  if (duration > absl::Seconds(kMaxSeconds) || duration < absl::Seconds(-kMaxSeconds)) {
    return Problem(node.mark, fmt::format("{} is out of range: {}", path, node.text),
                   "at most 10000 years");
  }
  const int64_t seconds = absl::ToInt64Seconds(duration);
  const int64_t nanos = absl::ToInt64Nanoseconds(duration - absl::Seconds(seconds));
  SetSecondsAndNanos(seconds, static_cast<int32_t>(nanos), message);
  return absl::OkStatus();
}

absl::Status MessageReader::ReadTimestamp(const YamlNode& node, const std::string& path,
                                          Message* message) {
  absl::Time time;
  std::string error;
  if (node.kind != YamlNode::Kind::kScalar ||
      !absl::ParseTime(absl::RFC3339_full, node.text, &time, &error)) {
    return Problem(node.mark, fmt::format("{} is not a time: {}", path, QuotedForError(node.text)),
                   "write it as in 2026-11-22T18:00:00Z");
  }
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int64_t nanos = absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds));
  SetSecondsAndNanos(seconds, static_cast<int32_t>(nanos), message);
  return absl::OkStatus();
}

absl::StatusOr<Scalar> MessageReader::ParseScalar(const YamlNode& node, const std::string& path,
                                                  const FieldDescriptor& field) const {
  if (node.kind != YamlNode::Kind::kScalar) {
    return Problem(node.mark,
                   fmt::format("{} is one {}, not a {}", path, TypeWord(field),
                               node.kind == YamlNode::Kind::kMap        ? "map"
                               : node.kind == YamlNode::Kind::kSequence ? "list"
                                                                        : "missing value"),
                   "write one value");
  }
  switch (field.type()) {
    case FieldDescriptor::TYPE_STRING:
      return Scalar(node.text);
    case FieldDescriptor::TYPE_BYTES: {
      std::string bytes;
      if (!absl::Base64Unescape(node.text, &bytes)) {
        return Problem(node.mark, fmt::format("{} is not base64", path), "");
      }
      return Scalar(std::move(bytes));
    }
    case FieldDescriptor::TYPE_ENUM:
      return ParseEnum(node, path, field);
    case FieldDescriptor::TYPE_BOOL:
      return ParseBool(node, path);
    case FieldDescriptor::TYPE_FLOAT:
    case FieldDescriptor::TYPE_DOUBLE:
      return ParseNumber(node, path, field);
    default:
      return ParseInteger(node, path, field);
  }
}

absl::StatusOr<Scalar> MessageReader::ParseInteger(const YamlNode& node, const std::string& path,
                                                   const FieldDescriptor& field) const {
  if (node.quoted || !IsIntegerText(node.text)) {
    return Problem(node.mark,
                   fmt::format("{} is not a whole number: {}", path, QuotedForError(node.text)),
                   "write decimal digits alone, without quotation marks");
  }
  std::optional<Scalar> scalar;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      if (int32_t v = 0; absl::SimpleAtoi(node.text, &v)) scalar = v;
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      if (int64_t v = 0; absl::SimpleAtoi(node.text, &v)) scalar = v;
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      if (uint32_t v = 0; absl::SimpleAtoi(node.text, &v)) scalar = v;
      break;
    default:
      if (uint64_t v = 0; absl::SimpleAtoi(node.text, &v)) scalar = v;
      break;
  }
  if (scalar.has_value()) return *std::move(scalar);
  return Problem(node.mark, fmt::format("{} is out of range: {}", path, node.text),
                 fmt::format("the field is {}", IntegerRange(field)));
}

absl::StatusOr<Scalar> MessageReader::ParseNumber(const YamlNode& node, const std::string& path,
                                                  const FieldDescriptor& field) const {
  double value = 0;
  const std::string text =
      node.text.size() > 1 && node.text[0] == '+' ? node.text.substr(1) : node.text;
  const char* const end = text.data() + text.size();
  const auto parsed = absl::from_chars(text.data(), end, value);
  if (node.quoted || !IsDecimalText(text) || parsed.ptr != end ||
      parsed.ec == std::errc::invalid_argument) {
    return Problem(node.mark,
                   fmt::format("{} is not a number: {}", path, QuotedForError(node.text)),
                   "write a finite decimal number, without quotation marks: 0.003, 1e-3");
  }
  const bool is_float = field.type() == FieldDescriptor::TYPE_FLOAT;
  const double limit = is_float ? static_cast<double>(std::numeric_limits<float>::max())
                                : std::numeric_limits<double>::max();
  if (parsed.ec != std::errc() || !(std::abs(value) <= limit)) {
    return Problem(node.mark, fmt::format("{} is out of range: {}", path, node.text),
                   fmt::format("magnitudes up to {} fit", limit));
  }
  if (is_float) return Scalar(static_cast<float>(value));
  return Scalar(value);
}

absl::StatusOr<Scalar> MessageReader::ParseBool(const YamlNode& node,
                                                const std::string& path) const {
  if (!node.quoted && node.text == "true") return Scalar(true);
  if (!node.quoted && node.text == "false") return Scalar(false);
  return Problem(node.mark,
                 fmt::format("{} is neither true nor false: {}", path, QuotedForError(node.text)),
                 "write true or false");
}

absl::StatusOr<Scalar> MessageReader::ParseEnum(const YamlNode& node, const std::string& path,
                                                const FieldDescriptor& field) const {
  std::vector<std::string> names;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const EnumValueDescriptor* value = field.enum_type()->value(i);
    std::string word = EnumWord(*value);
    if (word == node.text) return Scalar(value);
    if (value->number() != 0) names.push_back(std::move(word));
  }
  const std::string closest = ClosestName(node.text, names);
  const std::string all = fmt::format("one of: {}", fmt::join(names, ", "));
  return Problem(node.mark,
                 fmt::format("{} has an unknown value: {}", path, QuotedForError(node.text)),
                 closest.empty() ? all : fmt::format("did you mean \"{}\"? {}", closest, all));
}

/// Walks a dotted path down to the field it names and reads a value there.
class FieldSetter {
 public:
  explicit FieldSetter(std::string_view path)
      : path_(path), reader_({fmt::format("--set {}", path), /*has_lines=*/false}) {}

  absl::Status Set(Message* message, std::string_view value) {
    const size_t dot = path_.find('.', begin_);
    const std::string name = path_.substr(begin_, dot - begin_);
    const std::string path = path_.substr(0, dot);
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) {
      return reader_.Problem({}, fmt::format("unknown field {}", path),
                             UnknownFieldHint(*message->GetDescriptor(), name));
    }
    PECG_RETURN_IF_ERROR(CheckOneof(*message, *field));
    if (dot == std::string::npos) return SetWhole(message, field, value);
    begin_ = dot + 1;
    if (field->is_map()) return SetMapEntry(message, field, value);
    const bool has_fields = field->message_type() != nullptr && !field->is_repeated() &&
                            !IsDuration(*field) && !IsTimestamp(*field);
    if (!has_fields) {
      return reader_.Problem({}, fmt::format("{} has no fields of its own", path),
                             fmt::format("set it as a whole: {}={}", path, Example(*field)));
    }
    return Set(message->GetReflection()->MutableMessage(message, field), value);
  }

 private:
  static std::string Example(const FieldDescriptor& field) {
    if (field.is_repeated()) {
      return field.message_type() != nullptr ? "[{...}, {...}]" : "[a, b]";
    }
    return IsDuration(field) ? "90s" : IsTimestamp(field) ? "2026-11-22T18:00:00Z" : "value";
  }

  absl::Status CheckOneof(const Message& message, const FieldDescriptor& field) const {
    const OneofDescriptor* oneof = field.real_containing_oneof();
    if (oneof == nullptr) return absl::OkStatus();
    const FieldDescriptor* set = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
    if (set == nullptr || set == &field) return absl::OkStatus();
    return reader_.Problem({},
                           fmt::format("{} and {} exclude each other", std::string(set->name()),
                                       std::string(field.name())),
                           fmt::format("{} is already set", std::string(set->name())));
  }

  absl::Status SetWhole(Message* message, const FieldDescriptor* field, std::string_view value) {
    message->GetReflection()->ClearField(message, field);
    PECG_ASSIGN_OR_RETURN(const YamlNode node, ParseValue(*field, field->is_repeated(), value));
    return reader_.ReadField(node, path_, {}, field, message);
  }

  /// The rest of the path is the key: it may hold dots.
  absl::Status SetMapEntry(Message* message, const FieldDescriptor* field, std::string_view value) {
    const std::string key = path_.substr(begin_);
    const FieldDescriptor* value_field = field->message_type()->FindFieldByNumber(2);
    PECG_ASSIGN_OR_RETURN(YamlNode node, ParseValue(*value_field, /*is_list=*/false, value));
    // Of two entries with one key the later counts when the map is read, so that appending is
    // replacing.
    return reader_.ReadMapEntry({key, {}, std::move(node)}, path_, field, message);
  }

  absl::StatusOr<YamlNode> ParseValue(const FieldDescriptor& field, bool is_list,
                                      std::string_view value) const {
    if (field.type() != FieldDescriptor::TYPE_STRING || is_list) {
      return ParseYaml(value, {fmt::format("--set {}", path_), /*has_lines=*/false});
    }
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.text = std::string(value);
    return node;
  }

  const std::string path_;
  size_t begin_ = 0;  // Of the part of path_ that comes next.
  MessageReader reader_;
};

}  // namespace

absl::Status YamlToMessage(std::string_view text, std::string_view name, Message* message) {
  const YamlOrigin origin{std::string(name), /*has_lines=*/true};
  PECG_ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, origin));
  const std::unique_ptr<Message> result(message->New());
  PECG_RETURN_IF_ERROR(MessageReader(origin).ReadMessage(root, "", result.get()));
  message->GetReflection()->Swap(message, result.get());
  return absl::OkStatus();
}

absl::Status ReadYamlFile(const std::string& path, Message* message) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return ErrnoStatus(errno, fmt::format("cannot read {}", path));
  // One byte more than allowed is enough to be refused.
  std::string text(kMaxYamlByteCount + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return ErrnoStatus(errno, fmt::format("cannot read {}", path));
  text.resize(static_cast<size_t>(file.gcount()));
  return YamlToMessage(text, path, message);
}

absl::Status SetField(Message* message, std::string_view path, std::string_view value) {
  const YamlOrigin origin{"--set", /*has_lines=*/false};
  PECG_RETURN_IF_ERROR(CheckYamlText(path, origin));
  PECG_RETURN_IF_ERROR(CheckYamlText(value, origin));
  const std::unique_ptr<Message> result(message->New());
  result->CopyFrom(*message);
  PECG_RETURN_IF_ERROR(FieldSetter(path).Set(result.get(), value));
  message->GetReflection()->Swap(message, result.get());
  return absl::OkStatus();
}

absl::Status ApplyOverride(Message* message, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {fmt::format("not an assignment: {}", assignment), "--set",
                          "write --set field=value, for example --set train.lr=1e-3"});
  }
  return SetField(message, assignment.substr(0, equals), assignment.substr(equals + 1));
}

}  // namespace pecg
