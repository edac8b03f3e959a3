#include "worker/dataset/dataset_reader.h"

#include <fmt/format.h>

#include <array>

#include "worker/dataset/folder.h"
#include "worker/dataset/ptb_xl.h"
#include "worker/dataset/zzu_pecg.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

struct RegisteredReader {
  std::string_view kind;
  std::unique_ptr<DatasetReader> (*make)();
};

constexpr auto kReaders = std::to_array<RegisteredReader>({
    {"zzu_pecg", &MakeZzuPecgReader},
    {"ptb_xl", &MakePtbXlReader},
    {"folder", &MakeFolderReader},
});

}  // namespace

std::unique_ptr<DatasetReader> MakeDatasetReader(std::string_view kind) {
  for (const RegisteredReader& reader : kReaders) {
    if (reader.kind == kind) return reader.make();
  }
  throw Error(Error::Kind::kBadInput, fmt::format("no such kind of dataset: {}", kind), "kind",
              fmt::format("there are: {}", fmt::join(DatasetKinds(), ", ")));
}

std::vector<std::string_view> DatasetKinds() {
  std::vector<std::string_view> kinds;
  kinds.reserve(kReaders.size());
  for (const RegisteredReader& reader : kReaders) kinds.push_back(reader.kind);
  return kinds;
}

}  // namespace pecg
