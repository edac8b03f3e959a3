#include "worker/ecg/pediatric_normals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr auto kFiles = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "ecg_files.inc"
});
constexpr double kP98Score = 2.054;
/// Added to the age, so that the first days are not stretched out without end.
constexpr double kAgeOffsetDays = 30;
constexpr int kFirstWeekDays = 7;

std::string_view File(std::string_view stem) {
  for (const auto& [name, text] : kFiles) {
    if (name == stem) return text;
  }
  throw Error(Error::Kind::kNotFound, "no file of this name is built in", std::string(stem));
}

/// Cells of one line of our own tables: a cell may stand in double quotes, without quotes inside.
std::vector<std::string> CellsOf(std::string_view line) {
  std::vector<std::string> cells(1);
  bool in_quotes = false;
  for (const char letter : line) {
    if (letter == '"') {
      in_quotes = !in_quotes;
    } else if (letter == ',' && !in_quotes) {
      cells.emplace_back();
    } else {
      cells.back() += letter;
    }
  }
  return cells;
}

/// Rows below the first of an embedded table; every one must have `width` cells.
std::vector<std::vector<std::string>> TableRows(std::string_view stem, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  std::string_view text = File(stem);
  bool is_header = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || std::exchange(is_header, false)) continue;
    rows.push_back(CellsOf(line));
    if (rows.back().size() != width) {
      throw Error(Error::Kind::kCorruptData, "a row of a built-in table has other columns",
                  std::string(line));
    }
  }
  return rows;
}

std::optional<double> Number(const std::string& cell) {
  if (cell.empty()) return std::nullopt;
  // std::from_chars for double is missing in clang 14's library.
  return std::stod(cell);
}

Sex SexOf(const std::string& cell) {
  if (cell == "M") return Sex::kMale;
  return cell == "F" ? Sex::kFemale : Sex::kUnknown;
}

double Abscissa(double age_days) { return std::log(std::max(age_days, 0.0) + kAgeOffsetDays); }

/// Slopes that keep a curve between its points monotone: the harmonic mean of the neighbours,
/// weighted as Fritsch & Butland have it; flat at both ends and at turning points.
std::vector<double> MonotoneSlopes(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> slope(x.size(), 0.0);
  for (std::size_t i = 1; i + 1 < x.size(); ++i) {
    const double before = x[i] - x[i - 1];
    const double after = x[i + 1] - x[i];
    const double rise_before = (y[i] - y[i - 1]) / before;
    const double rise_after = (y[i + 1] - y[i]) / after;
    if (rise_before * rise_after <= 0) continue;
    const double weight_before = 2 * after + before;
    const double weight_after = after + 2 * before;
    slope[i] =
        (weight_before + weight_after) / (weight_before / rise_before + weight_after / rise_after);
  }
  return slope;
}

/// Whether a row is a point of the smooth curves.
bool IsKnot(const PediatricNormals::Row& row) {
  if (row.source.starts_with("rijnbeek")) return true;
  return row.source == "davignon1980" && row.to_days <= kFirstWeekDays && row.range.p50;
}

std::optional<double> Join(std::optional<double> a, std::optional<double> b, auto&& join) {
  if (a && b) return join(*a, *b);
  return a ? a : b;
}

}  // namespace

const PediatricNormals& PediatricNormals::Table() {
  static const PediatricNormals table;
  return table;
}

PediatricNormals::PediatricNormals() {
  for (const auto& cells : TableRows("pediatric_normal_sources", 3)) {
    sources_.push_back({cells[0], cells[1], cells[2]});
  }
  std::set<std::string> names;
  for (const auto& cells : TableRows("pediatric_normals", 9)) {
    rows_.push_back({cells[0],
                     cells[1],
                     std::stoi(cells[2]),
                     std::stoi(cells[3]),
                     SexOf(cells[4]),
                     {Number(cells[5]), Number(cells[6]), Number(cells[7])},
                     cells[8]});
    names.insert(cells[0]);
  }
  for (const std::string& name : names) {
    for (const Sex sex : {Sex::kFemale, Sex::kMale}) {
      Curves curves = MakeCurves(name, sex);
      if (!curves.p50.x.empty()) curves_.try_emplace({name, sex}, std::move(curves));
    }
  }
}

PediatricNormals::Curves PediatricNormals::MakeCurves(std::string_view measurement, Sex sex) const {
  std::vector<const Row*> knots;
  for (const Row& row : rows_) {
    if (row.measurement != measurement || !IsKnot(row)) continue;
    if (row.sex == Sex::kUnknown || row.sex == sex) knots.push_back(&row);
  }
  std::ranges::sort(knots, {}, [](const Row* row) { return row->from_days; });
  Curves curves;
  for (const Row* row : knots) {
    const double centre = Abscissa(std::sqrt(std::max(row->from_days, 1) * 1.0 * row->to_days));
    const auto add = [&](const std::optional<double>& value, Curve& curve) {
      if (!value) return;
      curve.x.push_back(centre);
      curve.y.push_back(*value);
    };
    add(row->range.p2, curves.p2);
    add(row->range.p50, curves.p50);
    add(row->range.p98, curves.p98);
  }
  for (Curve* curve : {&curves.p2, &curves.p50, &curves.p98}) {
    // A curve that knows the first week alone says nothing about later ages.
    if (curve->x.empty() || curve->x.back() < Abscissa(kFirstWeekDays)) *curve = {};
    curve->slope = MonotoneSlopes(curve->x, curve->y);
  }
  return curves;
}

std::optional<double> PediatricNormals::Curve::At(double at) const {
  if (x.empty()) return std::nullopt;
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto right = static_cast<std::size_t>(std::ranges::upper_bound(x, at) - x.begin());
  const std::size_t left = right - 1;
  const double width = x[right] - x[left];
  const double t = (at - x[left]) / width;
  // Cubic Hermite between two points.
  return (1 + 2 * t) * (1 - t) * (1 - t) * y[left] + t * (1 - t) * (1 - t) * width * slope[left] +
         t * t * (3 - 2 * t) * y[right] - t * t * (1 - t) * width * slope[right];
}

std::optional<NormalRange> PediatricNormals::At(std::string_view measurement, double age_days,
                                                Sex sex) const {
  if (sex == Sex::kUnknown) {
    const auto female = At(measurement, age_days, Sex::kFemale);
    const auto male = At(measurement, age_days, Sex::kMale);
    if (!female || !male) return female ? female : male;
    const auto lower = [](double a, double b) { return std::min(a, b); };
    const auto upper = [](double a, double b) { return std::max(a, b); };
    return NormalRange{Join(female->p2, male->p2, lower),
                       Join(female->p50, male->p50, [](double a, double b) { return (a + b) / 2; }),
                       Join(female->p98, male->p98, upper)};
  }
  const auto found = curves_.find(std::pair{std::string(measurement), sex});
  if (found == curves_.end()) return std::nullopt;
  const double x = Abscissa(age_days);
  return NormalRange{found->second.p2.At(x), found->second.p50.At(x), found->second.p98.At(x)};
}

std::optional<double> NormalScore(const NormalRange& range, double value) {
  if (!range.p50) return std::nullopt;
  std::optional<double> below;
  std::optional<double> above;
  if (range.p2) below = *range.p50 - *range.p2;
  if (range.p98) above = *range.p98 - *range.p50;
  const std::optional<double> spread =
      value < *range.p50 ? (below ? below : above) : (above ? above : below);
  if (!spread || *spread <= 0) return std::nullopt;
  return kP98Score * (value - *range.p50) / *spread;
}

}  // namespace pecg
