#include "client/cli/message_json.h"

#include <absl/strings/escaping.h>
#include <absl/time/time.h>
#include <google/protobuf/descriptor.h>

#include <cmath>
#include <string>

#include "base/yaml_words.h"

namespace pecg {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Json = nlohmann::ordered_json;

Json NumberJson(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

Json EnumJson(const EnumValueDescriptor& value) {
  if (value.number() == 0) return nullptr;
  return EnumWord(value);
}

Json TextJson(const FieldDescriptor& field, const std::string& text) {
  return field.type() == FieldDescriptor::TYPE_BYTES ? absl::Base64Escape(text) : text;
}

Json SubmessageJson(const Message& message) {
  const std::string type(message.GetDescriptor()->full_name());
  const bool is_time = type == "google.protobuf.Timestamp";
  if (!is_time && type != "google.protobuf.Duration") return MessageToJson(message);
  const Reflection* from = message.GetReflection();
  const absl::Duration value =
      absl::Seconds(from->GetInt64(message, message.GetDescriptor()->FindFieldByNumber(1))) +
      absl::Nanoseconds(from->GetInt32(message, message.GetDescriptor()->FindFieldByNumber(2)));
  if (!is_time) return absl::ToDoubleSeconds(value);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", absl::UnixEpoch() + value, absl::UTCTimeZone());
}

Json SingularJson(const Message& message, const FieldDescriptor* field) {
  const Reflection* from = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return from->GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return from->GetInt64(message, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return from->GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return from->GetUInt64(message, field);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return NumberJson(static_cast<double>(from->GetFloat(message, field)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return NumberJson(from->GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return from->GetBool(message, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumJson(*from->GetEnum(message, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return TextJson(*field, from->GetString(message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return SubmessageJson(from->GetMessage(message, field));
}

Json ElementJson(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* from = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return from->GetRepeatedInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return from->GetRepeatedInt64(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return from->GetRepeatedUInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return from->GetRepeatedUInt64(message, field, index);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return NumberJson(static_cast<double>(from->GetRepeatedFloat(message, field, index)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return NumberJson(from->GetRepeatedDouble(message, field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return from->GetRepeatedBool(message, field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumJson(*from->GetRepeatedEnum(message, field, index));
    case FieldDescriptor::CPPTYPE_STRING:
      return TextJson(*field, from->GetRepeatedString(message, field, index));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return SubmessageJson(from->GetRepeatedMessage(message, field, index));
}

Json RepeatedJson(const Message& message, const FieldDescriptor* field) {
  Json list = Json::array();
  const int count = message.GetReflection()->FieldSize(message, field);
  for (int i = 0; i < count; ++i) list.push_back(ElementJson(message, field, i));
  return list;
}

Json MapJson(const Message& message, const FieldDescriptor* field) {
  const FieldDescriptor* key = field->message_type()->FindFieldByNumber(1);
  const FieldDescriptor* value = field->message_type()->FindFieldByNumber(2);
  const Reflection* from = message.GetReflection();
  nlohmann::json sorted = nlohmann::json::object();
  for (int i = 0; i < from->FieldSize(message, field); ++i) {
    const Message& entry = from->GetRepeatedMessage(message, field, i);
    const Json name = SingularJson(entry, key);
    sorted[name.is_string() ? name.get<std::string>() : name.dump()] = SingularJson(entry, value);
  }
  return sorted;
}

}  // namespace

Json MessageToJson(const Message& message) {
  const Reflection* from = message.GetReflection();
  const auto* descriptor = message.GetDescriptor();
  Json object = Json::object();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    const std::string name(field->name());
    if (field->is_map()) {
      object[name] = MapJson(message, field);
    } else if (field->is_repeated()) {
      object[name] = RepeatedJson(message, field);
    } else if (!field->has_presence() || from->HasField(message, field)) {
      object[name] = SingularJson(message, field);
    } else if (field->real_containing_oneof() == nullptr) {
      object[name] = nullptr;
    }
  }
  return object;
}

}  // namespace pecg
