#ifndef PECG_WORKER_JOB_REPORT_PAGE_H_
#define PECG_WORKER_JOB_REPORT_PAGE_H_

#include <span>
#include <string>

#include "pecg/v1/evaluation.pb.h"

namespace pecg {

/// An evaluation under the name the report's spec gives it.
struct NamedEvaluation {
  std::string name;  ///< The input's alias.
  v1::Evaluation evaluation;
};

/// An audit likewise; `audit_json` is the text AuditJson made.
struct NamedAudit {
  std::string name;
  std::string audit_json;
};

/// Writes the report: one self-contained HTML page with the figures of every evaluation beside its
/// floor, as tables and charts, what they come from, how often the locked test was seen, and the
/// main counts of every audit. Counts from 1 to 4 are printed as `< 5`, so that nobody can be told
/// from a small group. Throws `Error::kCorruptData` for an audit that is none.
std::string ReportHtml(const std::string& title, std::span<const NamedEvaluation> evaluations,
                       std::span<const NamedAudit> audits);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_REPORT_PAGE_H_
