#ifndef PECG_WORKER_DATASET_AUDIT_H_
#define PECG_WORKER_DATASET_AUDIT_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "worker/dataset/index.h"
#include "worker/dataset/suspicion.h"

namespace pecg {

/// Five points of a distribution; NaN when nothing was counted.
struct Quantiles {
  std::int64_t count = 0;
  double lowest = 0;
  double p10 = 0;
  double median = 0;
  double p90 = 0;
  double highest = 0;
};

/// Counts of one target.
struct TargetAudit {
  std::string name;
  std::int64_t positive_count = 0;  ///< Records.
  std::int64_t negative_count = 0;
  std::int64_t missing_count = 0;
  std::int64_t positive_patient_count = 0;  ///< Patients with a positive record.
};

/// The records of one age band, sex or lead layout.
struct GroupAudit {
  std::string name;
  std::int64_t record_count = 0;
  std::int64_t patient_count = 0;
  std::vector<std::int64_t> positive_counts;  ///< Records per target, in the order of the index.
};

/// What the customer's specification expects, beside what was found.
struct ExpectationAudit {
  enum class Verdict { kBelow, kInside, kAbove };
  std::string name;
  std::int64_t lower = 0;
  std::int64_t upper = 0;
  std::int64_t found = 0;
  Verdict verdict = Verdict::kBelow;
};

/// `below`, `inside`, `above`.
const char* NameOf(ExpectationAudit::Verdict verdict);

/// Counts per lead, over the records that have the lead.
struct LeadAudit {
  std::string lead;
  std::int64_t record_count = 0;
  std::int64_t railed_count = 0;  ///< Records with a sample at the electrode-off rails.
  std::int64_t flat_count = 0;    ///< Records flat for more than half of the time.
  std::array<Quantiles, 3> sqi;   ///< pSQI, basSQI, bSQI.
};

/// What a dataset version holds and what looks wrong in it.
struct AuditReport {
  std::string dataset;  ///< Name, for titles.
  std::string kind;
  std::string version_sha256;
  std::string targets_sha256;
  bool synthetic = false;

  std::int64_t record_count = 0;
  std::int64_t patient_count = 0;
  std::vector<std::int64_t> patients_by_exam_count;  ///< [i]: patients with i+1 records.

  std::vector<TargetAudit> targets;
  std::vector<std::vector<std::int64_t>> cooccurrence;  ///< [T][T]: records positive for both.
  std::vector<GroupAudit> age_bands;  ///< All nine, youngest first, then those outside or unknown.
  std::vector<GroupAudit> sexes;
  std::vector<GroupAudit> lead_layouts;  ///< Commonest first: `9 leads, no V2 V4 V6`.
  std::vector<ExpectationAudit> expectations;

  Quantiles duration_seconds;
  std::vector<double> duration_edges;                   ///< Bins, seconds.
  std::vector<std::int64_t> duration_counts;            ///< Records per bin.
  std::vector<double> sqi_edges;                        ///< Bins of all three indices, 0 to 1.
  std::array<std::vector<std::int64_t>, 3> sqi_counts;  ///< Leads per bin.
  std::array<Quantiles, 3> sqi;                         ///< Over all leads of all records.
  std::int64_t sqi_from_file_count = 0;                 ///< Records.
  std::int64_t sqi_computed_count = 0;
  std::vector<LeadAudit> leads;
  std::int64_t railed_record_count = 0;  ///< Records with a sample at the rails in any lead.
  std::int64_t flat_record_count = 0;    ///< Records with a lead flat for more than half the time.

  std::vector<Suspicion> suspicions;   ///< By kind, then record.
  std::vector<IndexFailure> failures;  ///< What could not be read.
  std::vector<IndexFailure> warnings;  ///< Failures of kind `warning`.
};

/// Audits an index. `dataset` is its name, for titles. Pure.
AuditReport AuditIndex(const Index& index, std::string_view dataset);

/// The report for a terminal: plain text, at most 100 columns, every list cut after 20 entries with
/// a line that says how many there are.
std::string AuditText(const AuditReport& report);

/// The whole report as one JSON object, every list complete; field names are those of the structs.
std::string AuditJson(const AuditReport& report);

/// The whole report as one self-contained HTML page with charts.
std::string AuditHtml(const AuditReport& report);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_AUDIT_H_
