#ifndef PECG_CLIENT_CLI_MESSAGE_JSON_H_
#define PECG_CLIENT_CLI_MESSAGE_JSON_H_

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>

namespace pecg {

/// Returns a message as JSON for programs: field names as in the .proto, in its order; every field
/// stands there, whether set or not, except unset members of a oneof. Integers are numbers, enums
/// lower-case words (`running`; null when unspecified), times RFC 3339 in UTC, durations seconds,
/// bytes base64, unset messages and optional fields null, numbers that are not finite the texts
/// `NaN`, `Infinity` and `-Infinity`. This is not protobuf's own JSON mapping, which writes 64-bit
/// integers as texts and leaves defaults out.
nlohmann::ordered_json MessageToJson(const google::protobuf::Message& message);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_MESSAGE_JSON_H_
