#ifndef PECG_WORKER_DATASET_SCP_DICTIONARY_H_
#define PECG_WORKER_DATASET_SCP_DICTIONARY_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pecg {

/// The SCP-ECG statements of PTB-XL (scp_statements.csv) in the words of our statement dictionary.
/// Its column `AHA code` has the numbers of Mason et al., Circulation 115:1325 (2007), which our
/// dictionary writes with the letter of their category: 145 is `L145`. Immutable.
class ScpDictionary {
 public:
  /// Reads the text of a scp_statements.csv; `path` is for messages. Throws Error naming file, line
  /// or column: kNotFound for a missing column, kCorruptData, kDuplicate for a statement twice.
  static ScpDictionary Parse(std::string_view csv, std::string_view path);

  /// Our code of an SCP statement; empty text where its AHA code is none of our statements (there
  /// is none, or it is one that only modifies others); nothing for a statement that is not listed.
  std::optional<std::string> Find(std::string_view scp_code) const;

 private:
  std::unordered_map<std::string, std::string> codes_;
};

/// A statement with its likelihood in percent; 0 says that it was not graded.
struct ScpStatement {
  std::string code;
  double likelihood = 0;
};

/// Reads a cell such as `{'NORM': 100.0, 'SR': 0.0}`, a Python dictionary. Throws Error::kBadInput
/// for anything else.
std::vector<ScpStatement> ReadScpCodes(std::string_view cell);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_SCP_DICTIONARY_H_
