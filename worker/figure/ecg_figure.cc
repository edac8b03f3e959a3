#include "worker/figure/ecg_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "worker/figure/svg.h"

namespace pecg {
namespace {

constexpr double kMm = 4;  // User units.
constexpr double kMmPerSecond = 25;
constexpr double kSheetSeconds = 10;
constexpr double kCellSeconds = 2.5;
constexpr int kRows = 3;
constexpr int kColumns = 4;
constexpr double kRowMm = 30;
constexpr double kLeftMm = 15;  // With the calibration pulse.
constexpr double kRightMm = 5;
constexpr double kTextLine = 15;
constexpr double kStripGapMm = 5;
constexpr double kWidth = (kLeftMm + kRightMm + kSheetSeconds * kMmPerSecond) * kMm;
constexpr double kUsualGain = 10;  // Millimetres per millivolt.
constexpr double kSmallGain = 5;
constexpr double kInvalidMv = 8;  // From the median: no heart does that.
/// Rare in a readable lead, so that fewest such samples tell a clear stretch from a wandering one.
constexpr double kUnclearMv = 3;
constexpr double kFlatMv = 0.01;  // A stretch that moves less is no signal.
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kWrapColumns = 84;
constexpr std::size_t kMostFindingLines = 9;

constexpr std::array<std::array<Lead, kColumns>, kRows> kLayout = {
    {{Lead::kI, Lead::kAVR, Lead::kV1, Lead::kV4},
     {Lead::kII, Lead::kAVL, Lead::kV2, Lead::kV5},
     {Lead::kIII, Lead::kAVF, Lead::kV3, Lead::kV6}}};

bool IsChest(Lead lead) { return lead >= Lead::kV1; }

/// A stretch of one lead about its median.
struct Stretch {
  std::span<const float> samples;
  double median_mv = 0;
  double lowest_mv = 0;  ///< About the median, without what no heart does.
  double highest_mv = 0;
  bool is_empty = true;
};

double MedianOf(std::span<const float> samples) {
  std::vector<float> valid;
  valid.reserve(samples.size());
  std::ranges::copy_if(samples, std::back_inserter(valid),
                       [](float sample) { return std::isfinite(sample); });
  if (valid.empty()) return kNaN;
  const auto middle = valid.begin() + static_cast<std::ptrdiff_t>(valid.size() / 2);
  std::nth_element(valid.begin(), middle, valid.end());
  return *middle;
}

Stretch StretchOf(const EcgRecord& record, Lead lead, double from_seconds, double seconds) {
  Stretch stretch;
  const std::span<const float> all = record.LeadSamples(lead);
  const auto index = [&](double at) {
    return std::min(static_cast<std::size_t>(std::lround(std::max(at, 0.0) * record.rate_hz)),
                    all.size());
  };
  const std::size_t first = index(from_seconds);
  stretch.samples = all.subspan(first, index(from_seconds + seconds) - first);
  stretch.median_mv = MedianOf(stretch.samples);
  for (const float sample : stretch.samples) {
    const double offset = sample - stretch.median_mv;
    if (!(std::abs(offset) <= kInvalidMv)) continue;
    stretch.is_empty = false;
    stretch.lowest_mv = std::min(stretch.lowest_mv, offset);
    stretch.highest_mv = std::max(stretch.highest_mv, offset);
  }
  return stretch;
}

/// Fine and coarse lines of a piece of paper, each as one path.
void DrawGrid(SvgPoint corner, double width_mm, double height_mm, SvgDrawing* svg) {
  constexpr int kCoarseMm = 5;
  std::vector<SvgPoint> fine;
  std::vector<SvgPoint> coarse;
  const auto add = [&](int mm, SvgPoint from, SvgPoint to) {
    std::vector<SvgPoint>& lines = mm % kCoarseMm == 0 ? coarse : fine;
    lines.insert(lines.end(), {from, to, {kNaN, kNaN}});
  };
  for (int mm = 0; mm <= static_cast<int>(width_mm); ++mm) {
    const double x = corner.x + mm * kMm;
    add(mm, {x, corner.y}, {x, corner.y + height_mm * kMm});
  }
  for (int mm = 0; mm <= static_cast<int>(height_mm); ++mm) {
    const double y = corner.y + mm * kMm;
    add(mm, {corner.x, y}, {corner.x + width_mm * kMm, y});
  }
  svg->Polyline(fine, "ecg-fine");
  svg->Polyline(coarse, "ecg-coarse");
}

/// Where a stretch is drawn.
struct Cell {
  SvgPoint start;  ///< Left end of the row's middle.
  double gain = kUsualGain;
  double room_mm = kRowMm / 2;  ///< Above and below.
};

/// The trace: of the samples within half a user unit, the lowest and the highest.
void DrawTrace(const Stretch& stretch, double rate_hz, const Cell& cell, SvgDrawing* svg) {
  constexpr double kBucket = 0.5;
  const double mm_per_mv = cell.gain;
  // A trace that would leave its row on one side is moved to the other.
  const double middle = (stretch.highest_mv + stretch.lowest_mv) / 2;
  const bool leaves = stretch.highest_mv * mm_per_mv > cell.room_mm ||
                      -stretch.lowest_mv * mm_per_mv > cell.room_mm;
  const double zero = stretch.median_mv + (leaves ? middle : 0);
  const double unit_per_sample = kMmPerSecond * kMm / rate_hz;
  const auto per_bucket =
      std::max<std::size_t>(1, static_cast<std::size_t>(kBucket / unit_per_sample));
  std::vector<SvgPoint> points;
  const auto add = [&](std::size_t i) {
    const double offset = stretch.samples[i] - zero;
    const bool is_valid = std::abs(stretch.samples[i] - stretch.median_mv) <= kInvalidMv;
    const double mm = std::clamp(offset * mm_per_mv, -cell.room_mm, cell.room_mm);
    points.push_back({cell.start.x + static_cast<double>(i) * unit_per_sample,
                      is_valid ? cell.start.y - mm * kMm : kNaN});
  };
  for (std::size_t from = 0; from < stretch.samples.size(); from += per_bucket) {
    const std::size_t to = std::min(from + per_bucket, stretch.samples.size());
    const auto bucket = stretch.samples.subspan(from, to - from);
    const auto [lowest, highest] = std::ranges::minmax_element(bucket);
    const auto a = from + static_cast<std::size_t>(lowest - bucket.begin());
    const auto b = from + static_cast<std::size_t>(highest - bucket.begin());
    add(std::min(a, b));
    if (a != b) add(std::max(a, b));
  }
  svg->Polyline(points, "ecg-trace");
}

/// A pulse of 1 mV, stepped down to the chest leads' gain where it differs.
void DrawCalibration(double middle_y, double limb_gain, double chest_gain, SvgDrawing* svg) {
  const double left = (kLeftMm - 8) * kMm;
  const auto x = [&](double mm) { return left + mm * kMm; };
  const auto y = [&](double mm) { return middle_y - mm * kMm; };
  std::vector<SvgPoint> pulse = {{x(0), y(0)}, {x(1), y(0)}, {x(1), y(limb_gain)}};
  if (limb_gain == chest_gain) {
    pulse.insert(pulse.end(), {{x(5), y(limb_gain)}, {x(5), y(0)}});
  } else {
    pulse.insert(
        pulse.end(),
        {{x(3), y(limb_gain)}, {x(3), y(chest_gain)}, {x(5), y(chest_gain)}, {x(5), y(0)}});
  }
  pulse.push_back({x(6), y(0)});
  svg->Polyline(pulse, "ecg-trace");
}

/// Cuts text at blanks into lines of at most kWrapColumns characters, later ones indented by
/// blanks that do not break.
std::vector<std::string> Wrap(const std::string& text) {
  std::vector<std::string> lines;
  std::string rest = text;
  while (rest.size() > kWrapColumns) {
    std::size_t cut = rest.rfind(' ', kWrapColumns);
    if (cut == std::string::npos || cut < kWrapColumns / 2) cut = kWrapColumns;
    lines.push_back(rest.substr(0, cut));
    const std::size_t next = rest.find_first_not_of(' ', cut);
    rest = next == std::string::npos ? "" : "\u00a0\u00a0\u00a0" + rest.substr(next);
  }
  if (!rest.empty()) lines.push_back(rest);
  return lines;
}

std::vector<std::string> FindingLinesOf(const EcgFigure& figure) {
  std::vector<std::string> lines;
  for (const std::string& finding : figure.findings) {
    for (std::string& line : Wrap(finding)) lines.push_back(std::move(line));
  }
  if (lines.size() > kMostFindingLines) {
    const std::size_t more = lines.size() - kMostFindingLines + 1;
    lines.resize(kMostFindingLines - 1);
    lines.push_back(fmt::format("and {} more lines", more));
  }
  return lines;
}

/// The sheet as it comes about.
class Sheet {
 public:
  Sheet(const EcgRecord& record, const EcgFigure& figure)
      : record_(record),
        figure_(figure),
        finding_lines_(FindingLinesOf(figure)),
        head_(40 + kTextLine * static_cast<double>(
                                   std::max(finding_lines_.size(), figure.facts.size() + 1))),
        paper_top_(std::ceil(head_ / kMm) * kMm),
        strip_top_(paper_top_ + (kRows * kRowMm + kStripGapMm) * kMm),
        foot_(strip_top_ + (kRowMm + 4) * kMm),
        svg_(kWidth, foot_ + 2.5 * kTextLine, figure.title, "Electrocardiogram on paper"),
        limb_gain_(GainOf(false)),
        chest_gain_(GainOf(true)) {}

