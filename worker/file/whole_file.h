#ifndef PECG_WORKER_FILE_WHOLE_FILE_H_
#define PECG_WORKER_FILE_WHOLE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// Reads a regular file whole into `bytes`, reusing its memory: reading, unlike mapping, cannot
/// crash when another process shortens the file. Throws kNotFound, kIo; kBadInput for what is no
/// regular file, kUnsupported for one of more than `byte_limit` bytes.
void ReadWholeFile(const std::filesystem::path& path, std::int64_t byte_limit,
                   std::vector<std::byte>* bytes);

/// Reads a text file whole. Throws as ReadWholeFile.
std::string ReadTextFile(const std::filesystem::path& path, std::int64_t byte_limit);

/// Resolves `relative` below `root`, which must be canonical, and follows its symbolic links.
/// Throws kBadInput where the path is absolute, has a `..`, or leads out of the root by a link;
/// kNotFound where there is no such file.
std::filesystem::path ResolveBelow(const std::filesystem::path& root,
                                   const std::filesystem::path& relative);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WHOLE_FILE_H_
