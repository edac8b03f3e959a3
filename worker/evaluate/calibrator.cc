#include "worker/evaluate/calibrator.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

using Json = nlohmann::json;
using Kind = Calibrator::Kind;

constexpr std::array<Kind, 3> kKinds = {Kind::kTemperature, Kind::kPlatt, Kind::kIsotonic};

std::optional<Calibrator> FitTemperature(const LabelledScores& logits,
                                         const std::vector<double>& truths) {
  const LogisticFit fit = FitLogisticLine(logits.scores(), truths, logits.weights(),
                                          /*fit_intercept=*/false, /*fit_slope=*/true);
  if (!fit.reason.empty() || !(fit.line.slope > 0)) return std::nullopt;
  return Calibrator{.kind = Kind::kTemperature, .line = fit.line, .isotonic = {}};
}

std::optional<Calibrator> FitPlatt(const LabelledScores& logits) {
  const double high = (logits.positive_weight() + 1) / (logits.positive_weight() + 2);
  const double low = 1 / (logits.negative_weight() + 2);
  std::vector<double> truths;
  for (const std::uint8_t label : logits.labels()) truths.push_back(label != 0 ? high : low);
  const LogisticFit fit = FitLogisticLine(logits.scores(), truths, logits.weights(),
                                          /*fit_intercept=*/true, /*fit_slope=*/true);
  if (!fit.reason.empty() || !(fit.line.slope > 0)) return std::nullopt;
  return Calibrator{.kind = Kind::kPlatt, .line = fit.line, .isotonic = {}};
}

Json ToJson(const Calibrator& calibrator) {
  switch (calibrator.kind) {
    case Kind::kTemperature:
      return {{"slope", calibrator.line.slope}};
    case Kind::kPlatt:
      return {{"intercept", calibrator.line.intercept}, {"slope", calibrator.line.slope}};
    case Kind::kIsotonic:
      return {{"logits", calibrator.isotonic.inputs},
              {"probabilities", calibrator.isotonic.values}};
  }
  return {};
}

Calibrator FromJson(Kind kind, const Json& json) {
  Calibrator calibrator{.kind = kind, .line = {}, .isotonic = {}};
  if (kind == Kind::kIsotonic) {
    json.at("logits").get_to(calibrator.isotonic.inputs);
    json.at("probabilities").get_to(calibrator.isotonic.values);
    if (calibrator.isotonic.inputs.empty() ||
        calibrator.isotonic.inputs.size() != calibrator.isotonic.values.size()) {
      throw Error(Error::Kind::kCorruptData, "an isotonic calibrator has no knots");
    }
    return calibrator;
  }
  calibrator.line.intercept = json.value("intercept", 0.0);
  json.at("slope").get_to(calibrator.line.slope);
  return calibrator;
}

}  // namespace

double Calibrator::Apply(double logit) const {
  return kind == Kind::kIsotonic ? isotonic.At(logit)
                                 : Sigmoid(line.intercept + line.slope * logit);
}

std::string_view NameOf(Calibrator::Kind kind) {
  switch (kind) {
    case Kind::kTemperature:
      return "temperature";
    case Kind::kPlatt:
      return "platt";
    case Kind::kIsotonic:
      return "isotonic";
  }
  return "";
}

std::optional<Calibrator> FittedCalibrators::Chosen() const {
  const auto platt = by_kind.find(Kind::kPlatt);
  return platt == by_kind.end() ? std::nullopt : std::optional(platt->second);
}

FittedCalibrators FitCalibrators(const LabelledScores& logits) {
  FittedCalibrators fitted;
  fitted.record_count = static_cast<std::int64_t>(logits.size());
  for (const std::uint8_t label : logits.labels()) fitted.positive_count += label;
  fitted.reason = logits.OneClassReason();
  if (!fitted.reason.empty()) return fitted;
  const std::optional<Calibrator> platt = FitPlatt(logits);
  if (!platt.has_value()) {
    fitted.reason = "a higher logit does not mean a higher probability";
    return fitted;
  }
  fitted.by_kind.emplace(Kind::kPlatt, *platt);
  const std::vector<double> truths(logits.labels().begin(), logits.labels().end());
  if (const auto temperature = FitTemperature(logits, truths)) {
    fitted.by_kind.emplace(Kind::kTemperature, *temperature);
  }
  Calibrator isotonic{.kind = Kind::kIsotonic, .line = {}, .isotonic = {}};
  isotonic.isotonic = FitIsotonic(logits.scores(), truths, logits.weights());
  fitted.by_kind.emplace(Kind::kIsotonic, std::move(isotonic));
  return fitted;
}

std::string FormatCalibrators(const std::map<std::string, FittedCalibrators>& by_target) {
  Json json = Json::object();
  for (const auto& [target, fitted] : by_target) {
    Json& entry = json[target];
    entry = {{"record_count", fitted.record_count}, {"positive_count", fitted.positive_count}};
    if (!fitted.reason.empty()) entry["reason"] = fitted.reason;
    for (const auto& [kind, calibrator] : fitted.by_kind) {
      entry[std::string(NameOf(kind))] = ToJson(calibrator);
    }
  }
  return json.dump();
}

std::map<std::string, FittedCalibrators> ParseCalibrators(std::string_view json,
                                                          const std::string& where) {
  std::map<std::string, FittedCalibrators> by_target;
  try {
    const Json targets = Json::parse(json);
    for (const auto& [target, entry] : targets.items()) {
      FittedCalibrators& fitted = by_target[target];
      entry.at("record_count").get_to(fitted.record_count);
      entry.at("positive_count").get_to(fitted.positive_count);
      fitted.reason = entry.value("reason", "");
      for (const Kind kind : kKinds) {
        const std::string name(NameOf(kind));
        if (entry.contains(name)) fitted.by_kind.emplace(kind, FromJson(kind, entry[name]));
      }
    }
  } catch (const Json::exception& error) {
    throw Error(Error::Kind::kCorruptData, fmt::format("no calibrators: {}", error.what()), where);
  }
  return by_target;
}

}  // namespace pecg
