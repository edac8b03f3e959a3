#include "worker/file/wave_marks.h"

#include <string_view>

namespace pecg {
namespace {

std::optional<WaveMark::Wave> WaveOf(std::string_view symbol) {
  if (symbol == "p") return WaveMark::Wave::kP;
  if (symbol == "N") return WaveMark::Wave::kQrs;
  if (symbol == "t") return WaveMark::Wave::kT;
  return std::nullopt;
}

}  // namespace

std::vector<WaveMark> FindWaveMarks(std::span<const WfdbAnnotation> annotations) {
  std::vector<WaveMark> marks;
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    const auto wave = WaveOf(annotations[i].symbol);
    if (!wave) continue;
    WaveMark mark{.wave = *wave, .onset = {}, .peak = annotations[i].sample, .offset = {}};
    if (i > 0 && annotations[i - 1].symbol == "(") mark.onset = annotations[i - 1].sample;
    if (i + 1 < annotations.size() && annotations[i + 1].symbol == ")") {
      mark.offset = annotations[i + 1].sample;
    }
    marks.push_back(mark);
  }
  return marks;
}

}  // namespace pecg
