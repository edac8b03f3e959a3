#include "worker/file/patient_comment.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace pecg {
namespace {

constexpr int kDaysPerYear = 365;  // As ZZU-pECG counts.
constexpr int kMaxYears = 130;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

std::optional<int> ToCount(std::string_view text, int limit) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > limit) {
    return std::nullopt;
  }
  return value;
}

Sex ToSex(std::string_view lower) {
  if (lower == "female" || lower == "f") return Sex::kFemale;
  if (lower == "male" || lower == "m") return Sex::kMale;
  return Sex::kUnknown;
}

std::optional<int> YearsToDays(std::string_view text) {
  const std::optional<int> years = ToCount(text, kMaxYears);
  if (!years) return std::nullopt;
  return *years * kDaysPerYear;
}

std::string_view TrimBlanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// `Female 360`: sex and days.
bool TakeZzuComment(std::string_view lower, PatientComment* patient) {
  const std::size_t blank = lower.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view word = lower.substr(0, blank);
  const std::optional<int> days =
      ToCount(TrimBlanks(lower.substr(blank)), kMaxYears * kDaysPerYear);
  if (!days || (word != "female" && word != "male")) return false;
  patient->sex = ToSex(word);
  patient->age_days = days;
  return true;
}

/// `<age>: 51`, `Age: 51`, `<sex>: F`, `Sex: Female`.
void TakeKeyedComment(std::string_view lower, PatientComment* patient) {
  const std::size_t colon = lower.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view key = TrimBlanks(lower.substr(0, colon));
  const std::string_view value = TrimBlanks(lower.substr(colon + 1));
  if ((key == "age" || key == "<age>") && !patient->age_days) {
    patient->age_days = YearsToDays(value);
  }
  if ((key == "sex" || key == "<sex>") && patient->sex == Sex::kUnknown) {
    patient->sex = ToSex(value);
  }
}

}  // namespace

PatientComment FindPatientComment(const std::vector<std::string>& comments) {
  PatientComment patient;
  for (const std::string& comment : comments) {
    const std::string lower = Lower(comment);
    if (TakeZzuComment(lower, &patient)) break;
    TakeKeyedComment(lower, &patient);
  }
  return patient;
}

}  // namespace pecg
