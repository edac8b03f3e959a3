# cmake -D IN=file.binpb -D OUT=file.cc -P embed_descriptor.cmake
# Writes the bytes of IN as a C++ array, so that `pecg explain` needs no file at run time.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUT}" "// Generated from the protos.
#include \"client/cli/field_reference.h\"

namespace pecg {
namespace {
constexpr unsigned char kBytes[] = {${bytes}};
}  // namespace

std::string_view DescriptorSetBytes() {
  return {reinterpret_cast<const char*>(kBytes), sizeof(kBytes)};
}

}  // namespace pecg
")
