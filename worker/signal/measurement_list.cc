#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "worker/signal/measurements.h"

namespace pecg {
namespace {

constexpr std::string_view kMs = "ms";
constexpr std::string_view kMv = "mV";
constexpr std::string_view kBpm = "bpm";
constexpr std::string_view kDeg = "deg";
constexpr std::string_view kArea = "mV*ms";
constexpr std::string_view kOne = "1";

struct LeadRow {
  std::string_view name, unit;
  Quantity LeadMeasurements::*member;
};

constexpr auto kLeadRows = std::to_array<LeadRow>({
    {"p_mv", kMv, &LeadMeasurements::p_mv},
    {"p_positive_mv", kMv, &LeadMeasurements::p_positive_mv},
    {"p_negative_mv", kMv, &LeadMeasurements::p_negative_mv},
    {"p_ms", kMs, &LeadMeasurements::p_ms},
    {"p_area_mv_ms", kArea, &LeadMeasurements::p_area_mv_ms},
    {"p_terminal_mv_ms", kArea, &LeadMeasurements::p_terminal_mv_ms},
    {"q_mv", kMv, &LeadMeasurements::q_mv},
    {"r_mv", kMv, &LeadMeasurements::r_mv},
    {"s_mv", kMv, &LeadMeasurements::s_mv},
    {"r2_mv", kMv, &LeadMeasurements::r2_mv},
    {"s2_mv", kMv, &LeadMeasurements::s2_mv},
    {"q_ms", kMs, &LeadMeasurements::q_ms},
    {"r_ms", kMs, &LeadMeasurements::r_ms},
    {"s_ms", kMs, &LeadMeasurements::s_ms},
    {"r2_ms", kMs, &LeadMeasurements::r2_ms},
    {"s2_ms", kMs, &LeadMeasurements::s2_ms},
    {"qs_mv", kMv, &LeadMeasurements::qs_mv},
    {"qrs_peak_to_peak_mv", kMv, &LeadMeasurements::qrs_peak_to_peak_mv},
    {"qrs_max_mv", kMv, &LeadMeasurements::qrs_max_mv},
    {"qrs_min_mv", kMv, &LeadMeasurements::qrs_min_mv},
    {"qrs_ms", kMs, &LeadMeasurements::qrs_ms},
    {"qrs_area_mv_ms", kArea, &LeadMeasurements::qrs_area_mv_ms},
    {"qrs_absolute_area_mv_ms", kArea, &LeadMeasurements::qrs_absolute_area_mv_ms},
    {"activation_ms", kMs, &LeadMeasurements::activation_ms},
    {"r_to_s_ratio", kOne, &LeadMeasurements::r_to_s_ratio},
    {"notch_count", kOne, &LeadMeasurements::notch_count},
    {"delta_score", kOne, &LeadMeasurements::delta_score},
    {"j_mv", kMv, &LeadMeasurements::j_mv},
    {"st40_mv", kMv, &LeadMeasurements::st40_mv},
    {"st60_mv", kMv, &LeadMeasurements::st60_mv},
    {"st80_mv", kMv, &LeadMeasurements::st80_mv},
    {"st_slope_mv_per_s", "mV/s", &LeadMeasurements::st_slope_mv_per_s},
    {"t_mv", kMv, &LeadMeasurements::t_mv},
    {"t_positive_mv", kMv, &LeadMeasurements::t_positive_mv},
    {"t_negative_mv", kMv, &LeadMeasurements::t_negative_mv},
    {"t_area_mv_ms", kArea, &LeadMeasurements::t_area_mv_ms},
    {"qt_ms", kMs, &LeadMeasurements::qt_ms},
});

template <typename Section>
struct Row {
  std::string_view name, unit;
  Quantity Section::*member;
};

template <typename Section, std::size_t Count>
void Append(const Section& section, const std::array<Row<Section>, Count>& rows,
            std::vector<NamedQuantity>* list) {
  for (const Row<Section>& row : rows) {
    list->push_back({std::string(row.name), row.unit, section.*row.member});
  }
}

using Rhythm = RhythmMeasurements;
constexpr auto kRhythmRows = std::to_array<Row<Rhythm>>({
    {"heart_rate_bpm", kBpm, &Rhythm::heart_rate_bpm},
    {"mean_rate_bpm", kBpm, &Rhythm::mean_rate_bpm},
    {"rr_median_ms", kMs, &Rhythm::rr_median_ms},
    {"rr_mean_ms", kMs, &Rhythm::rr_mean_ms},
    {"rr_sd_ms", kMs, &Rhythm::rr_sd_ms},
    {"rr_min_ms", kMs, &Rhythm::rr_min_ms},
    {"rr_max_ms", kMs, &Rhythm::rr_max_ms},
    {"rmssd_ms", kMs, &Rhythm::rmssd_ms},
    {"rr_variation", kOne, &Rhythm::rr_variation},
    {"premature_count", kOne, &Rhythm::premature_count},
    {"longest_pause_ms", kMs, &Rhythm::longest_pause_ms},
    {"p_fraction", kOne, &Rhythm::p_fraction},
    {"p_correlation", kOne, &Rhythm::p_correlation},
    {"atrial_rate_bpm", kBpm, &Rhythm::atrial_rate_bpm},
    {"unconducted_p_count", kOne, &Rhythm::unconducted_p_count},
    {"flutter_rate_bpm", kBpm, &Rhythm::flutter_rate_bpm},
    {"flutter_share", kOne, &Rhythm::flutter_share},
});

using Intervals = IntervalMeasurements;
constexpr auto kIntervalRows = std::to_array<Row<Intervals>>({
    {"p_ms", kMs, &Intervals::p_ms},
    {"pr_ms", kMs, &Intervals::pr_ms},
    {"pr_segment_ms", kMs, &Intervals::pr_segment_ms},
    {"qrs_ms", kMs, &Intervals::qrs_ms},
    {"qt_ms", kMs, &Intervals::qt_ms},
    {"jt_ms", kMs, &Intervals::jt_ms},
    {"t_peak_to_end_ms", kMs, &Intervals::t_peak_to_end_ms},
    {"qtc_bazett_ms", kMs, &Intervals::qtc_bazett_ms},
    {"qtc_fridericia_ms", kMs, &Intervals::qtc_fridericia_ms},
    {"qtc_framingham_ms", kMs, &Intervals::qtc_framingham_ms},
    {"qtc_hodges_ms", kMs, &Intervals::qtc_hodges_ms},
    {"qt_dispersion_ms", kMs, &Intervals::qt_dispersion_ms},
});

using Voltages = VoltageMeasurements;
constexpr auto kVoltageRows = std::to_array<Row<Voltages>>({
    {"s_v1_plus_r_v6_mv", kMv, &Voltages::s_v1_plus_r_v6_mv},
    {"s_v1_plus_r_v5_mv", kMv, &Voltages::s_v1_plus_r_v5_mv},
    {"r_v1_plus_s_v6_mv", kMv, &Voltages::r_v1_plus_s_v6_mv},
    {"r_v1_plus_s_v5_mv", kMv, &Voltages::r_v1_plus_s_v5_mv},
    {"cornell_mv", kMv, &Voltages::cornell_mv},
    {"cornell_product_mv_ms", kArea, &Voltages::cornell_product_mv_ms},
    {"sokolow_product_mv_ms", kArea, &Voltages::sokolow_product_mv_ms},
    {"katz_wachtel_mv", kMv, &Voltages::katz_wachtel_mv},
    {"limb_peak_to_peak_sum_mv", kMv, &Voltages::limb_peak_to_peak_sum_mv},
    {"limb_peak_to_peak_max_mv", kMv, &Voltages::limb_peak_to_peak_max_mv},
    {"chest_peak_to_peak_sum_mv", kMv, &Voltages::chest_peak_to_peak_sum_mv},
    {"chest_peak_to_peak_max_mv", kMv, &Voltages::chest_peak_to_peak_max_mv},
    {"delta_score", kOne, &Voltages::delta_score},
});

void AppendAxes(const AxisMeasurements& axes, std::vector<NamedQuantity>* list) {
  const auto add = [&](std::string_view name, const Axis& axis) {
    list->push_back({std::string(name), kDeg, axis.indeterminate ? Quantity{} : axis.deg});
  };
  add("p_axis_deg", axes.p);
  add("qrs_axis_deg", axes.qrs);
  add("t_axis_deg", axes.t);
  add("qrs_initial_axis_deg", axes.qrs_initial);
  add("qrs_terminal_axis_deg", axes.qrs_terminal);
  list->push_back({"qrs_t_angle_deg", kDeg, axes.qrs_t_angle_deg});
  list->push_back({"spatial_qrs_t_angle_deg", kDeg, axes.spatial_qrs_t_angle_deg});
  list->push_back({"qrs_horizontal_deg", kDeg, axes.qrs_horizontal_deg});
}

}  // namespace

std::vector<NamedQuantity> ListGlobalQuantities(const EcgMeasurements& measurements) {
  std::vector<NamedQuantity> list;
  Append(measurements.rhythm, kRhythmRows, &list);
  Append(measurements.intervals, kIntervalRows, &list);
  AppendAxes(measurements.axes, &list);
  Append(measurements.voltages, kVoltageRows, &list);
  return list;
}

std::vector<NamedQuantity> ListLeadQuantities(const EcgMeasurements& measurements, Lead lead) {
  std::vector<NamedQuantity> list;
  const std::string prefix = std::string(NameOf(lead)) + ".";
  for (const LeadRow& row : kLeadRows) {
    list.push_back({prefix + std::string(row.name), row.unit, measurements.Of(lead).*row.member});
  }
  return list;
}

}  // namespace pecg
