// docs/rules.md shows the tables the program works by. Where it differs, what it should hold is
// written to a file that the failure names.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "worker/rule/criterion_table.h"
#include "worker/rule/feature_table.h"
#include "worker/rule/finding_table.h"
#include "worker/rule/rule_score.h"

namespace pecg {
namespace {

constexpr char kPage[] = PECG_SOURCE_DIR "/docs/rules.md";

std::string ReadFile(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
}

/// What stands between `<!-- name -->` and `<!-- end -->`.
std::string Part(const std::string& page, const std::string& name) {
  const std::string start = fmt::format("<!-- {} -->\n", name);
  const std::size_t from = page.find(start);
  if (from == std::string::npos) return "";
  const std::size_t to = page.find("<!-- end -->", from);
  return page.substr(from + start.size(), to - from - start.size());
}

void ExpectPart(const std::string& name, const std::string& table) {
  const std::string path = ::testing::TempDir() + "rules_" + name + ".md";
  std::ofstream(path, std::ios::binary) << table;
  EXPECT_TRUE(Part(ReadFile(kPage), name) == table)
      << "docs/rules.md, part " << name << ": should be as in " << path;
}

std::string Days(int days) { return days == kNoAgeEnd ? "" : std::to_string(days); }

TEST(RulesPageTest, ShowsEveryFinding) {
  std::string table =
      "| code | finding | AHA code | severity | statements of ZZU-pECG |\n|---|---|---|---|---|\n";
  for (const FindingKind& kind : FindingKinds()) {
    std::string statements(kind.statements);
    for (std::size_t at = 0; (at = statements.find('|', at)) != std::string::npos; at += 2) {
      statements.replace(at, 1, "; ");
    }
    table += fmt::format("| {} | {} | {} | {} | {} |\n", kind.code, kind.name, kind.aha_code,
                         NameOf(kind.severity), statements);
  }
  ExpectPart("findings", table);
}

TEST(RulesPageTest, ShowsEveryLimit) {
  std::string table =
      "| criterion | from day | to day | limit | unit | separates | basis | source "
      "|\n|---|---|---|---|---|---|---|---|\n";
  for (const CriterionLimit& row : CriterionLimits()) {
    table += fmt::format("| {} | {} | {} | {:g} | {} | {} | {} | {} |\n", row.id, row.from_days,
                         Days(row.to_days), row.limit, row.unit, row.means, NameOf(row.basis),
                         row.source);
  }
  ExpectPart("limits", table);
}

TEST(RulesPageTest, ShowsEveryFeature) {
  std::string table = "| feature | unit | meaning | source |\n|---|---|---|---|\n";
  for (const Feature& feature : FeatureTable()) {
    table += fmt::format("| {} | {} | {} | {} |\n", feature.name, feature.unit, feature.meaning,
                         feature.source);
  }
  ExpectPart("features", table);
}

TEST(RulesPageTest, ShowsEveryTermOfTheScores) {
  std::string table =
      "| score | term | weight | centre | slope | source |\n|---|---|---|---|---|---|\n";
  for (const ScoreTerm& term : ScoreTerms()) {
    table += fmt::format("| {} | {} | {:g} | {:g} | {:g} | {} |\n", term.score, term.term,
                         term.weight, term.centre, term.slope, term.source);
  }
  ExpectPart("scores", table);
}

}  // namespace
}  // namespace pecg
