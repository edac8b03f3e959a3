# Writes OUTPUT, the texts of base/version.h; leaves the file alone when nothing changed, so that
# nothing is compiled again. Run at every build, as: cmake -DSOURCE_DIR= -DOUTPUT= -DRELEASE=
# -DLIBRARIES= -P write_version.cmake

set(code "unknown")
find_program(GIT git)
if(GIT)
  execute_process(COMMAND "${GIT}" rev-parse HEAD WORKING_DIRECTORY "${SOURCE_DIR}"
    OUTPUT_VARIABLE hash RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(result EQUAL 0)
    set(code "${hash}")
    # No optional locks: a build must not get in the way of a commit.
    execute_process(
      COMMAND "${GIT}" --no-optional-locks status --porcelain --untracked-files=no
      WORKING_DIRECTORY "${SOURCE_DIR}" OUTPUT_VARIABLE changes ERROR_QUIET)
    if(NOT changes STREQUAL "")
      string(APPEND code "-dirty")
    endif()
  endif()
endif()

set(text "constexpr std::string_view kRelease = \"${RELEASE}\";\n")
string(APPEND text "constexpr std::string_view kCode = \"${code}\";\n")
string(APPEND text "constexpr std::string_view kLibraries = \"${LIBRARIES}\";\n")
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "${text}" @ONLY)