  std::string Draw() {
    svg_.Rectangle({0, 0}, kWidth, foot_ + 2.5 * kTextLine, "ecg-paper");
    DrawHead();
    DrawGrid({kLeftMm * kMm, paper_top_}, kSheetSeconds * kMmPerSecond, kRows * kRowMm, &svg_);
    DrawGrid({kLeftMm * kMm, strip_top_}, kSheetSeconds * kMmPerSecond, kRowMm, &svg_);
    DrawLeads();
    DrawStrip();
    DrawFoot();
    return svg_.Finish();
  }

 private:
  static double XOf(double seconds) { return (kLeftMm + seconds * kMmPerSecond) * kMm; }

  double GainOf(bool chest) const {
    for (int row = 0; row < kRows; ++row) {
      for (int column = 0; column < kColumns; ++column) {
        const Lead lead = kLayout[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
        if (IsChest(lead) != chest || !record_.leads.Has(lead)) continue;
        const Stretch stretch = StretchOf(record_, lead, StartOf(column), kCellSeconds);
        if ((stretch.highest_mv - stretch.lowest_mv) * kUsualGain > kRowMm) return kSmallGain;
      }
    }
    return kUsualGain;
  }

  double StartOf(int column) const { return figure_.start_seconds + column * kCellSeconds; }

  void DrawHead() {
    const double left = kLeftMm * kMm;
    svg_.Text({left, 26}, figure_.title, "ecg-title");
    double y = 26 + kTextLine * 1.3;
    for (const std::string& fact : figure_.facts) {
      svg_.Text({left, y}, fact, "ecg-text");
      y += kTextLine;
    }
    y = 26;
    for (const std::string& line : finding_lines_) {
      svg_.Text({kWidth * 0.47, y}, line, "ecg-text");
      y += kTextLine;
    }
  }

  void DrawLeads() {
    for (int row = 0; row < kRows; ++row) {
      const double middle = paper_top_ + (row + 0.5) * kRowMm * kMm;
      DrawCalibration(middle, limb_gain_, chest_gain_, &svg_);
      for (int column = 0; column < kColumns; ++column) {
        DrawCell(kLayout[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)], column,
                 middle);
      }
    }
  }

