#include "worker/job/index_job.h"

#include <optional>
#include <string>
#include <utility>

#include "worker/dataset/build_index.h"
#include "worker/ecg/error.h"
#include "worker/job/convert.h"

namespace pecg {
namespace {

constexpr char kIndexPath[] = "index.binpb";

Index BuildOrThrow(const JobContext& context) {
  const v1::JobSpec& spec = context.spec();
  const int jobs = spec.run_spec().index().jobs();
  const IndexOptions options{
      .jobs = jobs > 0 ? jobs : spec.threads(),
      .progress = [&](std::int64_t done,
                      std::int64_t total) { context.events.Progress("records", done, total); },
      .cancel = &context.stop.flag()};
  std::optional<Index> index =
      BuildIndex(spec.dataset_kind(), context.directory.DatasetRoot(), options);
  if (!index.has_value()) throw JobStopped();
  if (index->entries.empty()) {
    const bool has_reason = !index->failures.empty();
    throw Error(Error::Kind::kCorruptData,
                has_reason
                    ? "no record could be read; the first failure: " + index->failures.front().what
                    : "the dataset holds no record",
                has_reason ? index->failures.front().path : "");
  }
  return *std::move(index);
}

}  // namespace

v1::JobResult RunIndexJob(const JobContext& context) {
  const Index index = BuildOrThrow(context);
  context.artifacts.Write(kIndexPath, "index", ToMessage(index).SerializeAsString());
  v1::JobResult result;
  result.add_typed_paths(kIndexPath);
  result.mutable_lineage()->set_targets_sha256(index.targets_sha256);
  result.mutable_lineage()->set_synthetic(index.synthetic);
  return result;
}

}  // namespace pecg
