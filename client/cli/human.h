#ifndef PECG_CLIENT_CLI_HUMAN_H_
#define PECG_CLIENT_CLI_HUMAN_H_

#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <string_view>

/// Figures as people read them; programs get exact ones (client/cli/message_json.h).

namespace pecg {

/// `0.4 s`, `42 s`, `3 min 20 s`, `2 h 05 min`, `4 d 3 h`; a negative one counts as 0.
std::string HumanDuration(absl::Duration duration);

/// `just now`, `42 s ago`, `3 min ago`, `2 h ago`, `4 d ago`; a future time is `in ...`.
std::string HumanAge(absl::Time time, absl::Time now);

/// `512 B`, `1.5 KiB`, `12 MiB`.
std::string HumanBytes(int64_t byte_count);

/// Four significant digits: `0.8123`, `1.234e-05`, `nan`.
std::string HumanNumber(double value);

/// `12,345`.
std::string HumanCount(int64_t count);

/// The last part of a resource name, and the first 12 characters of a hash: `runs/12` -> `12`.
std::string HumanName(std::string_view name);

/// `datasets/demo/versions/<hash>` -> `demo 355a72cb9883`.
std::string HumanVersion(std::string_view name);

/// `runs/12/artifacts/model/model.json` -> `model/model.json`.
std::string HumanArtifact(std::string_view name);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_HUMAN_H_
