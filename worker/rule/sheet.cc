#include "worker/rule/sheet.h"

#include <fmt/format.h>

#include <utility>

#include "worker/figure/ecg_figure.h"
#include "worker/rule/interpretation_text.h"

namespace pecg {
namespace {

/// Blanks in a row count as one in SVG.
void SeparateByDots(std::string* line) {
  constexpr std::string_view kBlanks = "   ";
  for (std::size_t at = line->find(kBlanks); at != std::string::npos; at = line->find(kBlanks)) {
    line->replace(at, kBlanks.size(), " \u00b7 ");
  }
}

void AddWave(const EcgMeasurements& ecg, const Beat& beat, Wave wave, EcgFigure::WaveKind kind,
             EcgFigure* figure) {
  const auto& marks = beat.global.Of(wave);
  if (!marks || !marks->onset || !marks->offset) return;
  figure->waves.push_back({kind, static_cast<double>(*marks->onset) / ecg.rate_hz,
                           static_cast<double>(*marks->offset) / ecg.rate_hz});
}

void AddMarks(const EcgMeasurements& ecg, EcgFigure* figure) {
  for (const Beat& beat : ecg.beats) {
    AddWave(ecg, beat, Wave::kP, EcgFigure::WaveKind::kP, figure);
    AddWave(ecg, beat, Wave::kQrs, EcgFigure::WaveKind::kQrs, figure);
    AddWave(ecg, beat, Wave::kT, EcgFigure::WaveKind::kT, figure);
    if (!beat.is_premature) continue;
    figure->notes.push_back(
        {static_cast<double>(beat.sample) / ecg.rate_hz, beat.beat_class == 0 ? "S" : "V"});
  }
}

}  // namespace

std::string DrawSheet(std::string_view name, const EcgRecord& record, const EcgMeasurements& ecg,
                      const Interpretation& interpretation) {
  EcgFigure figure;
  figure.title = fmt::format("{} \u00b7 {}, {}", name, AgeText(interpretation.patient),
                             SexText(interpretation.patient));
  figure.facts = MeasurementLines(ecg, interpretation);
  for (std::string& line : figure.facts) SeparateByDots(&line);
  constexpr std::size_t kMostReasons = 2;
  figure.findings = FindingLines(interpretation, kMostReasons);
  for (std::size_t i = 1; i < figure.findings.size(); ++i) {
    figure.findings[i].insert(0, "\u2022 ");
  }
  figure.start_seconds = FindClearStart(record);
  if (ecg.rate_hz > 0) AddMarks(ecg, &figure);
  return DrawEcg(record, figure);
}

}  // namespace pecg
