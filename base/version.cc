#include "base/version.h"

namespace pecg {
namespace {

// kRelease, kCode and kLibraries; written by write_version.cmake at every build.
#include "version.inc"

}  // namespace

std::string_view ReleaseVersion() { return kRelease; }
std::string_view CodeVersion() { return kCode; }
std::string_view LibraryVersions() { return kLibraries; }

}  // namespace pecg
