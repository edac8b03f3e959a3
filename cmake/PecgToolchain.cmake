include_guard()

# Uses ccache and mold where they are, and on macOS Homebrew's keg-only packages instead of the
# system's: Apple's SQLite does not flush the drive (docs/guarantees.md).
find_program(PECG_CCACHE ccache)
if(PECG_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${PECG_CCACHE}")
endif()

if(APPLE)
  find_program(PECG_BREW brew)
  if(PECG_BREW)
    foreach(package openssl@3 sqlite)
      execute_process(COMMAND "${PECG_BREW}" --prefix ${package}
                      OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE)
      list(PREPEND CMAKE_PREFIX_PATH "${prefix}")
    endforeach()
  endif()
else()
  find_program(PECG_MOLD mold)
  if(PECG_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
