#include "worker/synthetic/exam.h"

#include <algorithm>

#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

double DrawSeconds(Random& random) {
  const auto& durations = GenerativeTables::Get().durations;
  std::vector<double> weights;
  for (const auto& [seconds, weight] : durations) weights.push_back(weight);
  return durations[static_cast<std::size_t>(random.Choose(weights))].first;
}

}  // namespace

SyntheticExam MakeExam(const SyntheticPatient& patient, int number) {
  const auto index = static_cast<std::uint64_t>(number);
  SyntheticExam exam;
  exam.number = number;
  exam.age_days = patient.exam_ages_days[static_cast<std::size_t>(number - 1)];
  Random setting(patient.stream, kExamStream, index);
  exam.has_nine_leads = setting.Chance(GenerativeTables::Get().BandAt(exam.age_days).nine_lead);
  exam.seconds = DrawSeconds(setting);
  exam.healthy = DrawHealthyEcg(patient, number);
  exam.condition = DrawCondition(patient, number);
  exam.heart = BuildHeart(patient, number, exam.healthy, exam.condition);
  Random beats(patient.stream, kBeatStream, index);
  exam.sequence = DrawBeats(exam.heart, exam.condition, exam.seconds, beats);
  exam.beats = Summarize(exam.sequence, exam.seconds);
  exam.measured = MeasureHeart(exam.heart);
  Random reader(patient.stream, kReaderStream, index);
  exam.statements =
      ReadTrueEcg({exam.age_days, patient.sex, exam.condition, exam.measured, exam.beats,
                   exam.sequence, patient.Find(DiseaseGroup::kChd) != nullptr},
                  reader);
  return exam;
}

}  // namespace pecg
