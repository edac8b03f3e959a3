// Text either is refused with an INVALID_ARGUMENT, or gives a message that is written and read back
// as it was. The first line and the rest are also an override, `path` and `value`.
#include <google/protobuf/util/message_differencer.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/yaml.h"
#include "pecg/v1/run_spec.pb.h"
#include "pecg/v1/worker.pb.h"

namespace {

void CheckRefusal(const absl::Status& status) {
  if (!status.ok() && !absl::IsInvalidArgument(status)) std::abort();
}

template <typename Message>
void Check(std::string_view text) {
  Message message;
  const absl::Status read = pecg::YamlToMessage(text, "fuzz.yaml", &message);
  CheckRefusal(read);
  const size_t end = text.find('\n');
  if (end != std::string_view::npos) {
    CheckRefusal(pecg::SetField(&message, text.substr(0, end), text.substr(end + 1)));
  }
  Message back;
  if (!pecg::YamlToMessage(pecg::MessageToYaml(message), "back.yaml", &back).ok()) std::abort();
  if (!google::protobuf::util::MessageDifferencer::Equals(message, back)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check<pecg::v1::RunSpec>(text);
  Check<pecg::v1::WorkerConfig>(text);
  return 0;
}
