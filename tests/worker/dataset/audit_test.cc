#include "worker/dataset/audit.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/worker/figure/markup_check.h"
#include "worker/dataset/age_band.h"
#include "worker/dataset/targets.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Verdict = ExpectationAudit::Verdict;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

IndexEntry Entry(const std::string& record_id, int age_days, std::vector<std::string> icd,
                 std::vector<std::string> statements) {
  IndexEntry entry;
  entry.record_id = record_id;
  entry.patient_id = record_id.substr(0, 6);
  entry.signal_sha256 = record_id;
  entry.age_days = age_days;
  entry.sex = Sex::kFemale;
  entry.rate_hz = 500;
  entry.sample_count = 15000;
  entry.leads = LeadMask::All();
  entry.icd_codes = std::move(icd);
  entry.statements = std::move(statements);
  entry.targets = TargetTable::Embedded().Derive(
      {.icd_codes = entry.icd_codes, .statements = entry.statements, .age_days = age_days});
  entry.statement_bits = StatementBits(entry.statements);
  entry.sqi.fill({0.5F, 0.9F, 1.0F});
  entry.sqi_source = SqiSource::kFile;
  return entry;
}

/// Three patients, four records: one child with two exams, one newborn with nine leads.
Index SmallIndex() {
  Index index;
  index.kind = "zzu_pecg";
  index.version_sha256 = std::string(64, 'a');
  index.targets_sha256 = TargetTable::Embedded().sha256();
  index.targets = TargetTable::Embedded().Names();
  index.statement_names = StatementDictionary::Release().StatementNames();
  index.entries = {Entry("P00001_E01", 400, {"Q21.0", "M30.3"}, {"C21"}),
                   Entry("P00001_E02", 402, {"Q21.0", "M30.3"}, {"A1"}),
                   Entry("P00002_E01", 10, {"(FO) Q21.1"}, {"A2"}),
                   Entry("P00003_E01", 6000, {"J18.9"}, {"A1", "C22"})};
  IndexEntry& newborn = index.entries[2];
  newborn.leads = LeadMask::NineLead();
  newborn.sex = Sex::kMale;
  newborn.sample_count = 5000;
  newborn.sqi_source = SqiSource::kComputed;
  for (const int lead : {7, 9, 11}) {
    newborn.sqi[static_cast<std::size_t>(lead)] = {kNone, kNone, kNone};
    newborn.rail_fraction[static_cast<std::size_t>(lead)] = kNone;
  }
  newborn.rail_fraction[0] = 0.25F;
  newborn.flat_fraction[1] = 0.75F;
  index.failures = {{"AttributesDictionary.csv", 7, "bad_input", "Age: <bad>", "write days"},
                    {"DiseaseCode.csv", 0, "warning", "differs", ""}};
  return index;
}

const TargetAudit& Target(const AuditReport& report, const std::string& name) {
  for (const TargetAudit& target : report.targets) {
    if (target.name == name) return target;
  }
  throw std::out_of_range(name);
}

const GroupAudit& Group(const std::vector<GroupAudit>& groups, const std::string& name) {
  for (const GroupAudit& group : groups) {
    if (group.name == name) return group;
  }
  throw std::out_of_range(name);
}

TEST(AuditIndex, CountsRecordsAndPatients) {
  const AuditReport report = AuditIndex(SmallIndex(), "zzu");
  EXPECT_EQ(report.record_count, 4);
  EXPECT_EQ(report.patient_count, 3);
  EXPECT_THAT(report.patients_by_exam_count, ElementsAre(2, 1));
}

TEST(AuditIndex, CountsTargetsByRecordAndPatient) {
  const AuditReport report = AuditIndex(SmallIndex(), "zzu");
  EXPECT_EQ(Target(report, "chd").positive_count, 3);
  EXPECT_EQ(Target(report, "chd").positive_patient_count, 2);
  EXPECT_EQ(Target(report, "chd").negative_count, 1);
  EXPECT_EQ(Target(report, "chd_strict").missing_count, 1);
  EXPECT_EQ(Target(report, "abnormal_a1").missing_count, 1);
}

