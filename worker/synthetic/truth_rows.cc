#include "worker/synthetic/truth_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace pecg {
namespace {

std::string Quoted(const std::string& text) {
  return text.find_first_of(",\"\n") == std::string::npos ? text : '"' + text + '"';
}

std::string JoinTexts(const std::vector<Statement>& statements) {
  std::vector<std::string> texts;
  for (const Statement& statement : statements) texts.push_back(AhaText(statement));
  return fmt::format("{}", fmt::join(texts, ";"));
}

/// Generative parameters, beside the measurements.
std::vector<NamedValue> Parameters(const SyntheticPatient& patient, const SyntheticExam& exam) {
  const HeartCondition& c = exam.condition;
  double severity = 0;
  for (const Diagnosis& diagnosis : patient.diagnoses) {
    severity = std::max(severity, diagnosis.severity);
  }
  return {{"severity", severity},
          {"is_healthy", c.is_healthy ? 1.0 : 0.0},
          {"rhythm", static_cast<double>(c.rhythm)},
          {"conduction", static_cast<double>(c.conduction)},
          {"rate_factor", c.rate_factor},
          {"voltage", c.voltage},
          {"left", c.left},
          {"right", c.right},
          {"septal", c.septal},
          {"apical", c.apical},
          {"late_right_mv", c.late_right_mv},
          {"axis_turn_deg", c.axis_turn_deg},
          {"right_atrium", c.right_atrium},
          {"left_atrium", c.left_atrium},
          {"p_add_ms", c.p_add_ms},
          {"pr_add_ms", c.pr_add_ms},
          {"qrs_add_ms", c.qrs_add_ms},
          {"qtc_add_ms", c.qtc_add_ms},
          {"t_gain", c.t_gain},
          {"t_strain_mv", c.t_strain_mv},
          {"t_front_mv", c.t_front_mv},
          {"st_left_mv", c.st_left_mv},
          {"st_front_mv", c.st_front_mv},
          {"brugada_mv", c.brugada_mv},
          {"u_mv", c.u_mv},
          {"notch_mv", c.notch_mv},
          {"t_variability", c.t_variability},
          {"loop_twist", c.loop_twist},
          {"sinus_arrhythmia", c.sinus_arrhythmia}};
}

}  // namespace

std::vector<NamedValue> TrueMeasurements(const SyntheticExam& exam) {
  const Measurements& m = exam.measured;
  const BeatFacts& beats = exam.beats;
  std::vector<NamedValue> values = {
      {"rate_bpm", beats.rate_bpm},
      {"median_rr_ms", 1000 * beats.median_rr_s},
      {"rr_sd_ms", 1000 * beats.rr_sd_s},
      {"rr_rmssd_ms", 1000 * beats.rr_rmssd_s},
      {"sinus_rr_range_ms", 1000 * beats.sinus_rr_range_s},
      {"atrial_premature", static_cast<double>(beats.atrial_premature_count)},
      {"ventricular_premature", static_cast<double>(beats.ventricular_premature_count)},
      {"pr_ms", m.pr_ms},
      {"p_ms", m.p_ms},
      {"qrs_ms", m.qrs_ms},
      {"qt_ms", m.qt_ms},
      {"qtc_bazett_ms", m.qtc_bazett_ms},
      {"p_axis_deg", m.p_axis_deg},
      {"qrs_axis_deg", m.qrs_axis_deg},
      {"t_axis_deg", m.t_axis_deg}};
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    const LeadAmplitudes& at = m.at(lead);
    const std::string suffix = "_" + std::string(NameOf(lead));
    values.push_back({"p" + suffix, at.p});
    values.push_back({"q" + suffix, at.q});
    values.push_back({"r" + suffix, at.r});
    values.push_back({"s" + suffix, at.s});
    values.push_back({"r2" + suffix, at.r2});
    values.push_back({"t" + suffix, at.t});
    values.push_back({"st" + suffix, at.st});
  }
  return values;
}

std::string RecordsHeader() {
  std::string header =
      "record_id,patient_id,age_days,sex,leads,seconds,swapped,dead_lead,electrodes_off,starts_off,"
      "jerks,noise_uv,wander_mv,hum_uv";
  const SyntheticExam none;
  for (const auto& [name, value] : Parameters({}, none)) header += "," + name;
  for (const auto& [name, value] : TrueMeasurements(none)) header += "," + name;
  return header + "\n";
}

std::string RecordsRow(const std::string& record_id, const SyntheticPatient& patient,
                       const SyntheticExam& exam, const RecorderFacts& recorder) {
  std::string row =
      fmt::format("{},P{:05},{},{},{},{:g},{},{},{},{},{},{:.2f},{:.4f},{:.2f}", record_id,
                  patient.number, exam.age_days, patient.sex == Sex::kMale ? "M" : "F",
                  exam.has_nine_leads ? 9 : 12, exam.seconds, recorder.swapped, recorder.dead_lead,
                  recorder.off_count, recorder.starts_off ? 1 : 0, recorder.motion_count,
                  recorder.noise_uv, recorder.wander_mv, recorder.hum_uv);
  for (const auto& [name, value] : Parameters(patient, exam)) row += fmt::format(",{:.5g}", value);
  for (const auto& [name, value] : TrueMeasurements(exam)) row += fmt::format(",{:.5g}", value);
  return row + "\n";
}

std::string LabelsHeader() {
  return "record_id,patient_id,clean_icd,written_icd,clean_statements,written_statements\n";
}

std::string LabelsRow(const std::string& record_id, const std::string& patient_id,
                      const Chart& chart, const std::vector<Statement>& clean,
                      const Reading& reading) {
  return fmt::format("{},{},{},{},{},{}\n", record_id, patient_id, fmt::join(chart.clean, ";"),
                     fmt::join(chart.written, ";"), Quoted(JoinTexts(clean)),
                     Quoted(JoinTexts(reading.written)));
}

std::string LabelErrorsHeader() { return "record_id,patient_id,layer,kind,clean,written,why\n"; }

std::string LabelErrorsRows(const std::string& record_id, const std::string& patient_id,
                            const Chart& chart, const Reading& reading) {
  std::string rows;
  for (const auto* errors : {&chart.errors, &reading.errors}) {
    for (const LabelError& error : *errors) {
      rows += fmt::format("{},{},{},{},{},{},{}\n", record_id, patient_id, error.layer, error.kind,
                          Quoted(error.clean), Quoted(error.written), Quoted(error.why));
    }
  }
  return rows;
}

std::string BeatsFile(const std::vector<SyntheticBeatMarks>& beats) {
  constexpr std::size_t kAlignment = 64;
  constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
  std::string dictionary = fmt::format(
      "{{'descr': [('kind', '|u1'), ('marks', '<u2', ({}, {}))], 'fortran_order': False, "
      "'shape': ({},), }}",
      kMarkRows, kMarkColumns, beats.size());
  // Magic, length and dictionary with its line end fill a multiple of 64 bytes.
  while ((kMagic.size() + 2 + dictionary.size() + 1) % kAlignment != 0) dictionary += ' ';
  dictionary += '\n';
  std::string bytes(kMagic);
  const auto append = [&](std::uint16_t value) {
    bytes += static_cast<char>(value & 0xFFU);
    bytes += static_cast<char>(value >> 8U);
  };
  append(static_cast<std::uint16_t>(dictionary.size()));
  bytes += dictionary;
  for (const SyntheticBeatMarks& beat : beats) {
    bytes += static_cast<char>(beat.kind);
    for (const auto& row : beat.samples) {
      for (const std::uint16_t sample : row) append(sample);
    }
  }
  return bytes;
}

}  // namespace pecg
