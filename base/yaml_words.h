#ifndef PECG_BASE_YAML_WORDS_H_
#define PECG_BASE_YAML_WORDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

/// What fields and enum values are called in YAML, in tables and in errors.

namespace pecg {

/// Returns the enum value's name without the enum's prefix, in lower case:
/// `cross_validation` for SCHEME_CROSS_VALIDATION. The prefix is that of the value 0, which ends in
/// `UNSPECIFIED`.
std::string EnumWord(const google::protobuf::EnumValueDescriptor& value);

/// Returns what a value of the field is: `whole number`, `number`, `text`, `true or false`, ...
std::string TypeWord(const google::protobuf::FieldDescriptor& field);

/// Returns the range of an integer field: `-2147483648 to 2147483647`.
std::string IntegerRange(const google::protobuf::FieldDescriptor& field);

/// Fills a google.protobuf.Duration or Timestamp of any descriptor pool.
void SetSecondsAndNanos(int64_t seconds, int32_t nanos, google::protobuf::Message* message);

}  // namespace pecg

#endif  // PECG_BASE_YAML_WORDS_H_
