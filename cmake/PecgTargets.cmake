include_guard()

# Flags every own target is built with; third-party and generated code is not.
add_library(pecg_flags INTERFACE)
target_compile_features(pecg_flags INTERFACE cxx_std_20)
target_compile_options(pecg_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wthread-safety>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False in std::string at -O2 and above: GCC bug 105651.
  target_compile_options(pecg_flags INTERFACE -Wno-restrict)
endif()
if(PECG_SANITIZE)
  target_compile_options(pecg_flags INTERFACE -fsanitize=${PECG_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(pecg_flags INTERFACE -fsanitize=${PECG_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False in <regex> and <optional> once the sanitizers have rewritten the code.
    target_compile_options(pecg_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

# pecg_library(NAME room SOURCES ... DEPS ... PRIVATE_DEPS ...): one library per room, alias
# pecg::room. Sources are relative to the room's folder.
function(pecg_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(pecg_${ARG_NAME} STATIC ${ARG_SOURCES})
  add_library(pecg::${ARG_NAME} ALIAS pecg_${ARG_NAME})
  target_include_directories(pecg_${ARG_NAME} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(pecg_${ARG_NAME} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} pecg_flags)
endfunction()

# pecg_program(NAME pecg-x SOURCES main.cc DEPS ...): a thin program over a room's library, in bin/.
function(pecg_program)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} pecg_flags)
  set_target_properties(${ARG_NAME} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()
