#ifndef PECG_STORAGE_STATEMENT_H_
#define PECG_STORAGE_STATEMENT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace pecg {

class Connection;

/// Bytes to bind as a BLOB; text is bound as TEXT.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement, borrowed from its connection until this object is destroyed, which resets
/// it. Bind values are copied. The first error is kept and returned by Step. Columns count from 0,
/// parameters are bound left to right. Same thread as its connection.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& Bind(std::nullopt_t);
  template <std::integral Number>  // bool too; not an overload, which pointers would convert to.
  Statement& Bind(Number value) {
    return BindInt64(static_cast<int64_t>(value));
  }
  /// NaN becomes NULL, which DoubleOrNan turns back.
  Statement& Bind(double value);
  Statement& Bind(std::string_view text);
  Statement& Bind(Blob blob);
  /// Microseconds since 1970, UTC.
  Statement& Bind(absl::Time time);
  /// Whole microseconds.
  Statement& Bind(absl::Duration duration);
  /// NULL for nothing.
  template <typename Value>
  Statement& Bind(const std::optional<Value>& value) {
    return value.has_value() ? Bind(*value) : Bind(std::nullopt);
  }
  template <typename... Values>
  Statement& BindAll(const Values&... values) {
    (Bind(values), ...);
    return *this;
  }

  /// Goes to the next row. Returns false after the last one. Errors: those of preparing, binding or
  /// running the statement, see StatusFromSqlite.
  absl::StatusOr<bool> Step();
  /// Steps to the end, dropping rows.
  absl::Status Finish();
  /// Makes the statement ready for other values.
  Statement& Reset();

  // Values of the current row. Views live until the next Step or Reset.
  bool IsNull(int column) const;
  int64_t Int64(int column) const;
  int Int(int column) const { return static_cast<int>(Int64(column)); }
  bool Bool(int column) const { return Int64(column) != 0; }
  double Double(int column) const;
  double DoubleOrNan(int column) const;  ///< NULL is NaN.
  std::string_view TextView(int column) const;
  std::string Text(int column) const { return std::string(TextView(column)); }
  std::string_view BytesView(int column) const;
  std::string Bytes(int column) const { return std::string(BytesView(column)); }
  absl::Time Time(int column) const;
  absl::Duration Duration(int column) const;
  std::optional<int64_t> OptionalInt64(int column) const;
  std::optional<double> OptionalDouble(int column) const;
  std::optional<absl::Time> OptionalTime(int column) const;
  std::optional<absl::Duration> OptionalDuration(int column) const;

 private:
  friend class Connection;
  Statement(Connection* connection, sqlite3_stmt* statement, bool* in_use, absl::Status status);
  Statement& BindInt64(int64_t value);
  void Keep(int code);

  Connection* connection_;
  sqlite3_stmt* statement_;
  bool* in_use_;  // The cache entry's mark; null when the statement is this object's own.
  int next_parameter_ = 1;
  absl::Status status_;
};

}  // namespace pecg

#endif  // PECG_STORAGE_STATEMENT_H_
