#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/status.h"

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      break;
  }
  return spdlog::level::err;
}

std::string_view NameOf(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      break;
  }
  return "error";
}

void Configure(spdlog::logger& logger, std::vector<spdlog::sink_ptr> sinks, Level level) {
  for (const spdlog::sink_ptr& sink : sinks) sink->set_pattern("%v");
  logger.sinks() = std::move(sinks);
  logger.set_level(ToSpdlog(level));
  logger.flush_on(spdlog::level::warn);
}

/// Lives for ever, so that a thread may still log while statics are destroyed.
spdlog::logger& TheLogger() {
  static spdlog::logger* const kLogger = [] {
    auto logger = std::make_unique<spdlog::logger>("pecg");
    Configure(*logger, {std::make_shared<spdlog::sinks::stderr_sink_mt>()}, Level::kInfo);
    return logger.release();
  }();
  return *kLogger;
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

struct ToJson {
  Json operator()(absl::Time time) const { return TimeText(time); }
  Json operator()(absl::Duration duration) const { return absl::FormatDuration(duration); }
  Json operator()(const auto& plain) const { return plain; }
};

}  // namespace

absl::Status StartLog(const LogOptions& options) {
  std::vector<spdlog::sink_ptr> sinks;
  if (options.to_stderr) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (!options.path.empty()) {
    try {
      sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
          options.path, static_cast<size_t>(options.max_file_bytes),
          static_cast<size_t>(options.max_file_count)));
    } catch (const spdlog::spdlog_ex& error) {
      return FailedPrecondition("cannot open the log: {}", error.what());
    }
  }
  Configure(TheLogger(), std::move(sinks), options.level);
  return absl::OkStatus();
}

void Log(Level level, std::string_view message, std::initializer_list<LogField> fields) {
  spdlog::logger& logger = TheLogger();
  const spdlog::level::level_enum spdlog_level = ToSpdlog(level);
  if (!logger.should_log(spdlog_level)) return;
  Json line;
  line["time"] = TimeText(Clock::System()->Now());
  line["level"] = NameOf(level);
  line["message"] = message;
  for (const LogField& field : fields) {
    line[std::string(field.key)] = std::visit(ToJson(), field.value.value());
  }
  logger.log(spdlog_level,
             line.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

void FlushLog() { TheLogger().flush(); }

}  // namespace pecg
