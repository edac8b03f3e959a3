#include "worker/ecg/error.h"

#include <utility>

namespace pecg {
namespace {

std::string OneLine(const std::string& what, const std::string& where, const std::string& hint) {
  std::string line = where.empty() ? what : where + ": " + what;
  if (!hint.empty()) line += " (" + hint + ")";
  return line;
}

}  // namespace

Error::Error(Kind kind, const std::string& what, std::string where, std::string hint)
    : std::runtime_error(OneLine(what, where, hint)),
      kind_(kind),
      message_(what),
      where_(std::move(where)),
      hint_(std::move(hint)) {}

const char* NameOf(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::kBadInput:
      return "bad_input";
    case Error::Kind::kNotFound:
      return "not_found";
    case Error::Kind::kCorruptData:
      return "corrupt_data";
    case Error::Kind::kUnsupported:
      return "unsupported";
    case Error::Kind::kDuplicate:
      return "duplicate";
    case Error::Kind::kDiskFull:
      return "disk_full";
    case Error::Kind::kIo:
      return "io";
    case Error::Kind::kOutOfMemory:
      return "out_of_memory";
    case Error::Kind::kDiverged:
      return "diverged";
    case Error::Kind::kDevice:
      return "device_error";
  }
  return "internal";
}

}  // namespace pecg