TEST(AuditIndex, CountsTargetsThatOccurTogether) {
  const Index index = SmallIndex();
  const AuditReport report = AuditIndex(index, "zzu");
  const std::size_t chd = *index.FindTarget("chd");
  const std::size_t kawasaki = *index.FindTarget("kawasaki");
  EXPECT_EQ(report.cooccurrence[chd][kawasaki], 2);
  EXPECT_EQ(report.cooccurrence[kawasaki][chd], 2);
  EXPECT_EQ(report.cooccurrence[chd][chd], 3);
}

TEST(AuditIndex, GroupsByAgeSexAndLeads) {
  const AuditReport report = AuditIndex(SmallIndex(), "zzu");
  EXPECT_THAT(report.age_bands, SizeIs(10)) << "nine bands and the older ones";
  EXPECT_EQ(Group(report.age_bands, "1-3 y").record_count, 2);
  EXPECT_EQ(Group(report.age_bands, "1-3 y").patient_count, 1);
  EXPECT_EQ(Group(report.age_bands, "older").record_count, 1);
  EXPECT_EQ(Group(report.sexes, "male").positive_counts[0], 1);
  ASSERT_THAT(report.lead_layouts, SizeIs(2));
  EXPECT_EQ(report.lead_layouts[0].name, "12 leads");
  EXPECT_EQ(report.lead_layouts[1].name, "9 leads, no V2 V4 V6");
}

TEST(AuditIndex, ComparesWithTheSpecification) {
  Index index = SmallIndex();
  const IndexEntry normal = index.entries[1];
  const IndexEntry kawasaki = index.entries[0];
  index.entries.assign(2500, normal);
  const auto verdicts = [&] {
    std::vector<Verdict> found;
    for (const auto& row : AuditIndex(index, "zzu").expectations) found.push_back(row.verdict);
    return found;
  };
  EXPECT_THAT(verdicts(), ElementsAre(Verdict::kInside, Verdict::kBelow, Verdict::kBelow,
                                      Verdict::kBelow, Verdict::kAbove));
  index.entries.assign(3000, kawasaki);
  EXPECT_THAT(verdicts(), ElementsAre(Verdict::kBelow, Verdict::kBelow, Verdict::kBelow,
                                      Verdict::kInside, Verdict::kAbove));
}

TEST(AuditIndex, CountsNormalEcgsWithARateCodeAsExpectedNormalOnes) {
  EXPECT_EQ(AuditIndex(SmallIndex(), "zzu").expectations[0].found, 3);
}

TEST(AuditIndex, DescribesDurations) {
  const AuditReport report = AuditIndex(SmallIndex(), "zzu");
  EXPECT_EQ(report.duration_seconds.count, 4);
  EXPECT_DOUBLE_EQ(report.duration_seconds.lowest, 10);
  EXPECT_DOUBLE_EQ(report.duration_seconds.median, 30);
  std::int64_t counted = 0;
  for (const std::int64_t count : report.duration_counts) counted += count;
  EXPECT_EQ(counted, 4);
}

TEST(AuditIndex, DescribesQualityOfTheLeadsThereAre) {
  const AuditReport report = AuditIndex(SmallIndex(), "zzu");
  EXPECT_EQ(report.sqi[0].count, 45);
  EXPECT_EQ(report.sqi_from_file_count, 3);
  EXPECT_EQ(report.sqi_computed_count, 1);
  EXPECT_EQ(report.leads[7].record_count, 3) << "V2 is missing in one";
  EXPECT_EQ(report.leads[0].railed_count, 1);
  EXPECT_EQ(report.leads[1].flat_count, 1);
  EXPECT_EQ(report.railed_record_count, 1);
  EXPECT_EQ(report.flat_record_count, 1);
}

