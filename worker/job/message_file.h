#ifndef PECG_WORKER_JOB_MESSAGE_FILE_H_
#define PECG_WORKER_JOB_MESSAGE_FILE_H_

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "worker/ecg/error.h"

namespace pecg {

/// Reads a file that is one message. Throws `Error::kNotFound` when it is not there and
/// `Error::kCorruptData` when it is something else.
template <typename Message>
Message ReadMessageFile(const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) throw Error(Error::Kind::kNotFound, "the file cannot be opened", file.string());
  Message message;
  if (!message.ParseFromIstream(&input)) {
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the file is no {}", Message::descriptor()->full_name()),
                file.string());
  }
  return message;
}

}  // namespace pecg

#endif  // PECG_WORKER_JOB_MESSAGE_FILE_H_
