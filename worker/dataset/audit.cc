#include "worker/dataset/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "worker/dataset/age_band.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/figure/histogram.h"

namespace pecg {
namespace {

constexpr std::size_t kOlderBand = kAgeBands.size();
constexpr std::size_t kUnknownAge = kOlderBand + 1;
constexpr float kFlatLeadShare = 0.5F;  // A lead flat for longer is called flat.

Quantiles QuantilesOf(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return {0, kNone, kNone, kNone, kNone, kNone};
  }
  std::ranges::sort(values);
  // Linear between order statistics: Hyndman & Fan, Am. Stat. 50:361 (1996), definition 7.
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return std::lerp(values[below], values[above], place - static_cast<double>(below));
  };
  return {std::ssize(values), values.front(), at(0.1), at(0.5), at(0.9), values.back()};
}

std::int64_t CountPatients(std::span<const IndexEntry* const> entries) {
  std::set<std::string_view> patients;
  for (const IndexEntry* entry : entries) patients.insert(entry->patient_id);
  return std::ssize(patients);
}

std::vector<TargetAudit> AuditTargets(const Index& index) {
  std::vector<TargetAudit> audits;
  for (std::size_t t = 0; t < index.targets.size(); ++t) {
    TargetAudit audit{.name = index.targets[t]};
    std::vector<const IndexEntry*> positive;
    for (const IndexEntry& entry : index.entries) {
      if (entry.targets[t] == 1) positive.push_back(&entry);
      if (entry.targets[t] == 0) ++audit.negative_count;
      if (entry.targets[t] == kTargetMissing) ++audit.missing_count;
    }
    audit.positive_count = std::ssize(positive);
    audit.positive_patient_count = CountPatients(positive);
    audits.push_back(std::move(audit));
  }
  return audits;
}

std::vector<std::vector<std::int64_t>> CountCooccurrence(const Index& index) {
  const std::size_t count = index.targets.size();
  std::vector<std::vector<std::int64_t>> matrix(count, std::vector<std::int64_t>(count, 0));
  for (const IndexEntry& entry : index.entries) {
    for (std::size_t a = 0; a < count; ++a) {
      if (entry.targets[a] != 1) continue;
      for (std::size_t b = 0; b < count; ++b) matrix[a][b] += entry.targets[b] == 1 ? 1 : 0;
    }
  }
  return matrix;
}

GroupAudit AuditGroup(const Index& index, std::string name,
                      const std::vector<const IndexEntry*>& entries) {
  GroupAudit audit{.name = std::move(name),
                   .record_count = std::ssize(entries),
                   .patient_count = CountPatients(entries),
                   .positive_counts = std::vector<std::int64_t>(index.targets.size(), 0)};
  for (const IndexEntry* entry : entries) {
    for (std::size_t t = 0; t < index.targets.size(); ++t) {
      audit.positive_counts[t] += entry->targets[t] == 1 ? 1 : 0;
    }
  }
  return audit;
}

/// Groups in the order of their keys.
template <typename Key, typename KeyOf, typename NameOf>
std::vector<GroupAudit> AuditGroups(const Index& index,
                                    std::map<Key, std::vector<const IndexEntry*>> groups,
                                    const KeyOf& key_of, const NameOf& name_of) {
  for (const IndexEntry& entry : index.entries) groups[key_of(entry)].push_back(&entry);
  std::vector<GroupAudit> audits;
  audits.reserve(groups.size());
  for (const auto& [key, entries] : groups) {
    audits.push_back(AuditGroup(index, name_of(key), entries));
  }
  return audits;
}

std::vector<GroupAudit> AuditAges(const Index& index) {
  std::map<std::size_t, std::vector<const IndexEntry*>> bands;
  for (std::size_t i = 0; i < kAgeBands.size(); ++i) bands[i] = {};
  return AuditGroups(
      index, std::move(bands),
      [](const IndexEntry& entry) {
        return entry.age_days ? AgeBandOf(*entry.age_days).value_or(kOlderBand) : kUnknownAge;
      },
      [](std::size_t band) {
        if (band < kOlderBand) return std::string(kAgeBands[band].name);
        return std::string(band == kOlderBand ? "older" : "unknown");
      });
}