TEST(AuditIndex, KeepsWarningsApartFromFailures) {
  const AuditReport report = AuditIndex(SmallIndex(), "zzu");
  EXPECT_THAT(report.failures, SizeIs(1));
  EXPECT_THAT(report.warnings, SizeIs(1));
}

TEST(AuditIndex, SurvivesAnIndexWithoutRecords) {
  Index index = SmallIndex();
  index.entries.clear();
  const AuditReport report = AuditIndex(index, "zzu");
  EXPECT_EQ(MarkupCheck::Complaint(AuditHtml(report)), "");
  EXPECT_FALSE(AuditText(report).empty());
  EXPECT_EQ(nlohmann::json::parse(AuditJson(report))["record_count"], 0);
}

TEST(AuditText, FitsATerminalAndPrintsExpectedBesideFound) {
  Index index = SmallIndex();
  for (int i = 0; i < 30; ++i) {
    index.failures.push_back({"f" + std::to_string(i), 0, "not_found", std::string(150, 'x'), ""});
  }
  const std::string text = AuditText(AuditIndex(index, "zzu"));
  EXPECT_THAT(text, HasSubstr("Kawasaki disease"));
  EXPECT_THAT(text, HasSubstr("200 to 400"));
  EXPECT_THAT(text, HasSubstr("11 more"));
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    EXPECT_LE(end - start, 100U) << text.substr(start, end - start);
    start = end + 1;
  }
}

TEST(AuditText, SaysThatDataAreSynthetic) {
  Index index = SmallIndex();
  EXPECT_THAT(AuditText(AuditIndex(index, "zzu")), Not(HasSubstr("SYNTHETIC")));
  index.synthetic = true;
  EXPECT_THAT(AuditText(AuditIndex(index, "zzu")), HasSubstr("SYNTHETIC"));
}

TEST(AuditJson, HoldsTheFiguresAndEveryListWhole) {
  const auto json = nlohmann::json::parse(AuditJson(AuditIndex(SmallIndex(), "zzu")));
  EXPECT_EQ(json["record_count"], 4);
  EXPECT_EQ(json["targets"][0]["name"], "chd");
  EXPECT_EQ(json["targets"][0]["positive_count"], 3);
  EXPECT_EQ(json["expectations"][0]["verdict"], "below");
  EXPECT_EQ(json["failures"][0]["line"], 7);
  EXPECT_EQ(json["suspicions"][0]["kind"], "normal_with_rate_code");
}

TEST(AuditHtml, IsOneWellFormedPageWithoutScripts) {
  const std::string html = AuditHtml(AuditIndex(SmallIndex(), "zzu"));
  EXPECT_EQ(MarkupCheck::Complaint(html), "");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http://www.w3.org/1999")));
  EXPECT_GE(CountOf(html, "<svg "), 7);
}

TEST(AuditHtml, NamesTheDataAndEscapesThem) {
  Index index = SmallIndex();
  index.synthetic = true;
  const std::string html = AuditHtml(AuditIndex(index, "<zzu>"));
  EXPECT_THAT(html,
              HasSubstr("<title>Audit of &lt;zzu&gt; (synthetic), version aaaaaaaaaaaa</title>"));
  EXPECT_THAT(html, HasSubstr("Age: &lt;bad&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<bad>")));
}

TEST(AgeBandOf, EndsBandsWithTheAgeTheyAreNamedFor) {
  EXPECT_EQ(AgeBandOf(0), 0U);
  EXPECT_EQ(AgeBandOf(30), 0U);
  EXPECT_EQ(AgeBandOf(31), 1U);
  EXPECT_EQ(AgeBandOf(365), 3U);
  EXPECT_EQ(AgeBandOf(366), 4U);
  EXPECT_EQ(AgeBandOf(5474), 8U);
  EXPECT_EQ(AgeBandOf(5476), std::nullopt);
}

}  // namespace
}  // namespace pecg
