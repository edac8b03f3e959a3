#include "worker/file/npy.h"

#include <fmt/format.h>

#include <bit>
#include <string>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"

namespace pecg {

static_assert(std::endian::native == std::endian::little, "floats are written as they lie");

void WriteNpy(const std::filesystem::path& path, std::span<const float> values, std::int64_t rows,
              std::int64_t columns) {
  const auto count = static_cast<std::int64_t>(values.size());
  const bool fits = rows >= 0 && columns >= 0 &&
                    (columns == 0 ? count == 0 : count % columns == 0 && count / columns == rows);
  if (!fits) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} values are no [{}, {}] array", count, rows, columns),
                path.string());
  }
  constexpr std::size_t kPreludeBytes = 10;  // Magic, version, length of the header.
  constexpr std::size_t kAlignment = 64;
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  const std::size_t unpadded = kPreludeBytes + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string prelude = "\x93NUMPY";
  prelude += '\x01';
  prelude += '\x00';
  prelude += static_cast<char>(header.size() & 0xFFU);
  prelude += static_cast<char>(header.size() >> 8U);

  AtomicFile file(path);
  file.Write(prelude);
  file.Write(header);
  file.Write(std::as_bytes(values));
  file.Commit();
}

}  // namespace pecg
