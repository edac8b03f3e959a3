#ifndef PECG_WORKER_ECG_ERROR_H_
#define PECG_WORKER_ECG_ERROR_H_

#include <stdexcept>
#include <string>

namespace pecg {

/// The one exception of the worker rooms. Bad input costs one of these; where many records are
/// read, it is caught per record and becomes a row of the failure list. `worker/job` converts it
/// for the world outside.
class Error : public std::runtime_error {
 public:
  enum class Kind {
    kBadInput,       ///< A setting, an option or a value that cannot be used.
    kNotFound,       ///< A file, a record or a name that is not there.
    kCorruptData,    ///< A file that contradicts itself or its checksum.
    kUnsupported,    ///< Something valid that we do not read.
    kDuplicate,      ///< A name that may stand once only.
    kDiskFull,       ///< No space left for what is written.
    kIo,             ///< Any other failure of the operating system.
    kOutOfMemory,    ///< The device or the machine has no memory left.
    kDiverged,       ///< A loss or a weight is no longer finite.
    kDevice,         ///< The device failed.
  };

  /// `what`: what is wrong, the value last. `where`: file and line, record, or field; may be empty.
  /// `hint`: what to do about it; may be empty.
  Error(Kind kind, const std::string& what, std::string where = "", std::string hint = "");

  Kind kind() const { return kind_; }
  /// What is wrong, without where and hint; what() has all three in one line.
  const std::string& message() const { return message_; }
  const std::string& where() const { return where_; }
  const std::string& hint() const { return hint_; }

 private:
  Kind kind_;
  std::string message_;
  std::string where_;
  std::string hint_;
};

/// `bad_input`, `corrupt_data` and so on, as failure lists and events spell it.
const char* NameOf(Error::Kind kind);

}  // namespace pecg

#endif  // PECG_WORKER_ECG_ERROR_H_