  void DrawCell(Lead lead, int column, double middle) {
    const double x = XOf(column * kCellSeconds);
    const double top = middle - (kRowMm / 2) * kMm;
    if (column > 0) {
      svg_.Line({x, top + kMm}, {x, top + 3 * kMm}, "ecg-trace");
    }
    const bool recorded = record_.leads.Has(lead);
    const Stretch stretch = StretchOf(record_, lead, StartOf(column), kCellSeconds);
    const double gain = IsChest(lead) ? chest_gain_ : limb_gain_;
    std::string label(NameOf(lead));
    if (!recorded) label += " not recorded";
    if ((stretch.highest_mv - stretch.lowest_mv) * gain > kRowMm) label += " (cut off)";
    svg_.Text({x + kMm, top + 3.2 * kMm}, label, "ecg-lead");
    if (!recorded) return;
    if (stretch.is_empty || stretch.highest_mv - stretch.lowest_mv < kFlatMv) {
      svg_.Text({x + 6 * kMm, middle}, "no signal here", "ecg-text");
      return;
    }
    DrawTrace(stretch, record_.rate_hz, {{x, middle}, gain, kRowMm / 2}, &svg_);
  }

  std::optional<Lead> StripLead() const {
    if (record_.leads.Has(figure_.rhythm_lead)) return figure_.rhythm_lead;
    for (int i = 0; i < kLeadCount; ++i) {
      if (record_.leads.Has(static_cast<Lead>(i))) return static_cast<Lead>(i);
    }
    return std::nullopt;
  }

