#include "worker/job/audit_job.h"

#include "worker/dataset/audit.h"
#include "worker/job/convert.h"
#include "worker/job/message_file.h"

namespace pecg {

v1::JobResult RunAuditJob(const JobContext& context) {
  const Index index =
      FromMessage(ReadMessageFile<v1::Index>(context.directory.InputFile("index", "index.binpb")));
  context.stop.ThrowIfRequested();
  const AuditReport report = AuditIndex(index, context.spec().run_spec().dataset());
  context.artifacts.Write("audit.json", "audit", AuditJson(report));
  context.artifacts.Write("audit.html", "audit", AuditHtml(report));
  context.artifacts.Write("audit.txt", "audit", AuditText(report));
  v1::JobResult result;
  result.mutable_lineage()->set_targets_sha256(index.targets_sha256);
  result.mutable_lineage()->set_synthetic(index.synthetic);
  return result;
}

}  // namespace pecg
