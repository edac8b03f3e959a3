#include "worker/dataset/embedded_file.h"

#include <array>
#include <utility>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr auto kFiles = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "dataset_files.inc"
});

}  // namespace

std::string_view EmbeddedFile(std::string_view stem) {
  for (const auto& [name, text] : kFiles) {
    if (name == stem) return text;
  }
  throw Error(Error::Kind::kNotFound, "no file of this name is built in", std::string(stem));
}

std::string EmbeddedFileWithCrlfRows(std::string_view stem) {
  std::string text;
  bool in_quotes = false;
  for (const char letter : EmbeddedFile(stem)) {
    if (letter == '"') in_quotes = !in_quotes;
    if (letter == '\n' && !in_quotes) text += '\r';
    text += letter;
  }
  return text;
}

}  // namespace pecg
