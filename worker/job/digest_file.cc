#include "worker/job/digest_file.h"

#include <fstream>
#include <string_view>
#include <vector>

#include "base/digest/sha256.h"
#include "worker/ecg/error.h"

namespace pecg {

FileDigest DigestFile(const std::filesystem::path& path) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 16;
  std::ifstream input(path, std::ios::binary);
  if (!input) throw Error(Error::Kind::kNotFound, "the file cannot be opened", path.string());
  Sha256 digest;
  FileDigest result;
  std::vector<char> piece(kPieceBytes);
  while (input) {
    input.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.Update(std::string_view(piece.data(), static_cast<std::size_t>(input.gcount())));
    result.size_bytes += input.gcount();
  }
  if (input.bad()) throw Error(Error::Kind::kIo, "the file cannot be read", path.string());
  result.sha256 = digest.FinishHex();
  return result;
}

}  // namespace pecg
