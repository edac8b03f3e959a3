#ifndef PECG_SERVER_RPC_CONVERT_H_
#define PECG_SERVER_RPC_CONVERT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <string>
#include <vector>

#include "pecg/v1/artifact.pb.h"
#include "pecg/v1/dataset.pb.h"
#include "pecg/v1/metric.pb.h"
#include "pecg/v1/run.pb.h"
#include "pecg/v1/split.pb.h"
#include "pecg/v1/user.pb.h"
#include "pecg/v1/worker.pb.h"
#include "server/queue/queue.h"
#include "server/queue/spooled_event.h"
#include "storage/artifact_store.h"
#include "storage/attempt_store.h"
#include "storage/dataset_store.h"
#include "storage/event.h"
#include "storage/metric_store.h"
#include "storage/run_store.h"
#include "storage/split_store.h"
#include "storage/user_store.h"
#include "storage/worker_store.h"

/// The one door between messages and what the stores and the queue keep. Every enum has the same
/// numbers on both sides. Functions that take messages from a worker return `INVALID_ARGUMENT` for
/// what cannot be; those that take rows cannot fail.

namespace pecg {

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
google::protobuf::Duration ToDurationMessage(absl::Duration duration);
absl::Duration ToDuration(const google::protobuf::Duration& duration);

v1::Run ToMessage(const Run& run);
v1::Attempt ToMessage(const Attempt& attempt);
v1::Artifact ToMessage(const Artifact& artifact);
/// The log piece has its offset, and no bytes: these are in the log.
v1::RunEvent ToMessage(const Event& event);
v1::Dataset ToMessage(const Dataset& dataset);
v1::DatasetVersion ToMessage(const DatasetVersion& version);
v1::IndexFailure ToMessage(const IndexFailureRow& failure);
v1::Split ToMessage(const Split& split);
v1::SplitAssignment ToMessage(const PatientFold& place);
v1::TestLook ToMessage(const TestLookRow& look);
v1::MetricSeries ToMessage(const Series& series);
v1::MetricPoint ToMessage(const Point& point, const std::string& key);
v1::User ToMessage(const User& user);
/// `heard_time` is when a connected worker was last heard of; else what the row says holds.
v1::Worker ToMessage(const Worker& worker, std::optional<absl::Time> heard_time,
                     const std::vector<Attempt>& live_attempts);

v1::HeldAttempt ToMessage(const AttemptKey& key);
absl::StatusOr<AttemptKey> FromMessage(const v1::HeldAttempt& held);
absl::StatusOr<Hello> FromMessage(const v1::WorkerHello& hello);
absl::StatusOr<Heartbeat> FromMessage(const v1::WorkerHeartbeat& heartbeat);
absl::StatusOr<SpooledBatch> FromMessage(const v1::AttemptEvents& events);
v1::SessionWelcome ToMessage(const Welcome& welcome);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_CONVERT_H_
