#ifndef PECG_BASE_VERSION_H_
#define PECG_BASE_VERSION_H_

#include <string_view>

/// What this program was built from. The texts live for ever.

namespace pecg {

/// Returns the release, `0.1.0`.
std::string_view ReleaseVersion();

/// Returns the full git hash of the source, with `-dirty` when tracked files differed from it;
/// `unknown` when the source was no git checkout. Taken at every build, not at configure time.
std::string_view CodeVersion();

/// Returns the libraries the build was configured with: `abseil 20220623; grpc 1.51.1; ...`,
/// sorted by name.
std::string_view LibraryVersions();

}  // namespace pecg

#endif  // PECG_BASE_VERSION_H_
