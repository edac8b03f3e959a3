#ifndef PECG_BASE_LOG_H_
#define PECG_BASE_LOG_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

/// The service's log: one event per line, as JSON, to a file and to stderr. No waveform, no record
/// or patient id, no token, no request body goes in. A caller that returns an error does not log
/// it.
///
///     Log(Level::kWarning, "lease expired", {{"run", run}, {"worker", worker}, {"age", age}});
///
/// writes {"time":"2026-11-22T18:41:07.123456Z","level":"warning","message":"lease expired",
/// "run":17,"worker":"mac-1","age":"31.2s"}.

namespace pecg {

enum class Level { kDebug, kInfo, kWarning, kError };

/// A field's value: text, number, truth, time or duration; made from these without a cast.
class LogValue {
 public:
  // NOLINTBEGIN(google-explicit-constructor): fields are written as {"key", value}.
  LogValue(const char* text) : value_(std::string(text)) {}
  LogValue(std::string_view text) : value_(std::string(text)) {}
  LogValue(std::string text) : value_(std::move(text)) {}
  LogValue(bool truth) : value_(truth) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) LogValue(Number number)
      : value_(static_cast<int64_t>(number)) {}
  template <std::floating_point Number>
  LogValue(Number number) : value_(static_cast<double>(number)) {}
  LogValue(absl::Time time) : value_(time) {}
  LogValue(absl::Duration duration) : value_(duration) {}
  /// The status's code and message.
  LogValue(const absl::Status& status) : value_(status.ToString()) {}
  // NOLINTEND(google-explicit-constructor)

  using Variant = std::variant<std::string, bool, int64_t, double, absl::Time, absl::Duration>;
  const Variant& value() const { return value_; }

 private:
  Variant value_;
};

struct LogField {
  std::string_view key;
  LogValue value;
};

/// Where the log goes and from which level on.
struct LogOptions {
  std::string path;                   ///< The file, appended to; empty = no file.
  bool to_stderr = true;              ///< Also write to stderr.
  Level level = Level::kInfo;         ///< Lower levels are dropped.
  int64_t max_file_bytes = 10 << 20;  ///< The file is rotated when it is larger than this.
  int max_file_count = 5;             ///< Rotated files that are kept beside the current one.
};

/// Opens the log; until then Log writes to stderr from kInfo on. Call it once, before threads are
/// started. Errors: those of opening the file.
absl::Status StartLog(const LogOptions& options);

/// Writes one line and, from kWarning on, flushes. Thread-safe; does not fail: a line that cannot
/// be written is dropped.
void Log(Level level, std::string_view message, std::initializer_list<LogField> fields = {});

/// Writes out what is buffered. Thread-safe.
void FlushLog();

}  // namespace pecg

#endif  // PECG_BASE_LOG_H_
