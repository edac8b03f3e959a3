#include "worker/dataset/quoted_list.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "worker/ecg/error.h"
#include "worker/ecg/lead.h"

namespace pecg {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

[[noreturn]] void FailOn(const char* what, std::string_view text) {
  throw Error(Error::Kind::kBadInput, std::string(what) + ": " + std::string(text));
}

/// Takes the next entry, quotes included, off the front of `rest`.
std::string_view TakeEntry(std::string_view* rest) {
  const std::string_view all = TrimBlanks(*rest);
  std::size_t end = 0;
  if (all.starts_with('\'')) {
    // Up to a quote with nothing but blanks between it and a semicolon or the end.
    std::size_t quote = all.find('\'', 1);
    for (;; quote = all.find('\'', quote + 1)) {
      if (quote == std::string_view::npos) FailOn("a single quote is never closed", all);
      const std::size_t next = all.find_first_not_of(kBlanks, quote + 1);
      if (next == std::string_view::npos || all[next] == ';') {
        end = std::min(next, all.size());
        break;
      }
    }
  } else {
    end = std::min(all.find(';'), all.size());
  }
  const std::string_view entry = all.substr(0, end);
  *rest = end < all.size() ? all.substr(end + 1) : std::string_view();
  return entry;
}

bool IsNull(std::string_view text) {
  constexpr std::string_view kNull = "null";
  return std::ranges::equal(text, kNull, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

float ReadIndex(std::string_view text) {
  if (text.empty() || IsNull(text)) return std::numeric_limits<float>::quiet_NaN();
  const std::string number(text);
  char* end = nullptr;
  const float value = std::strtof(number.c_str(), &end);
  if (end != number.c_str() + number.size() || !std::isfinite(value)) {
    FailOn("a quality index is no number", text);
  }
  return value;
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string FoldBlanks(std::string_view text) {
  std::string folded;
  for (const char letter : TrimBlanks(text)) {
    const bool is_blank = kBlanks.find(letter) != std::string_view::npos;
    if (!is_blank) {
      folded += letter;
    } else if (folded.back() != ' ') {
      folded += ' ';
    }
  }
  return folded;
}

std::string_view StripSingleQuotes(std::string_view cell) {
  cell = TrimBlanks(cell);
  if (cell.size() >= 2 && cell.starts_with('\'') && cell.ends_with('\'')) {
    cell = TrimBlanks(cell.substr(1, cell.size() - 2));
  }
  return cell;
}

std::vector<std::string> ReadQuotedList(std::string_view cell) {
  std::vector<std::string> entries;
  std::string_view rest = TrimBlanks(cell);
  while (!rest.empty()) {
    const std::string_view entry = TakeEntry(&rest);
    const bool is_quoted = entry.starts_with('\'');
    std::string text = FoldBlanks(StripSingleQuotes(entry));
    if (!text.empty() && (is_quoted || !IsNull(text))) entries.push_back(std::move(text));
    rest = TrimBlanks(rest);
  }
  return entries;
}

void JoinCellsCutInQuotes(std::size_t expected, std::vector<std::string>* cells) {
  std::size_t surplus = cells->size() > expected ? cells->size() - expected : 0;
  for (std::size_t i = 0; surplus > 0 && i + 1 < cells->size();) {
    std::string& cell = (*cells)[i];
    if (std::ranges::count(cell, '\'') % 2 == 0) {
      ++i;
      continue;
    }
    cell += ',' + (*cells)[i + 1];
    cells->erase(cells->begin() + static_cast<std::ptrdiff_t>(i) + 1);
    --surplus;
  }
}

void ReadSqiList(std::string_view cell, std::size_t column, SqiTable* table) {
  LeadMask seen;
  for (auto& indices : *table) indices[column] = std::numeric_limits<float>::quiet_NaN();
  std::string_view rest = TrimBlanks(cell);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view entry = TrimBlanks(rest.substr(0, end));
    rest = end < rest.size() ? rest.substr(end + 1) : std::string_view();
    if (entry.empty()) continue;
    const std::size_t colon = entry.find(':');
    if (colon == std::string_view::npos) FailOn("a quality index has no lead", entry);
    const auto lead = FindLead(StripSingleQuotes(entry.substr(0, colon)));
    if (!lead) FailOn("a quality index is of no standard lead", entry);
    if (seen.Has(*lead)) FailOn("a lead has two quality indices", entry);
    seen.Add(*lead);
    (*table)[static_cast<std::size_t>(*lead)][column] =
        ReadIndex(StripSingleQuotes(entry.substr(colon + 1)));
  }
}

}  // namespace pecg