  void DrawStrip() {
    const auto lead = StripLead();
    if (!lead) return;
    const double middle = strip_top_ + kRowMm / 2 * kMm;
    const double gain = IsChest(*lead) ? chest_gain_ : limb_gain_;
    DrawCalibration(middle, gain, gain, &svg_);
    svg_.Text({XOf(0) + kMm, strip_top_ + 3.2 * kMm}, NameOf(*lead), "ecg-lead");
    const Stretch stretch = StretchOf(record_, *lead, figure_.start_seconds, kSheetSeconds);
    if (!stretch.is_empty) {
      DrawTrace(stretch, record_.rate_hz, {{XOf(0), middle}, gain, kRowMm / 2}, &svg_);
    }
    DrawMarks();
  }

  void DrawMarks() {
    const double y = strip_top_ + (kRowMm + 0.6) * kMm;
    for (const EcgFigure::WaveSpan& wave : figure_.waves) {
      const double from = std::max(wave.from_seconds - figure_.start_seconds, 0.0);
      const double to = std::min(wave.to_seconds - figure_.start_seconds, kSheetSeconds);
      if (to <= from) continue;
      const char* style = wave.kind == EcgFigure::WaveKind::kP     ? "series-1"
                          : wave.kind == EcgFigure::WaveKind::kQrs ? "series-2"
                                                                   : "series-3";
      svg_.Rectangle({XOf(from), y}, XOf(to) - XOf(from), 1.4 * kMm, style);
    }
    for (const EcgFigure::BeatNote& note : figure_.notes) {
      const double at = note.seconds - figure_.start_seconds;
      if (at < 0 || at > kSheetSeconds) continue;
      svg_.Text({XOf(at), strip_top_ + 3.2 * kMm}, note.text, "ecg-lead", TextAnchor::kMiddle);
    }
  }

  void DrawFoot() {
    const double y = foot_ + 0.6 * kTextLine;
    const double all =
        record_.rate_hz > 0 ? static_cast<double>(record_.sample_count) / record_.rate_hz : 0;
    const double end = std::min(figure_.start_seconds + kSheetSeconds, all);
    svg_.Text(
        {kLeftMm * kMm, y},
        fmt::format(
            "25 mm/s \u00b7 limb leads {:g} mm/mV \u00b7 chest leads {:g} mm/mV \u00b7 {:.1f} to "
            "{:.1f} s of {:.1f} s, not filtered",
            limb_gain_, chest_gain_, figure_.start_seconds, end, all),
        "ecg-text");
    if (figure_.waves.empty()) return;
    constexpr std::array<std::pair<const char*, const char*>, 3> kLegend = {
        {{"P", "series-1"}, {"QRS", "series-2"}, {"T", "series-3"}}};
    double x = kWidth - 46 * kMm;
    for (const auto& [name, style] : kLegend) {
      svg_.Rectangle({x, y - 6}, 4 * kMm, 1.4 * kMm, style);
      svg_.Text({x + 5 * kMm, y}, name, "ecg-text");
      x += 13 * kMm;
    }
  }

  const EcgRecord& record_;
  const EcgFigure& figure_;
  const std::vector<std::string> finding_lines_;
  const double head_;
  const double paper_top_;
  const double strip_top_;
  const double foot_;
  SvgDrawing svg_;
  const double limb_gain_;
  const double chest_gain_;
};

}  // namespace

double FindClearStart(const EcgRecord& record) {
  constexpr double kStepSeconds = 0.5;
  if (record.rate_hz <= 0 || record.sample_count <= 0) return 0;
  const auto step = static_cast<std::size_t>(std::max(1.0, kStepSeconds * record.rate_hz));
  const auto step_count = static_cast<std::size_t>(record.sample_count) / step;
  const auto window = static_cast<std::size_t>(kSheetSeconds / kStepSeconds);
  if (step_count <= window) return 0;
  std::vector<std::int64_t> bad(step_count, 0);
  for (int i = 0; i < kLeadCount; ++i) {
    const std::span<const float> samples = record.LeadSamples(static_cast<Lead>(i));
    const double median = MedianOf(samples);
    for (std::size_t at = 0; at < step_count * step && at < samples.size(); ++at) {
      if (!(std::abs(samples[at] - median) <= kUnclearMv)) ++bad[at / step];
    }
  }
  std::size_t best = 0;
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t first = 0; first + window <= step_count; ++first) {
    std::int64_t count = 0;
    for (std::size_t i = first; i < first + window; ++i) count += bad[i];
    if (count < fewest) {
      fewest = count;
      best = first;
    }
  }
  return static_cast<double>(best * step) / record.rate_hz;
}

std::string DrawEcg(const EcgRecord& record, const EcgFigure& figure) {
  return Sheet(record, figure).Draw();
}

}  // namespace pecg
