#include <cmath>
#include <numbers>

#include "worker/rule/feature_group.h"

namespace pecg {
namespace {

using Value = std::optional<double>;

struct IntervalFeature {
  const char* name;
  const char* meaning;
  Quantity IntervalMeasurements::*field;
};

constexpr IntervalFeature kIntervals[] = {
    {"p_ms", "P duration", &IntervalMeasurements::p_ms},
    {"pr_ms", "P onset to QRS onset", &IntervalMeasurements::pr_ms},
    {"pr_segment_ms", "P end to QRS onset", &IntervalMeasurements::pr_segment_ms},
    {"qrs_ms", "QRS duration", &IntervalMeasurements::qrs_ms},
    {"qt_ms", "QRS onset to T end", &IntervalMeasurements::qt_ms},
    {"jt_ms", "QRS end to T end", &IntervalMeasurements::jt_ms},
    {"t_peak_to_end_ms", "T peak to T end", &IntervalMeasurements::t_peak_to_end_ms},
    {"qtc_bazett_ms", "QT / RR^(1/2)", &IntervalMeasurements::qtc_bazett_ms},
    {"qtc_fridericia_ms", "QT / RR^(1/3)", &IntervalMeasurements::qtc_fridericia_ms},
    {"qtc_hodges_ms", "QT + 1.75 (rate - 60)", &IntervalMeasurements::qtc_hodges_ms},
    {"qt_dispersion_ms", "SD of the leads' QT", &IntervalMeasurements::qt_dispersion_ms},
};

struct AxisFeature {
  const char* name;
  const char* meaning;
  Axis AxisMeasurements::*field;
};

constexpr AxisFeature kAxes[] = {
    {"p_axis", "P axis", &AxisMeasurements::p},
    {"qrs_axis", "QRS axis", &AxisMeasurements::qrs},
    {"t_axis", "T axis", &AxisMeasurements::t},
    {"qrs_initial_axis", "axis of the first 40 ms of QRS", &AxisMeasurements::qrs_initial},
    {"qrs_terminal_axis", "axis of the last 40 ms of QRS", &AxisMeasurements::qrs_terminal},
};

/// Angles as sine and cosine: -180 and 180 degrees are the same direction.
void AddAngle(std::vector<Feature>* table, const std::string& name, const std::string& meaning,
              const std::function<Value(const FeatureContext&)>& degrees) {
  constexpr double kRadians = std::numbers::pi / 180;
  table->push_back({name + "_sin", "1", "sine of the " + meaning, "measured",
                    [degrees](const FeatureContext& c) -> Value {
                      const Value angle = degrees(c);
                      if (!angle) return std::nullopt;
                      return std::sin(*angle * kRadians);
                    }});
  table->push_back({name + "_cos", "1", "cosine of the " + meaning, "measured",
                    [degrees](const FeatureContext& c) -> Value {
                      const Value angle = degrees(c);
                      if (!angle) return std::nullopt;
                      return std::cos(*angle * kRadians);
                    }});
}

void AddScore(std::vector<Feature>* table, const std::string& name, const std::string& meaning,
              const std::string& measurement) {
  table->push_back({name, "z", meaning + " for age and sex", "normals",
                    [measurement](const FeatureContext& c) -> Value {
                      for (const NamedScore& score : c.interpretation.z_scores) {
                        if (score.name == measurement) return score.z;
                      }
                      return std::nullopt;
                    }});
}

}  // namespace

void AddIntervalFeatures(std::vector<Feature>* table) {
  for (const IntervalFeature& row : kIntervals) {
    const auto field = row.field;
    table->push_back({row.name, "ms", row.meaning, "measured", [field](const FeatureContext& c) {
                        return (c.ecg().intervals.*field).value;
                      }});
  }
  AddScore(table, "p_ms_z", "P duration", "p_duration");
  AddScore(table, "pr_ms_z", "PR interval", "pr_interval");
  AddScore(table, "qrs_ms_z", "QRS duration", "qrs_duration");
  AddScore(table, "qtc_bazett_ms_z", "QTc (Bazett)", "qtc_bazett");
  for (const AxisFeature& row : kAxes) {
    const auto field = row.field;
    AddAngle(table, row.name, row.meaning, [field](const FeatureContext& c) -> Value {
      const Axis& axis = c.ecg().axes.*field;
      return axis.indeterminate ? std::nullopt : axis.deg.value;
    });
  }
  AddAngle(table, "qrs_horizontal", "QRS direction in the chest leads",
           [](const FeatureContext& c) { return c.ecg().axes.qrs_horizontal_deg.value; });
  AddScore(table, "p_axis_z", "P axis", "p_axis");
  AddScore(table, "qrs_axis_z", "QRS axis", "qrs_axis");
  table->push_back({"qrs_t_angle_deg", "deg", "frontal angle between QRS and T axis", "measured",
                    [](const FeatureContext& c) { return c.ecg().axes.qrs_t_angle_deg.value; }});
  table->push_back(
      {"spatial_qrs_t_angle_deg", "deg", "angle between the mean QRS and T vectors", "measured",
       [](const FeatureContext& c) { return c.ecg().axes.spatial_qrs_t_angle_deg.value; }});
}

}  // namespace pecg
