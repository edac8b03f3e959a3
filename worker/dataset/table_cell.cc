#include "worker/dataset/table_cell.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <tuple>
#include <unordered_map>

#include "worker/dataset/quoted_list.h"

namespace pecg {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::int64_t> ReadCount(std::string_view text, std::int64_t highest) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end || value < 0 || value > highest) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> ReadNumber(std::string_view text) {
  // strtod also takes nan, inf and hexadecimals.
  if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> ReadFloatCount(std::string_view text, std::int64_t highest) {
  const std::size_t point = text.find('.');
  const std::string_view fraction = text.substr(std::min(point, text.size()));
  if (fraction.find_first_not_of('0', 1) != std::string_view::npos) return std::nullopt;
  return ReadCount(text.substr(0, point), highest);
}

std::vector<std::string> SplitCell(std::string_view cell, std::string_view separator) {
  std::vector<std::string> entries;
  for (std::string_view rest = cell; !rest.empty();) {
    const std::size_t end = separator.empty() ? std::string_view::npos : rest.find(separator);
    const std::string_view entry = TrimBlanks(rest.substr(0, end));
    if (!entry.empty()) entries.emplace_back(entry);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + separator.size());
  }
  return entries;
}

void NumberExams(std::vector<DatasetRow>* rows) {
  std::vector<DatasetRow*> by_time;
  by_time.reserve(rows->size());
  for (DatasetRow& row : *rows) by_time.push_back(&row);
  std::ranges::stable_sort(by_time, {}, &DatasetRow::acquisition_time);
  std::unordered_map<std::string_view, int> exam_counts;
  for (DatasetRow* row : by_time) row->exam = ++exam_counts[row->patient_id];
}

}  // namespace pecg
