#include "worker/dataset/signal_files.h"

#include <fmt/format.h>

#include <system_error>

#include "worker/ecg/error.h"
#include "worker/figure/utf8.h"

namespace pecg {

namespace fs = std::filesystem;

bool StaysBelow(std::string_view path) {
  std::string_view rest = path;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == ".." ||
        part.find_first_of(std::string_view("\\:\0", 3)) != std::string_view::npos) {
      return false;
    }
    if (slash == std::string_view::npos) return true;
    rest.remove_prefix(slash + 1);
  }
}

void ListFilesWithoutRow(const fs::path& root, const char* folder, std::string_view table,
                         const std::unordered_set<std::string>& named_paths,
                         const std::string& hint, std::vector<IndexFailure>* failures) {
  std::error_code error;
  fs::recursive_directory_iterator file(root / folder,
                                        fs::directory_options::skip_permission_denied, error);
  for (; !error && file != fs::recursive_directory_iterator(); file.increment(error)) {
    const fs::path extension = file->path().extension();
    if (extension != ".hea" && extension != ".dat") continue;
    fs::path header = file->path();
    header.replace_extension(".hea");
    std::error_code ignored;
    if (extension == ".dat" && fs::exists(header, ignored)) continue;
    const fs::path relative = file->path().lexically_relative(root);
    fs::path record = relative;
    record.replace_extension();
    if (named_paths.contains(record.generic_string())) continue;
    failures->push_back({.path = ToUtf8(relative.generic_string()),
                         .line = 0,
                         .kind = NameOf(Error::Kind::kNotFound),
                         .what = fmt::format("no row of {} names this record", table),
                         .hint = "without its row it has no patient and no label"});
  }
  if (error) {
    failures->push_back(
        {.path = folder,
         .line = 0,
         .kind = NameOf(error == std::errc::no_such_file_or_directory ? Error::Kind::kNotFound
                                                                      : Error::Kind::kIo),
         .what = "cannot list the folder: " + error.message(),
         .hint = hint});
  }
}

}  // namespace pecg
