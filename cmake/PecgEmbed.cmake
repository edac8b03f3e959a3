include_guard()

# pecg_embed_files(target OUTPUT name.inc FILES ...): writes the files into one .inc file of rows
# {"stem", R"embed(...)embed"}, in the order given, so that a program needs no path at run time.
# Text files only; string literals are limited to 64 KiB by some compilers.
function(pecg_embed_files target)
  cmake_parse_arguments(ARG "" "OUTPUT" "FILES" ${ARGN})
  set(rows "")
  foreach(file IN LISTS ARG_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" text)
    cmake_path(GET file STEM LAST_ONLY name)
    string(APPEND rows "    {\"${name}\", R\"embed(${text})embed\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${ARG_OUTPUT}" CONTENT "${rows}" @ONLY)
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()
