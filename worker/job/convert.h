#ifndef PECG_WORKER_JOB_CONVERT_H_
#define PECG_WORKER_JOB_CONVERT_H_

#include <string_view>

#include "base/split.h"
#include "pecg/v1/dataset.pb.h"
#include "pecg/v1/evaluation.pb.h"
#include "pecg/v1/job.pb.h"
#include "pecg/v1/run_spec.pb.h"
#include "worker/dataset/index.h"
#include "worker/ecg/record.h"
#include "worker/evaluate/evaluation.h"

/// The one door between messages and the structs of the worker rooms.

namespace pecg {

Sex FromMessage(v1::Sex sex);
v1::Sex ToMessage(Sex sex);

/// Throws `Error::kBadInput` for a scheme this program does not know.
SplitScheme FromMessage(v1::Scheme scheme);

/// `plain`, `cross_validation`, `final`: as predictions' metadata spell it.
std::string_view NameOf(SplitScheme scheme);

/// Finds a scheme by that name. Throws `Error::kCorruptData` for another one.
SplitScheme SchemeFromName(std::string_view name);

v1::RecordRole ToMessage(RecordRole role);
RecordRole FromMessage(v1::RecordRole role);

v1::Index ToMessage(const Index& index);

/// Throws `Error::kCorruptData` naming the record when an entry's targets, SQI or fractions have
/// another number of values than the index says.
Index FromMessage(const v1::Index& message);

v1::Estimate ToMessage(const Estimate& estimate);

v1::Curve ToMessage(const FigureCurve& curve);
FigureCurve FromMessage(const v1::Curve& message);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_CONVERT_H_
