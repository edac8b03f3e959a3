#include "server/rpc/evaluation_result.h"

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "pecg/v1/evaluation.pb.h"
#include "server/queue/run_events.h"
#include "storage/metric_store.h"

namespace pecg {
namespace {

struct Figure {
  std::string key;
  double value = 0;
};

void AddEstimate(const std::string& key, const v1::Estimate& estimate,
                 std::vector<Figure>* figures) {
  figures->push_back({key, estimate.value()});
  figures->push_back({key + "_lower", estimate.lower()});
  figures->push_back({key + "_upper", estimate.upper()});
}

void AddTarget(const v1::TargetEvaluation& target, std::vector<Figure>* figures) {
  const std::string prefix = fmt::format("{}.{}.", target.role(), target.target());
  figures->push_back({prefix + "patient_count", static_cast<double>(target.patient_count())});
  figures->push_back({prefix + "positive_count", static_cast<double>(target.positive_count())});
  AddEstimate(prefix + "auroc", target.auroc(), figures);
  AddEstimate(prefix + "auprc", target.auprc(), figures);
  AddEstimate(prefix + "auroc_all_records", target.auroc_all_records(), figures);
  if (target.has_floor_auroc()) AddEstimate(prefix + "floor_auroc", target.floor_auroc(), figures);
  if (target.has_floor_auprc()) AddEstimate(prefix + "floor_auprc", target.floor_auprc(), figures);
  if (target.has_auroc_over_floor()) {
    AddEstimate(prefix + "auroc_over_floor", target.auroc_over_floor(), figures);
  }
  for (const v1::NamedEstimate& named : target.figures()) {
    if (std::isnan(named.estimate().value())) continue;  // The evaluation says why.
    if (std::isnan(named.estimate().lower())) {
      figures->push_back({prefix + named.name(), named.estimate().value()});
    } else {
      AddEstimate(prefix + named.name(), named.estimate(), figures);
    }
  }
}

}  // namespace

absl::StatusOr<PayloadCodec::ApplyResult> ReadEvaluationResult(const BlobStore& blobs,
                                                               const PayloadCodec& codec,
                                                               const AttemptKey& key,
                                                               const Artifact& artifact) {
  PECG_ASSIGN_OR_RETURN(const std::string content, blobs.Read(artifact.sha256));
  v1::Evaluation evaluation;
  if (!evaluation.ParseFromString(content)) {
    return DataLoss("{} is not an evaluation", artifact.path);
  }
  auto figures = std::make_shared<std::vector<Figure>>();
  for (const v1::TargetEvaluation& target : evaluation.targets()) {
    if (target.role().empty() || target.target().empty()) {
      return DataLoss("{} has figures without a role or a target", artifact.path);
    }
    AddTarget(target, figures.get());
  }
  return PayloadCodec::ApplyResult([figures, &codec, key, time = artifact.create_time](
                                       Transaction& transaction) -> absl::Status {
    std::vector<NewPoint> points;
    for (const Figure& figure : *figures) points.push_back({figure.key, 0, figure.value, time});
    PECG_RETURN_IF_ERROR(AppendPoints(transaction, key.run, key.attempt, points).status());
    RunEvents events(&transaction, &codec, time);
    return events.Append(key, EventKind::kMetrics, codec.EncodePoints(points));
  });
}

}  // namespace pecg
