#include "worker/rule/finding_table.h"

#include <algorithm>
#include <array>
#include <string>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr auto kConvention = Severity::kConvention;
constexpr auto kVariant = Severity::kNormalVariant;
constexpr auto kTechnical = Severity::kTechnical;
constexpr auto kBorderline = Severity::kBorderline;
constexpr auto kMinor = Severity::kMinor;
constexpr auto kAbnormal = Severity::kAbnormal;
constexpr auto kUrgent = Severity::kUrgent;
constexpr auto kCritical = Severity::kCritical;

// AHA codes: Mason et al., Recommendations for the standardization of the ECG, part II, JACC
// 49:1128 (2007), as ECGCode.csv of ZZU-pECG uses them.
constexpr auto kKinds = std::to_array<FindingKind>({
    // The recording.
    {"B10", "Arm electrodes probably exchanged", "", "", kTechnical},
    {"B10r", "Right arm and left leg electrodes probably exchanged", "", "", kTechnical},
    {"B10l", "An arm electrode probably on the right leg", "", "", kTechnical},
    {"B11", "Mirror-image chest: dextrocardia to be considered", "", "Dextrocardia", kAbnormal},
    {"B10q", "Limb leads contradict each other", "", "", kTechnical},
    {"B14", "Amplifier at its rails", "", "", kTechnical},
    {"B15", "Noisy recording", "", "", kTechnical},
    {"B16", "A lead without signal", "", "", kTechnical},
    // Rate and rhythm.
    {"PACE", "Pacing spikes", "N(180 + 181)", "Pacing rhythm", kMinor},
    {"E50", "Atrial fibrillation", "E50", "Atrial fibrillation", kUrgent},
    {"E51", "Atrial flutter", "E51", "Atrial flutter", kUrgent},
    {"G70", "Wide-complex tachycardia or run of wide beats", "G70", "Ventricular tachycardia",
     kCritical},
    {"E55", "Supraventricular tachycardia", "E55", "Supraventricular tachycardia", kUrgent},
    {"C21", "Sinus tachycardia", "C21", "Sinus tachycardia", kMinor},
    {"C22", "Sinus bradycardia", "C22", "Sinus bradycardia", kMinor},
    {"RHIGH", "Fast rate for age, not shown to be sinus", "", "", kMinor},
    {"RLOW", "Slow rate for age, not shown to be sinus", "", "", kMinor},
    {"C21z", "Fast by the hospital's convention", "", "Sinus tachycardia", kConvention},
    {"C22z", "Slow by the hospital's convention", "", "Sinus bradycardia", kConvention},
    {"C23", "Sinus arrhythmia", "C23", "Sinus arrhythmia", kVariant},
    {"PAX", "P axis not of the sinus node (ectopic atrial rhythm?)", "",
     "Accelerated atrial autonomous rhythm", kMinor},
    {"D30", "Premature narrow beats (atrial or junctional)", "D30",
     "Atrial premature complex(es)|Junctional premature complex(es)", kMinor},
    {"F60", "Ventricular premature beats", "F60", "Ventricular premature complex(es)", kMinor},
    {"C26", "Pause", "C26", "Sinus pause or arrest", kAbnormal},
    {"H80", "Short PR interval", "H80", "Short PR interva", kMinor},
    {"H82", "First-degree AV block", "H82", "Prolonged PR interval|First-degree AV block", kMinor},
    {"H83", "Second-degree AV block, Mobitz I", "H83",
     "Second-degree AV block, Mobitz type I(Wenckebach)", kAbnormal},
    {"H84", "Second-degree AV block, Mobitz II", "H84", "Second-degree AV block, Mobitz type II",
     kUrgent},
    {"H85", "2:1 AV block", "H85", "2:1 AV block", kUrgent},
    {"H88", "Complete AV block", "H88", "AV block, complete (third-degree)|AV dissociation",
     kCritical},
    // Conduction.
    {"I108", "Ventricular pre-excitation", "I108",
     "Ventricular preexcitation|Preexcitation syndrome", kAbnormal},
    {"I106", "Right bundle-branch block", "I106", "Right bundle-branch block", kAbnormal},
    {"I104", "Left bundle-branch block", "I104", "Left bundle-branch block", kAbnormal},
    {"I105", "Incomplete right bundle-branch block", "I105", "Incomplete right bundle-branch block",
     kMinor},
    {"RSR", "rSr' in V1 with a normal QRS duration", "", "Incomplete right bundle-branch block",
     kVariant},
    {"QRSw", "Intraventricular conduction delay", "I107",
     "Intraventricular conduction delay|Nonspecific intraventricular block", kAbnormal},
    {"I101", "Left anterior fascicular block", "I101", "Left anterior fascicular block", kAbnormal},
    {"I102", "Left posterior fascicular block", "I102", "Left posterior fascicular block",
     kAbnormal},
    // Axis and voltage.
    {"J120", "Right axis deviation", "J120", "Right-axis deviation", kAbnormal},
    {"J121", "Left axis deviation", "J121", "Left-axis deviation", kAbnormal},
    {"J122", "Superior (extreme) axis", "", "", kAbnormal},
    {"J125", "Low voltage", "J125", "Low voltage", kAbnormal},
    // Chambers.
    {"K143", "Right ventricular hypertrophy", "K143", "Right ventricular hypertrophy", kAbnormal},
    {"K142", "Left ventricular hypertrophy", "K142", "Left ventricular hypertrophy", kAbnormal},
    {"K144", "Biventricular hypertrophy", "K144", "", kAbnormal},
    {"RVHV", "Right ventricular high voltage", "", "Right ventricular high voltage", kBorderline},
    {"LVHV", "Left ventricular high voltage", "", "Left ventricular high voltage", kBorderline},
    {"K141", "Right atrial enlargement", "K141", "Right atrial enlargement", kMinor},
    {"K140", "Left atrial enlargement", "K140", "Left atrial enlargement", kMinor},
    // Repolarisation.
    {"L148", "Prolonged QTc", "L148", "Prolonged QT interval|Prolonged QTc interval", kAbnormal},
    {"L148b", "Borderline QTc", "", "", kBorderline},
    {"L149", "Short QTc", "L149", "Short QT interval|Short QTc interval", kAbnormal},
    {"BRU1", "Brugada pattern type 1", "", "Brugada abnormality", kUrgent},
    {"BRU2", "Brugada pattern type 2 to be considered", "", "Brugada abnormality", kBorderline},
    {"BRU3", "Brugada pattern type 3 to be considered", "", "Brugada abnormality", kBorderline},
    {"L155", "Early repolarisation", "L155", "Early repolarization", kVariant},
    {"L145", "ST deviation", "L145", "ST deviation|ST deviation with T-wave change", kAbnormal},
    {"L147", "T-wave abnormality", "L147", "T-wave abnormality|ST deviation with T-wave change",
     kAbnormal},
    {"QRST", "Wide angle between QRS and T axis", "", "", kBorderline},
    {"QWAVE", "Abnormal Q waves", "", "Abnormal Q wave", kAbnormal},
    {"ALCAPA", "Deep wide lateral Q waves in an infant (left coronary from the pulmonary artery?)",
     "", "", kUrgent},
});

}  // namespace

std::span<const FindingKind> FindingKinds() { return kKinds; }

const FindingKind& FindFinding(std::string_view code) {
  for (const FindingKind& kind : kKinds) {
    if (kind.code == code) return kind;
  }
  throw Error(Error::Kind::kNotFound, "no finding has this code", std::string(code));
}

bool IsStatementOf(const FindingKind& kind, std::string_view description) {
  std::string_view rest = kind.statements;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    if (rest.substr(0, end) == description) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace pecg
