#include "worker/signal/axes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

namespace pecg {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;
constexpr double kSmallestShare = 0.1;
constexpr double kLargestDisagreementDeg = 20;
constexpr std::size_t kLimbLeads = 6;

/// Direction and strength of the limb leads, I II III aVR aVL aVF.
constexpr std::array<double, kLimbLeads> kLimbDeg = {0, 60, 120, -150, -30, 90};
double StrengthOf(std::size_t lead) { return lead < 3 ? 1 : std::numbers::sqrt3 / 2; }

struct Vector {
  double x = 0, y = 0;
  double Length() const { return std::hypot(x, y); }
  double Deg() const { return std::atan2(y, x) * kDegrees; }
};

using LeadAreas = std::array<std::optional<double>, kLeadCount>;

/// Least squares over the limb leads of `mask`; empty where they do not determine a plane.
std::optional<Vector> FrontalVector(const LeadAreas& areas, unsigned mask) {
  double xx = 0;
  double xy = 0;
  double yy = 0;
  double bx = 0;
  double by = 0;
  for (std::size_t l = 0; l < kLimbLeads; ++l) {
    if ((mask >> l & 1U) == 0 || !areas[l]) continue;
    const double x = StrengthOf(l) * std::cos(kLimbDeg[l] / kDegrees);
    const double y = StrengthOf(l) * std::sin(kLimbDeg[l] / kDegrees);
    xx += x * x;
    xy += x * y;
    yy += y * y;
    bx += x * *areas[l];
    by += y * *areas[l];
  }
  const double determinant = xx * yy - xy * xy;
  if (determinant < 0.1) return std::nullopt;
  return Vector{(yy * bx - xy * by) / determinant, (xx * by - xy * bx) / determinant};
}

double AngleBetweenDeg(double a, double b) {
  const double difference = std::abs(std::remainder(a - b, 360.0));
  return std::min(difference, 360 - difference);
}

/// `absolute_area`: of the largest limb lead, what a vector without direction is told by.
Axis AxisOf(const LeadAreas& areas, double absolute_area, double quality) {
  Axis axis;
  const std::optional<Vector> vector = FrontalVector(areas, 0x3FU);
  if (!vector) return axis;
  axis.deg = {vector->Deg(), quality};
  const std::optional<Vector> by_one_two = FrontalVector(areas, 0x03U);
  const std::optional<Vector> by_one_avf = FrontalVector(areas, 0x21U);
  const bool disagree =
      by_one_two && by_one_avf &&
      AngleBetweenDeg(by_one_two->Deg(), by_one_avf->Deg()) > kLargestDisagreementDeg;
  axis.indeterminate = disagree || !(vector->Length() > kSmallestShare * absolute_area);
  if (axis.indeterminate) axis.deg.quality *= 0.2;
  return axis;
}

double LargestLimb(const LeadAreas& areas) {
  double largest = 0;
  for (std::size_t l = 0; l < kLimbLeads; ++l) {
    if (areas[l]) largest = std::max(largest, std::abs(*areas[l]));
  }
  return largest;
}

LeadAreas AreasOf(const EcgMeasurements& m, Quantity LeadMeasurements::*area) {
  LeadAreas areas;
  for (std::size_t l = 0; l < kLeadCount; ++l) areas[l] = (m.leads[l].*area).value;
  return areas;
}

/// Net areas of a stretch of the typical beat against the level before its QRS.
LeadAreas AreasBetween(const MedianBeat& beat, std::int64_t onset, std::int64_t begin,
                       std::int64_t end) {
  LeadAreas areas;
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    const std::vector<float>& mv = beat.leads_mv[l];
    if (onset < 8 || begin < 0 || end > static_cast<std::int64_t>(mv.size())) continue;
    double level = 0;
    for (std::int64_t i = onset - 8; i < onset - 2; ++i) {
      level += static_cast<double>(mv[static_cast<std::size_t>(i)]) / 6;
    }
    double area = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      area += static_cast<double>(mv[static_cast<std::size_t>(i)]) - level;
    }
    areas[l] = area * 1000 / beat.rate_hz;
  }
  return areas;
}

