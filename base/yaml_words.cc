#include "base/yaml_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <string_view>

namespace pecg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

template <typename T>
std::string RangeOf() {
  return fmt::format("{} to {}", std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
}

}  // namespace

std::string EnumWord(const EnumValueDescriptor& value) {
  constexpr std::string_view kZero = "UNSPECIFIED";
  std::string word(value.name());
  const EnumValueDescriptor* zero = value.type()->FindValueByNumber(0);
  const std::string zero_name = zero == nullptr ? "" : std::string(zero->name());
  if (zero_name.size() > kZero.size() &&
      zero_name.compare(zero_name.size() - kZero.size(), kZero.size(), kZero) == 0) {
    const size_t prefix_size = zero_name.size() - kZero.size();
    if (word.compare(0, prefix_size, zero_name, 0, prefix_size) == 0) word.erase(0, prefix_size);
  }
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

std::string TypeWord(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return "whole number";
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "number";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "name";
    case FieldDescriptor::CPPTYPE_STRING:
      return "text";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  const std::string type(field.message_type()->full_name());
  if (type == "google.protobuf.Duration") return "duration";
  if (type == "google.protobuf.Timestamp") return "time";
  return "map";
}

std::string IntegerRange(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return RangeOf<int32_t>();
    case FieldDescriptor::CPPTYPE_UINT32:
      return RangeOf<uint32_t>();
    case FieldDescriptor::CPPTYPE_UINT64:
      return RangeOf<uint64_t>();
    default:
      return RangeOf<int64_t>();
  }
}

void SetSecondsAndNanos(int64_t seconds, int32_t nanos, google::protobuf::Message* message) {
  const Descriptor* type = message->GetDescriptor();
  const google::protobuf::Reflection* reflection = message->GetReflection();
  reflection->SetInt64(message, type->FindFieldByNumber(1), seconds);
  reflection->SetInt32(message, type->FindFieldByNumber(2), nanos);
}

}  // namespace pecg
