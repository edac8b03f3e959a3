#include "client/cli/completion.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "client/cli/command_line.h"

namespace pecg {
namespace {

TEST(CompletionScript, CompletesInBash) {
  const auto script = CompletionScript("bash", CommandNames());
  ASSERT_TRUE(script.ok()) << script.status();
  const std::string path = testing::TempDir() + "/pecg_completion.bash";
  std::ofstream(path) << *script
                      << "COMP_WORDS=(pecg run su); COMP_CWORD=2; _pecg\n"
                         "test \"${COMPREPLY[*]}\" = submit || exit 1\n"
                         "COMP_WORDS=(pecg da); COMP_CWORD=1; _pecg\n"
                         "test \"${COMPREPLY[*]}\" = dataset || exit 2\n";
  EXPECT_EQ(std::system(("bash " + path).c_str()), 0);
}

TEST(CompletionScript, NamesTheShellsItKnows) {
  EXPECT_TRUE(CompletionScript("zsh", CommandNames()).ok());
  EXPECT_TRUE(CompletionScript("fish", CommandNames()).ok());
  EXPECT_EQ(CompletionScript("tcsh", CommandNames()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pecg
