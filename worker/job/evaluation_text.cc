#include "worker/job/evaluation_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "worker/evaluate/subgroup.h"

namespace pecg {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json ToJson(const v1::Estimate& estimate) {
  Json json = {{"value", ToJson(estimate.value())},
               {"lower", ToJson(estimate.lower())},
               {"upper", ToJson(estimate.upper())}};
  if (!estimate.interval_method().empty()) json["interval"] = estimate.interval_method();
  if (!estimate.reason().empty()) json["reason"] = estimate.reason();
  return json;
}

Json ToJson(const google::protobuf::RepeatedField<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(ToJson(value));
  return list;
}

Json ToJson(const v1::Curve& curve) {
  Json json = {{"name", curve.name()}, {"x", ToJson(curve.x())}, {"y", ToJson(curve.y())}};
  if (!curve.lower().empty()) {
    json["lower"] = ToJson(curve.lower());
    json["upper"] = ToJson(curve.upper());
  }
  if (!curve.weight().empty()) json["weight"] = ToJson(curve.weight());
  return json;
}

/// `<5` for a number that is not told.
Json CountJson(bool told, std::int64_t count) {
  return told ? Json(count) : Json(SubgroupCountText(told, count));
}

Json ToJson(const v1::SubgroupEvaluation& group) {
  return {{"family", group.family()},
          {"name", group.name()},
          {"patient_count", CountJson(group.has_patient_count(), group.patient_count())},
          {"positive_count", CountJson(group.has_positive_count(), group.positive_count())},
          {"auroc", ToJson(group.auroc())},
          {"floor_auroc", group.has_floor_auroc() ? ToJson(group.floor_auroc()) : Json(nullptr)}};
}

Json ToJson(bool present, const v1::Estimate& estimate) {
  return present ? ToJson(estimate) : Json(nullptr);
}

Json ToJson(const v1::TargetEvaluation& figures) {
  Json folds = Json::array();
  for (const v1::FoldEvaluation& fold : figures.folds()) {
    folds.push_back({{"fold", fold.fold()},
                     {"patient_count", fold.patient_count()},
                     {"positive_count", fold.positive_count()},
                     {"auroc", ToJson(fold.auroc())},
                     {"auprc", ToJson(fold.auprc())}});
  }
  Json named = Json::object();
  for (const v1::NamedEstimate& figure : figures.figures()) {
    named[figure.name()] = ToJson(figure.estimate());
  }
  Json curves = Json::array();
  for (const v1::Curve& curve : figures.curves()) curves.push_back(ToJson(curve));
  Json subgroups = Json::array();
  for (const v1::SubgroupEvaluation& group : figures.subgroups()) {
    subgroups.push_back(ToJson(group));
  }
  return {{"target", figures.target()},
          {"role", figures.role()},
          {"patient_count", figures.patient_count()},
          {"positive_count", figures.positive_count()},
          {"auroc", ToJson(figures.auroc())},
          {"auprc", ToJson(figures.auprc())},
          {"auroc_all_records", ToJson(figures.auroc_all_records())},
          {"floor_auroc", ToJson(figures.has_floor_auroc(), figures.floor_auroc())},
          {"floor_auprc", ToJson(figures.has_floor_auprc(), figures.floor_auprc())},
          {"auroc_over_floor", ToJson(figures.has_auroc_over_floor(), figures.auroc_over_floor())},
          {"expected_half_width", ToJson(figures.expected_half_width())},
          {"figures", std::move(named)},
          {"curves", std::move(curves)},
          {"subgroups", std::move(subgroups)},
          {"folds", std::move(folds)}};
}

std::string RowText(const v1::TargetEvaluation& figures) {
  std::string text = fmt::format("{:<24} {:>8} {:>8}  {:<22} {:<22}", figures.target(),
                                 figures.patient_count(), figures.positive_count(),
                                 FigureText(figures.auroc()), FigureText(figures.auprc()));
  if (figures.has_floor_auroc()) {
    text += fmt::format(" {:<22} {}", FigureText(figures.floor_auroc()),
                        FigureText(figures.auroc_over_floor()));
  }
  text += '\n';
  for (const v1::FoldEvaluation& fold : figures.folds()) {
    text += fmt::format("{:<24} {:>8} {:>8}  {:<22} {}\n", fmt::format("  fold {}", fold.fold()),
                        fold.patient_count(), fold.positive_count(), FigureText(fold.auroc()),
                        FigureText(fold.auprc()));
  }
  return text;
}

/// All other figures of a target, and its groups.
std::string DetailText(const v1::TargetEvaluation& figures) {
  std::string text = fmt::format("\n{}, {}\n", figures.target(), RoleTitle(figures.role()));
  for (const v1::NamedEstimate& figure : figures.figures()) {
    const v1::Estimate& estimate = figure.estimate();
    text +=
        fmt::format("  {:<34} {}\n", figure.name(),
                    std::isnan(estimate.value()) ? "- " + estimate.reason() : FigureText(estimate));
  }
  for (const v1::SubgroupEvaluation& group : figures.subgroups()) {
    text += fmt::format("  {:<10} {:<23} {:>8} {:>8}  {}\n", group.family(), group.name(),
                        SubgroupCountText(group.has_patient_count(), group.patient_count()),
                        SubgroupCountText(group.has_positive_count(), group.positive_count()),
                        FigureText(group.auroc()));
  }
  return text;
}

}  // namespace