std::vector<GroupAudit> AuditSexes(const Index& index) {
  return AuditGroups(
      index, std::map<Sex, std::vector<const IndexEntry*>>{},
      [](const IndexEntry& entry) { return entry.sex; },
      [](Sex sex) {
        if (sex == Sex::kUnknown) return std::string("unknown");
        return std::string(sex == Sex::kFemale ? "female" : "male");
      });
}

/// `9 leads, no V2 V4 V6`, or, where fewer are present than missing, `2 leads: I II`.
std::string LayoutName(std::uint32_t bits) {
  const LeadMask leads(bits);
  std::vector<std::string_view> present;
  std::vector<std::string_view> missing;
  for (std::size_t i = 0; i < kLeadCount; ++i) {
    (leads.Has(static_cast<Lead>(i)) ? present : missing).push_back(kLeadNames[i]);
  }
  if (missing.empty()) return "12 leads";
  if (present.size() < missing.size()) {
    return fmt::format("{} leads: {}", present.size(), fmt::join(present, " "));
  }
  return fmt::format("{} leads, no {}", present.size(), fmt::join(missing, " "));
}

std::vector<GroupAudit> AuditLayouts(const Index& index) {
  std::vector<GroupAudit> audits = AuditGroups(
      index, std::map<std::uint32_t, std::vector<const IndexEntry*>>{},
      [](const IndexEntry& entry) { return entry.leads.bits(); }, LayoutName);
  std::ranges::stable_sort(audits, std::greater<>(), &GroupAudit::record_count);
  return audits;
}

ExpectationAudit Compare(std::string name, std::int64_t lower, std::int64_t upper,
                         std::int64_t found) {
  using Verdict = ExpectationAudit::Verdict;
  Verdict verdict = Verdict::kInside;
  if (found < lower) verdict = Verdict::kBelow;
  if (found > upper) verdict = Verdict::kAbove;
  return {std::move(name), lower, upper, found, verdict};
}

/// Records the customer's specification expects in the dataset.
std::vector<ExpectationAudit> AuditExpectations(const Index& index) {
  struct Expected {
    const char* name;
    const char* target;
    std::int64_t lower;
    std::int64_t upper;
  };
  constexpr std::array<Expected, 4> kExpected = {{{"Myocarditis", "myocarditis", 500, 1000},
                                                  {"Cardiomyopathy", "cardiomyopathy", 300, 500},
                                                  {"Congenital heart disease", "chd", 3000, 5000},
                                                  {"Kawasaki disease", "kawasaki", 200, 400}}};
  const StatementDictionary& dictionary = StatementDictionary::Release();
  const int normal = dictionary.FindAha("A1").value();
  const int otherwise_normal = dictionary.FindAha("A2").value();
  std::vector<ExpectationAudit> audits;
  audits.push_back(Compare("Normal (A1 or A2)", 2000, 3000,
                           std::ranges::count_if(index.entries, [&](const IndexEntry& entry) {
                             return entry.HasStatement(normal) ||
                                    entry.HasStatement(otherwise_normal);
                           })));
  for (const Expected& expected : kExpected) {
    const auto target = index.FindTarget(expected.target);
    if (!target) continue;
    audits.push_back(Compare(expected.name, expected.lower, expected.upper,
                             std::ranges::count_if(index.entries, [&](const IndexEntry& entry) {
                               return entry.targets[*target] == 1;
                             })));
  }
  return audits;
}

void AuditDurations(const Index& index, AuditReport* report) {
  std::vector<double> seconds;
  for (const IndexEntry& entry : index.entries) {
    seconds.push_back(static_cast<double>(entry.sample_count) / entry.rate_hz);
  }
  report->duration_seconds = QuantilesOf(seconds);
  // From 0 to the longest in steps of 5 s, coarser when that would be more than 48 bins.
  const double longest = seconds.empty() ? 5 : report->duration_seconds.highest;
  double width = 5;
  while (longest / width > 48) width *= 2;
  report->duration_edges = {0};
  while (report->duration_edges.back() < longest) {
    report->duration_edges.push_back(report->duration_edges.back() + width);
  }
  report->duration_counts = CountIntoBins(seconds, report->duration_edges);
}

