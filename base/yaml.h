#ifndef PECG_BASE_YAML_H_
#define PECG_BASE_YAML_H_

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <string>
#include <string_view>

/// YAML in and out of any protobuf message. The message's fields are the schema:
/// - keys are field names as in the .proto; each may stand once, and one member of a oneof at most;
/// - a message without fields or with defaults only is `{}`: `audit: {}`;
/// - enum values are their names without the enum's prefix, in lower case: `cross_validation`;
/// - google.protobuf.Duration is a number with a unit, `90s`, `1h30m`; Timestamp is RFC 3339;
/// - strings may stand without quotation marks whatever they look like; bytes are base64;
/// - numbers are decimal, in the field's range, finite, and not in quotation marks.
/// Anchors, aliases, tags and a second document are refused, as are more than 1 MiB of text, more
/// than 32 levels and keys of maps longer than 200 bytes.
///
/// Errors are INVALID_ARGUMENT made by DetailedError (base/error_detail.h): `where` is
/// `name:line:column`, both from 1, and `hint` says what would be right.

namespace pecg {

constexpr size_t kMaxYamlByteCount = size_t{1} << 20;

/// Reads `text` into `message`, replacing what it held; on an error it is unchanged. `name` says
/// where the text comes from: a file's name, for the errors. Empty text is an empty message.
absl::Status YamlToMessage(std::string_view text, std::string_view name,
                           google::protobuf::Message* message);

/// Reads the file at `path`. Errors also: NOT_FOUND and the like when it cannot be read.
absl::Status ReadYamlFile(const std::string& path, google::protobuf::Message* message);

/// Sets one field, as `--set train.lr=1e-3` does: `path` is field names (and map keys) joined by
/// `.`, `value` is YAML, or the text itself for a string field. Replaces what was there; lists are
/// replaced as a whole: `[chd, kawasaki]`. Refuses a member of a oneof while another one is set.
/// `where` of the errors is `--set path`.
absl::Status SetField(google::protobuf::Message* message, std::string_view path,
                      std::string_view value);

/// Splits `path=value` and calls SetField.
absl::Status ApplyOverride(google::protobuf::Message* message, std::string_view assignment);

/// Writes the fields that are set, by field number, so that YamlToMessage reads the same message
/// again (if its numbers are finite). Ends with a newline; an empty message is `{}`.
std::string MessageToYaml(const google::protobuf::Message& message);

}  // namespace pecg

#endif  // PECG_BASE_YAML_H_