std::string SubgroupCountText(bool told, std::int64_t count) {
  return CountText(told ? std::optional(count) : std::nullopt);
}

std::string FigureText(const v1::Estimate& estimate) {
  if (std::isnan(estimate.value())) return "-";
  if (std::isnan(estimate.lower())) return fmt::format("{:.3f}", estimate.value());
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", estimate.value(), estimate.lower(),
                     estimate.upper());
}

std::string_view RoleTitle(std::string_view role) {
  if (role == "validate") return "validation";
  if (role == "oof") return "out of fold";
  if (role == "test") return "locked test";
  return role;
}

std::string TestLookText(const v1::Evaluation& evaluation) {
  if (evaluation.test_look_count() == 0) return "The split's locked test was never looked at.";
  return fmt::format("The split's locked test had been looked at {} {}, this run included.",
                     evaluation.test_look_count(),
                     evaluation.test_look_count() == 1 ? "time" : "times");
}

bool IsSynthetic(const v1::Evaluation& evaluation) {
  return evaluation.data().ends_with(" synthetic");
}

std::string EvaluationJson(const v1::Evaluation& evaluation) {
  Json targets = Json::array();
  for (const v1::TargetEvaluation& figures : evaluation.targets()) {
    targets.push_back(ToJson(figures));
  }
  const Json json = {
      {"runs", std::vector<std::string>(evaluation.runs().begin(), evaluation.runs().end())},
      {"data", evaluation.data()},
      {"split", evaluation.split()},
      {"variant", evaluation.variant()},
      {"code_version", evaluation.code_version()},
      {"bootstrap_count", evaluation.bootstrap_count()},
      {"confidence", evaluation.confidence()},
      {"test_look_count", evaluation.test_look_count()},
      {"calibration", evaluation.calibration()},
      {"targets", std::move(targets)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string EvaluationText(const v1::Evaluation& evaluation) {
  std::string text = fmt::format(
      "{} ({})\ndata   {}{}\nsplit  {}\n"
      "Intervals: {:g} %, {} resamples of the patients. First ECG of each patient.\n{}\n",
      evaluation.variant(), fmt::join(evaluation.runs(), ", "), evaluation.data(),
      IsSynthetic(evaluation) ? ": NOT CHILDREN, figures say nothing about medicine" : "",
      evaluation.split(), 100 * evaluation.confidence(), evaluation.bootstrap_count(),
      TestLookText(evaluation));
  std::string role;
  for (const v1::TargetEvaluation& figures : evaluation.targets()) {
    if (figures.role() != role) {
      role = figures.role();
      text += fmt::format("\n{}\n{:<24} {:>8} {:>8}  {:<22} {:<22} {:<22} {}\n", RoleTitle(role),
                          "target", "patients", "positive", "AUROC", "AUPRC", "floor's AUROC",
                          "AUROC over floor");
    }
    text += RowText(figures);
  }
  for (const v1::TargetEvaluation& figures : evaluation.targets()) text += DetailText(figures);
  return text;
}

}  // namespace pecg
