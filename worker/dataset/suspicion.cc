#include "worker/dataset/suspicion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/statement_dictionary.h"

namespace pecg {
namespace {

using Entries = std::vector<const IndexEntry*>;

bool HasAny(const IndexEntry& entry, std::initializer_list<std::string_view> aha_codes) {
  const StatementDictionary& dictionary = StatementDictionary::Release();
  return std::ranges::any_of(aha_codes, [&](std::string_view code) {
    return entry.HasStatement(dictionary.FindAha(code).value());
  });
}

std::vector<std::string> NamesOf(const Entries& entries) {
  std::vector<std::string> names;
  for (const IndexEntry* entry : entries) names.push_back(entry->record_id);
  std::ranges::sort(names);
  return names;
}

bool IsTime(std::string_view text) {
  constexpr std::string_view kPattern = "dddd-dd-dd dd:dd:dd";
  return std::ranges::equal(text, kPattern, [](char letter, char pattern) {
    return pattern == 'd' ? letter >= '0' && letter <= '9' : letter == pattern;
  });
}

/// Exams of each patient with more than one, in order of time.
std::vector<Entries> RepeatedExams(const Index& index) {
  std::map<std::string_view, Entries> by_patient;
  for (const IndexEntry& entry : index.entries) by_patient[entry.patient_id].push_back(&entry);
  std::vector<Entries> repeated;
  for (auto& [patient, exams] : by_patient) {
    if (exams.size() < 2) continue;
    const bool have_times = std::ranges::all_of(
        exams, [](const IndexEntry* exam) { return IsTime(exam->acquisition_time); });
    std::ranges::stable_sort(exams, [&](const IndexEntry* a, const IndexEntry* b) {
      return have_times ? a->acquisition_time < b->acquisition_time : a->exam < b->exam;
    });
    repeated.push_back(std::move(exams));
  }
  return repeated;
}

/// The cardiovascular diagnoses of a record, sorted, as text.
std::string DiagnosesOf(const IndexEntry& entry) {
  std::set<std::string> keys;
  for (const std::string& code : entry.icd_codes) {
    if (DiseaseDictionary::Release().Find(code)) keys.insert(code);
  }
  return keys.empty() ? "none" : fmt::format("{}", fmt::join(keys, ";"));
}

std::string SexOf(const IndexEntry& entry) {
  switch (entry.sex) {
    case Sex::kFemale:
      return "female";
    case Sex::kMale:
      return "male";
    case Sex::kUnknown:
      return "unknown";
  }
  return "unknown";
}

/// Adds a suspicion for every patient of whom `value_of` is not the same in all exams.
template <typename ValueOf>
void FindChanges(const std::vector<Entries>& patients, const char* kind, const char* noun,
                 const ValueOf& value_of, std::vector<Suspicion>* found) {
  for (const Entries& exams : patients) {
    const std::string first = value_of(*exams.front());
    const bool changes = std::ranges::any_of(
        exams, [&](const IndexEntry* exam) { return value_of(*exam) != first; });
    if (!changes) continue;
    std::vector<std::string> course;
    for (const IndexEntry* exam : exams) {
      course.push_back(fmt::format("{}: {}", exam->record_id, value_of(*exam)));
    }
    found->push_back({.kind = kind,
                      .records = NamesOf(exams),
                      .what = fmt::format("{} of {} by exam: {}", noun, exams.front()->patient_id,
                                          fmt::join(course, ", "))});
  }
}

void FindBackwardsAges(const std::vector<Entries>& patients, std::vector<Suspicion>* found) {
  for (const Entries& exams : patients) {
    for (std::size_t i = 1; i < exams.size(); ++i) {
      const IndexEntry& earlier = *exams[i - 1];
      const IndexEntry& later = *exams[i];
      if (!earlier.age_days || !later.age_days || *later.age_days >= *earlier.age_days) continue;
      found->push_back({.kind = "age_goes_backwards",
                        .records = NamesOf({&earlier, &later}),
                        .what = fmt::format("{} days in {}, then {} days in {}", *earlier.age_days,
                                            earlier.record_id, *later.age_days, later.record_id)});
    }
  }
}

void FindNormalWithRateCode(const Index& index, std::vector<Suspicion>* found) {
  for (const IndexEntry& entry : index.entries) {
    if (!HasAny(entry, {"A1", "A2"}) || !HasAny(entry, {"C21", "C22"})) continue;
    found->push_back({.kind = "normal_with_rate_code",
                      .records = {entry.record_id},
                      .what = fmt::format("normal, and too fast or too slow: {}",
                                          fmt::join(entry.statements, ";"))});
  }
}

bool IsDigit(char letter) { return letter >= '0' && letter <= '9'; }

/// `I40.0`, `J18`: a letter, two digits, and up to four further ones behind a point.
bool IsIcd10(std::string_view code) {
  if (code.size() < 3 || code[0] < 'A' || code[0] > 'Z' || !IsDigit(code[1])) return false;
  const bool third_fits = IsDigit(code[2]) || (code[2] >= 'A' && code[2] <= 'Z');
  const std::string_view rest = code.substr(3);
  if (!third_fits || rest.empty()) return third_fits;
  const bool all_digits = std::ranges::all_of(rest.substr(1), IsDigit);
  return rest[0] == '.' && rest.size() >= 2 && rest.size() <= 5 && all_digits;
}

/// What is unknown about an entry of a record's statements; empty when nothing is.
std::string UnknownIn(const std::string& statement) {
  const StatementDictionary& dictionary = StatementDictionary::Release();
  if (!dictionary.FindAha(statement)) {
    return fmt::format("statement not in ECGCode.csv: {}", statement);
  }
  for (const std::string_view modifier : SplitStatement(statement).modifiers) {
    if (!dictionary.FindModifier(modifier)) {
      return fmt::format("modifier not in ECGCode.csv: {}", modifier);
    }
  }
  return "";
}

/// Likewise for a diagnosis. A prefix is part of a key, so that another prefix is another key.
std::string UnknownDiagnosis(const std::string& code) {
  if (DiseaseDictionary::Release().Find(code) || IsIcd10(code)) return "";
  return code.starts_with('(') ? fmt::format("prefixed diagnosis not in DiseaseCode.csv: {}", code)
                               : fmt::format("not an ICD-10 code: {}", code);
}

/// `chd=1`, as a table of the dataset's own gives targets.
bool IsTargetValue(const Index& index, std::string_view code) {
  const std::size_t sign = code.find('=');
  return sign != std::string_view::npos && index.FindTarget(code.substr(0, sign));
}

void FindUnknownCodes(const Index& index, std::vector<Suspicion>* found) {
  std::map<std::string, std::set<std::string>> records_by_text;
  for (const IndexEntry& entry : index.entries) {
    const auto note = [&](std::string text) {
      if (!text.empty()) records_by_text[std::move(text)].insert(entry.record_id);
    };
    for (const std::string& statement : entry.statements) note(UnknownIn(statement));
    for (const std::string& code : entry.icd_codes) {
      if (!IsTargetValue(index, code)) note(UnknownDiagnosis(code));
    }
  }
  for (const auto& [text, records] : records_by_text) {
    found->push_back(
        {.kind = "unknown_code", .records = {records.begin(), records.end()}, .what = text});
  }
}

void FindDuplicateSignals(const Index& index, std::vector<Suspicion>* found) {
  std::map<std::string_view, Entries> by_signal;
  for (const IndexEntry& entry : index.entries) by_signal[entry.signal_sha256].push_back(&entry);
  std::vector<Suspicion> duplicates;
  for (const auto& [hash, entries] : by_signal) {
    if (entries.size() < 2) continue;
    std::set<std::string_view> patients;
    for (const IndexEntry* entry : entries) patients.insert(entry->patient_id);
    duplicates.push_back(
        {.kind = "duplicate_signal",
         .records = NamesOf(entries),
         .what = fmt::format("{} records of {} have the same signal, SHA-256 {}", entries.size(),
                             patients.size() == 1 ? "one patient" : "two or more patients", hash)});
  }
  std::ranges::sort(duplicates, {}, &Suspicion::records);
  std::ranges::move(duplicates, std::back_inserter(*found));
}

void FindMissing(const Index& index, const char* kind, const char* what,
                 std::vector<std::string> IndexEntry::*list, std::vector<Suspicion>* found) {
  Suspicion missing{.kind = kind, .records = {}, .what = what};
  for (const IndexEntry& entry : index.entries) {
    if ((entry.*list).empty()) missing.records.push_back(entry.record_id);
  }
  // A dataset that has none at all is of another kind.
  if (missing.records.size() == index.entries.size()) return;
  if (!missing.records.empty()) found->push_back(std::move(missing));
}

}  // namespace

std::vector<Suspicion> FindSuspicions(const Index& index) {
  const std::vector<Entries> patients = RepeatedExams(index);
  std::vector<Suspicion> found;
  FindNormalWithRateCode(index, &found);
  FindChanges(patients, "diagnosis_changes", "diagnoses", DiagnosesOf, &found);
  FindChanges(patients, "sex_changes", "sex", SexOf, &found);
  FindBackwardsAges(patients, &found);
  FindUnknownCodes(index, &found);
  FindDuplicateSignals(index, &found);
  FindMissing(index, "no_statement", "no ECG statement", &IndexEntry::statements, &found);
  FindMissing(index, "no_diagnosis", "no diagnosis code: counted as without any disease",
              &IndexEntry::icd_codes, &found);
  return found;
}

}  // namespace pecg