/// Values of each quality index, over the records that have the lead.
using SqiValues = std::array<std::vector<double>, 3>;

LeadAudit AuditLead(const Index& index, std::size_t lead, SqiValues* values) {
  LeadAudit audit;
  audit.lead = kLeadNames[lead];
  for (const IndexEntry& entry : index.entries) {
    if (!entry.leads.Has(static_cast<Lead>(lead))) continue;
    ++audit.record_count;
    audit.railed_count += entry.rail_fraction[lead] > 0 ? 1 : 0;
    audit.flat_count += entry.flat_fraction[lead] > kFlatLeadShare ? 1 : 0;
    for (std::size_t i = 0; i < 3; ++i) (*values)[i].push_back(entry.sqi[lead][i]);
  }
  for (std::size_t i = 0; i < 3; ++i) audit.sqi[i] = QuantilesOf((*values)[i]);
  return audit;
}

void AuditQuality(const Index& index, AuditReport* report) {
  constexpr int kBinCount = 50;
  for (int i = 0; i <= kBinCount; ++i) report->sqi_edges.push_back(i / double{kBinCount});
  report->sqi_from_file_count =
      std::ranges::count(index.entries, SqiSource::kFile, &IndexEntry::sqi_source);
  report->sqi_computed_count =
      std::ranges::count(index.entries, SqiSource::kComputed, &IndexEntry::sqi_source);
  SqiValues all;
  for (std::size_t lead = 0; lead < kLeadCount; ++lead) {
    SqiValues values;
    report->leads.push_back(AuditLead(index, lead, &values));
    for (std::size_t i = 0; i < 3; ++i) std::ranges::copy(values[i], std::back_inserter(all[i]));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    report->sqi_counts[i] = CountIntoBins(all[i], report->sqi_edges);
    report->sqi[i] = QuantilesOf(std::move(all[i]));
  }
}

void AuditExtremes(const Index& index, AuditReport* report) {
  const auto count_any = [&](const auto IndexEntry::*fractions, float limit) {
    return std::ranges::count_if(index.entries, [&](const IndexEntry& entry) {
      return std::ranges::any_of(entry.*fractions, [&](float part) { return part > limit; });
    });
  };
  report->railed_record_count = count_any(&IndexEntry::rail_fraction, 0);
  report->flat_record_count = count_any(&IndexEntry::flat_fraction, kFlatLeadShare);
}

void AuditPatients(const Index& index, AuditReport* report) {
  std::map<std::string_view, std::size_t> exam_counts;
  for (const IndexEntry& entry : index.entries) ++exam_counts[entry.patient_id];
  report->patient_count = std::ssize(exam_counts);
  for (const auto& [patient, exam_count] : exam_counts) {
    if (report->patients_by_exam_count.size() < exam_count) {
      report->patients_by_exam_count.resize(exam_count, 0);
    }
    ++report->patients_by_exam_count[exam_count - 1];
  }
}

}  // namespace

AuditReport AuditIndex(const Index& index, std::string_view dataset) {
  AuditReport report;
  report.dataset = dataset;
  report.kind = index.kind;
  report.version_sha256 = index.version_sha256;
  report.targets_sha256 = index.targets_sha256;
  report.synthetic = index.synthetic;
  report.record_count = std::ssize(index.entries);
  AuditPatients(index, &report);
  report.targets = AuditTargets(index);
  report.cooccurrence = CountCooccurrence(index);
  report.age_bands = AuditAges(index);
  report.sexes = AuditSexes(index);
  report.lead_layouts = AuditLayouts(index);
  report.expectations = AuditExpectations(index);
  AuditDurations(index, &report);
  AuditQuality(index, &report);
  AuditExtremes(index, &report);
  report.suspicions = FindSuspicions(index);
  for (const IndexFailure& failure : index.failures) {
    (failure.kind == kWarningKind ? report.warnings : report.failures).push_back(failure);
  }
  return report;
}

const char* NameOf(ExpectationAudit::Verdict verdict) {
  switch (verdict) {
    case ExpectationAudit::Verdict::kBelow:
      return "below";
    case ExpectationAudit::Verdict::kInside:
      return "inside";
    case ExpectationAudit::Verdict::kAbove:
      return "above";
  }
  return "below";
}

}  // namespace pecg