double MeanLimbQuality(const EcgMeasurements& m) {
  double sum = 0;
  int count = 0;
  for (std::size_t l = 0; l < kLimbLeads; ++l) {
    if (!m.leads[l].qrs_area_mv_ms.has_value()) continue;
    sum += m.leads[l].qrs_area_mv_ms.quality;
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

double LargestAbsoluteArea(const EcgMeasurements& m) {
  double largest = 0;
  for (std::size_t l = 0; l < kLimbLeads; ++l) {
    largest = std::max(largest, m.leads[l].qrs_absolute_area_mv_ms.value.value_or(0));
  }
  return largest;
}

/// x to the left, y down, z to the back, from I, II, V1 to V6.
/// Source: Kors et al., Eur. Heart J. 11:1083 (1990).
struct Spatial {
  double x = 0, y = 0, z = 0;
};

std::optional<Spatial> SpatialOf(const LeadAreas& areas) {
  struct Row {
    Lead lead;
    double x, y, z;
  };
  constexpr std::array<Row, 8> kKors = {{{Lead::kI, 0.38, -0.07, 0.11},
                                         {Lead::kII, -0.07, 0.93, -0.23},
                                         {Lead::kV1, -0.13, 0.06, -0.43},
                                         {Lead::kV2, 0.05, -0.02, -0.06},
                                         {Lead::kV3, -0.01, -0.05, -0.14},
                                         {Lead::kV4, 0.14, 0.06, -0.20},
                                         {Lead::kV5, 0.06, -0.17, -0.11},
                                         {Lead::kV6, 0.54, 0.13, 0.31}}};
  Spatial spatial;
  for (const Row& row : kKors) {
    const std::optional<double>& area = areas[static_cast<std::size_t>(row.lead)];
    if (!area) return std::nullopt;
    spatial.x += row.x * *area;
    spatial.y += row.y * *area;
    spatial.z += row.z * *area;
  }
  return spatial;
}

Quantity SpatialAngle(const LeadAreas& qrs, const LeadAreas& t, double quality) {
  const std::optional<Spatial> a = SpatialOf(qrs);
  const std::optional<Spatial> b = SpatialOf(t);
  if (!a || !b) return {};
  const double lengths = std::hypot(a->x, a->y, a->z) * std::hypot(b->x, b->y, b->z);
  if (!(lengths > 0)) return {};
  const double cosine = (a->x * b->x + a->y * b->y + a->z * b->z) / lengths;
  return {std::acos(std::clamp(cosine, -1.0, 1.0)) * kDegrees, quality};
}

/// The chest leads' directions in the horizontal plane: V1 at 115 degrees to V6 at 0.
Quantity HorizontalAxis(const LeadAreas& areas, double quality) {
  constexpr std::array<double, 6> kChestDeg = {115, 94, 58, 47, 22, 0};
  double xx = 0;
  double xy = 0;
  double yy = 0;
  double bx = 0;
  double by = 0;
  for (std::size_t k = 0; k < kChestDeg.size(); ++k) {
    const std::optional<double>& area = areas[kLimbLeads + k];
    if (!area) continue;
    const double x = std::cos(kChestDeg[k] / kDegrees);
    const double y = std::sin(kChestDeg[k] / kDegrees);
    xx += x * x;
    xy += x * y;
    yy += y * y;
    bx += x * *area;
    by += y * *area;
  }
  const double determinant = xx * yy - xy * xy;
  if (determinant < 0.1) return {};
  const Vector vector{(yy * bx - xy * by) / determinant, (xx * by - xy * bx) / determinant};
  return {vector.Deg(), quality};
}

// --- Voltages ----------------------------------------------------------------------------------

/// The height of the tallest R, 0 without one; not measurable where the lead is not.
Quantity Tallest(const EcgMeasurements& m, Lead lead) {
  const LeadMeasurements& of = m.Of(lead);
  return of.qrs_max_mv;
}

/// The depth of the deepest S (or QS) as a positive number. A Q wave is no S.
Quantity Deepest(const EcgMeasurements& m, Lead lead) {
  const LeadMeasurements& of = m.Of(lead);
  if (!of.qrs_min_mv.has_value()) return {};
  double depth = 0;
  for (const Quantity* wave : {&of.s_mv, &of.s2_mv, &of.qs_mv}) {
    depth = std::max(depth, -wave->value.value_or(0));
  }
  return {depth, of.qrs_min_mv.quality};
}

Quantity Sum(const Quantity& a, const Quantity& b) {
  if (!a.has_value() || !b.has_value()) return {};
  return {*a + *b, std::min(a.quality, b.quality)};
}

Quantity Product(const Quantity& a, const Quantity& b) {
  if (!a.has_value() || !b.has_value()) return {};
  return {*a * *b, std::min(a.quality, b.quality)};
}

struct Range {
  Quantity sum, largest;
};

Range PeakToPeak(const EcgMeasurements& m, std::size_t begin, std::size_t end, bool all) {
  Range range;
  for (std::size_t l = begin; l < end; ++l) {
    const Quantity& one = m.leads[l].qrs_peak_to_peak_mv;
    if (!one.has_value()) {
      if (all) return {};
      continue;
    }
    range.sum = range.sum.has_value() ? Sum(range.sum, one) : one;
    if (!range.largest.has_value() || *one > *range.largest) range.largest = one;
  }
  return range;
}

Quantity MedianDeltaScore(const EcgMeasurements& m) {
  std::vector<double> scores;
  double quality = 0;
  for (const LeadMeasurements& lead : m.leads) {
    if (!lead.delta_score.has_value()) continue;
    scores.push_back(*lead.delta_score);
    quality += lead.delta_score.quality;
  }
  if (scores.empty()) return {};
  std::ranges::sort(scores);
  return {scores[scores.size() / 2], quality / static_cast<double>(scores.size())};
}

}  // namespace

AxisMeasurements MeasureAxes(const EcgMeasurements& measurements) {
  AxisMeasurements axes;
  const auto& qrs = measurements.median_beat.global.Of(Wave::kQrs);
  if (!qrs || !qrs->onset || !qrs->offset) return axes;
  const double quality = MeanLimbQuality(measurements);
  const LeadAreas qrs_areas = AreasOf(measurements, &LeadMeasurements::qrs_area_mv_ms);
  const LeadAreas p_areas = AreasOf(measurements, &LeadMeasurements::p_area_mv_ms);
  const LeadAreas t_areas = AreasOf(measurements, &LeadMeasurements::t_area_mv_ms);
  axes.qrs = AxisOf(qrs_areas, LargestAbsoluteArea(measurements), quality);
  axes.p = AxisOf(p_areas, LargestLimb(p_areas), quality);
  axes.t = AxisOf(t_areas, LargestLimb(t_areas), quality);
  const std::int64_t part = std::min<std::int64_t>(20, (*qrs->offset - *qrs->onset) / 2);  // 40 ms.
  const LeadAreas initial =
      AreasBetween(measurements.median_beat, *qrs->onset, *qrs->onset, *qrs->onset + part);
  const LeadAreas terminal =
      AreasBetween(measurements.median_beat, *qrs->onset, *qrs->offset - part, *qrs->offset);
  axes.qrs_initial = AxisOf(initial, LargestLimb(initial), quality);
  axes.qrs_terminal = AxisOf(terminal, LargestLimb(terminal), quality);
  const bool both = axes.qrs.deg.has_value() && axes.t.deg.has_value() && !axes.qrs.indeterminate &&
                    !axes.t.indeterminate;
  if (both) axes.qrs_t_angle_deg = {AngleBetweenDeg(*axes.qrs.deg, *axes.t.deg), quality};
  axes.spatial_qrs_t_angle_deg = SpatialAngle(qrs_areas, t_areas, quality);
  axes.qrs_horizontal_deg = HorizontalAxis(qrs_areas, quality);
  return axes;
}

VoltageMeasurements MeasureVoltages(const EcgMeasurements& measurements) {
  const EcgMeasurements& m = measurements;
  VoltageMeasurements v;
  v.s_v1_plus_r_v6_mv = Sum(Deepest(m, Lead::kV1), Tallest(m, Lead::kV6));
  v.s_v1_plus_r_v5_mv = Sum(Deepest(m, Lead::kV1), Tallest(m, Lead::kV5));
  v.r_v1_plus_s_v6_mv = Sum(Tallest(m, Lead::kV1), Deepest(m, Lead::kV6));
  v.r_v1_plus_s_v5_mv = Sum(Tallest(m, Lead::kV1), Deepest(m, Lead::kV5));
  v.cornell_mv = Sum(Tallest(m, Lead::kAVL), Deepest(m, Lead::kV3));
  v.cornell_product_mv_ms = Product(v.cornell_mv, m.intervals.qrs_ms);
  v.sokolow_product_mv_ms = Product(v.s_v1_plus_r_v6_mv, m.intervals.qrs_ms);
  for (const Lead lead : {Lead::kV2, Lead::kV3, Lead::kV4}) {
    const Quantity sum = Sum(Tallest(m, lead), Deepest(m, lead));
    if (sum.has_value() && (!v.katz_wachtel_mv.has_value() || *sum > *v.katz_wachtel_mv)) {
      v.katz_wachtel_mv = sum;
    }
  }
  const Range limb = PeakToPeak(m, 0, kLimbLeads, /*all=*/true);
  v.limb_peak_to_peak_sum_mv = limb.sum;
  v.limb_peak_to_peak_max_mv = limb.largest;
  const Range chest = PeakToPeak(m, kLimbLeads, kLeadCount, /*all=*/false);
  v.chest_peak_to_peak_sum_mv = chest.sum;
  v.chest_peak_to_peak_max_mv = chest.largest;
  v.delta_score = MedianDeltaScore(m);
  return v;
}

}  // namespace pecg
