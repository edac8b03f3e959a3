#include "worker/synthetic/statements.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "worker/dataset/statement_dictionary.h"
#include "worker/ecg/error.h"
#include "worker/ecg/pediatric_normals.h"
#include "worker/synthetic/tables.h"

namespace pecg {
namespace {

/// Standard scores at which a reader writes high voltage or hypertrophy. Infants' right ventricles
/// are called hypertrophied earlier.
constexpr double kHighVoltageScore = 1.55;
constexpr double kHypertrophyScore = 2.95;
/// The left ventricle is called so later, the right one earlier.
constexpr double kLeftLater = 0.85;
constexpr double kRightEarlier = 0.15;
/// The heart ward's readers, used to seeing worse, are more lenient.
constexpr double kHeartWardLeniency = 0.9;
/// But they know from the ultrasound whether a ventricle is loaded, and name it earlier or later.
constexpr double kLoadedEarlier = 0.45;
constexpr double kNotLoadedLater = 0.75;
constexpr double kLoaded = 1.12;
constexpr double kInfantHypertrophyDrop = 1.42;
constexpr double kSinusArrhythmiaS = 0.150;

bool LeadsFromSinusNode(Rhythm rhythm) {
  switch (rhythm) {
    case Rhythm::kJunctional:
    case Rhythm::kSupraventricularTachycardia:
    case Rhythm::kAtrialFlutter:
    case Rhythm::kAtrialFibrillation:
    case Rhythm::kEctopicAtrial:
      return false;
    default:
      return true;
  }
}

/// Reads one ECG. Each limit moves by a few percent from reader to reader.
class Reader {
 public:
  Reader(const ReadingFacts& facts, Random& random)
      : facts_(facts),
        measured_(facts.measured),
        random_(random),
        strictness_(random.Normal() - (facts.is_on_heart_ward ? kHeartWardLeniency : 0)) {}

  std::vector<Statement> Read() {
    ReadRate();
    ReadRhythm();
    ReadEctopy();
    ReadConduction();
    ReadAxis();
    ReadVoltage();
    ReadAtria();
    ReadRepolarization();
    ReadRest();
    if (written_.empty()) {
      Write(random_.Chance(IsBorderline() ? 0.36 : 0.20) ? kOtherwiseNormalEcg : kNormalEcg);
    }
    SortStatements(&written_);
    return std::move(written_);
  }

 private:
  void Write(const char* description, std::vector<std::string> modifiers = {}) {
    written_.push_back({description, std::move(modifiers)});
  }
  /// A limit as this reader draws it.
  double About(double limit, double relative = 0.04) {
    return limit * std::exp(relative * random_.Normal());
  }
  /// A limit that strict readers draw lower.
  double Hesitant(double limit, double relative) {
    return limit * std::exp(relative * (0.7 * random_.Normal() - 0.7 * strictness_));
  }
  NormalRange Range(const char* measurement) const {
    return PediatricNormals::Table().At(measurement, facts_.age_days, facts_.sex).value();
  }
  double Score(const char* measurement, double value) const {
    return NormalScore(Range(measurement), value).value_or(0);
  }
  const LeadAmplitudes& At(Lead lead) const { return measured_.at(lead); }

  void ReadRate() {
    const RateLimits limits = RateLimitsAt(facts_.age_days);
    const bool is_sinus = LeadsFromSinusNode(facts_.condition.rhythm) &&
                          facts_.condition.rhythm != Rhythm::kCompleteBlock &&
                          facts_.condition.rhythm != Rhythm::kTwoToOne;
    if (is_sinus && facts_.beats.rate_bpm > About(limits.fast_bpm, 0.02)) {
      Write("Sinus tachycardia");
    }
    if (is_sinus && facts_.beats.rate_bpm < About(limits.slow_bpm, 0.02)) {
      Write("Sinus bradycardia");
    }
    const double arrhythmia = Hesitant(kSinusArrhythmiaS, 0.42);
    if (is_sinus && !HasPause() && facts_.beats.sinus_rr_range_s > arrhythmia) {
      Write("Sinus arrhythmia");
    }
  }

  bool HasPause() const {
    return facts_.condition.has_escape_beat || facts_.condition.rhythm == Rhythm::kSinusPause;
  }

  void ReadRhythm() {
    const double fast = RateLimitsAt(facts_.age_days).fast_bpm;
    const double rate = facts_.beats.rate_bpm;
    switch (facts_.condition.rhythm) {
      case Rhythm::kSinus:
        break;
      case Rhythm::kWanderingPacemaker:
        return Write("Sinoatrial node to atrial internal migratory rhythm");
      case Rhythm::kEctopicAtrial:
        return Write(rate > fast ? "Ectopic atrial tachycardia, unifocal"
                                 : "Accelerated atrial autonomous rhythm");
      case Rhythm::kJunctional:
        return Write(rate > fast ? "Junctional tachycardia" : "Accelerated junctional rhythm");
      case Rhythm::kSupraventricularTachycardia:
        return Write("Supraventricular tachycardia");
      case Rhythm::kAtrialFlutter:
        return Write("Atrial flutter");
      case Rhythm::kAtrialFibrillation:
        return Write("Atrial fibrillation");
      case Rhythm::kVentricularTachycardia:
        if (HasBeats(SyntheticBeat::Kind::kVentricularTachycardia))
          Write("Ventricular tachycardia");
        break;
      case Rhythm::kWenckebach:
        return Write("Second-degree AV block, Mobitz type I(Wenckebach)");
      case Rhythm::kMobitz2:
        return Write("Second-degree AV block, Mobitz type II");
      case Rhythm::kTwoToOne:
        return Write("2:1 AV block");
      case Rhythm::kCompleteBlock:
        Write("AV block, complete (third-degree)");
        return Write("AV dissociation");
      case Rhythm::kSinusPause:
        return Write("Sinus pause or arrest");
    }
    if (HasBeats(SyntheticBeat::Kind::kEscape)) Write("Junctional escape complex(es)");
  }

  bool HasBeats(SyntheticBeat::Kind kind) const {
    return std::ranges::any_of(facts_.sequence.beats,
                               [&](const SyntheticBeat& beat) { return beat.kind == kind; });
  }

  void ReadEctopy() {
    const auto pattern = [&](int count) {
      const Ectopy& ectopy = facts_.condition.ectopy;
      std::vector<std::string> modifiers;
      const bool is_frequent = count > 0.08 * facts_.beats.qrs_count;
      modifiers.emplace_back(is_frequent ? "Frequent" : "Occasional");
      if (ectopy.in_bigeminy) modifiers = {"In a bigeminal pattern"};
      if (ectopy.in_couplets && count > 1) modifiers = {"Couplets"};
      return modifiers;
    };
    if (facts_.beats.atrial_premature_count > 0) {
      Write("Atrial premature complex(es)", pattern(facts_.beats.atrial_premature_count));
    }
    if (facts_.beats.ventricular_premature_count > 0) {
      Write("Ventricular premature complex(es)", pattern(facts_.beats.ventricular_premature_count));
    }
  }

  void ReadConduction() {
    switch (facts_.condition.conduction) {
      case Conduction::kRightBundle:
        Write("Right bundle-branch block");
        break;
      case Conduction::kLeftBundle:
        Write("Left bundle-branch block");
        break;
      case Conduction::kLeftAnterior:
        Write("Left anterior fascicular block");
        break;
      case Conduction::kLeftPosterior:
        Write("Left posterior fascicular block");
        break;
      case Conduction::kDelayed:
        Write(random_.Chance(0.5) ? "Intraventricular conduction delay"
                                  : "Nonspecific intraventricular block");
        break;
      case Conduction::kPreexcitation:
        Write(random_.Chance(0.7) ? "Ventricular preexcitation" : "Preexcitation syndrome");
        return;
      case Conduction::kNormal:
      case Conduction::kIncompleteRightBundle:
        if (HasLateR()) Write("Incomplete right bundle-branch block");
        break;
    }
    ReadPr();
  }

  /// r' in V1, or an R there that is last and follows a small r.
  bool HasLateR() {
    return facts_.condition.conduction == Conduction::kIncompleteRightBundle ||
           facts_.condition.late_right_mv > About(0.33, 0.15);
  }

  void ReadPr() {
    if (!LeadsFromSinusNode(facts_.condition.rhythm)) return;
    if (facts_.condition.rhythm != Rhythm::kSinus) return;
    const NormalRange pr = Range("pr_interval");
    if (measured_.pr_ms > About(1.07 * pr.p98.value(), 0.02)) {
      Write(random_.Chance(0.75) ? "First-degree AV block" : "Prolonged PR interval");
    }
    if (measured_.pr_ms < About(0.92 * pr.p2.value(), 0.02)) Write("Short PR interva");
  }

  void ReadAxis() {
    if (facts_.condition.conduction == Conduction::kLeftAnterior ||
        facts_.condition.conduction == Conduction::kLeftPosterior) {
      return;
    }
    const NormalRange axis = Range("qrs_axis");
    // Beyond -150 the axis has gone round to the right.
    const double measured =
        measured_.qrs_axis_deg < -150 ? measured_.qrs_axis_deg + 360 : measured_.qrs_axis_deg;
    if (measured > axis.p98.value() + 25 + 18 * random_.Normal()) Write("Right-axis deviation");
    if (measured < std::min(-8.0, axis.p2.value() - 30) + 18 * random_.Normal()) {
      Write("Left-axis deviation");
    }
  }

  double LeftScore() const {
    return std::max(Score("r_amp_V6", At(Lead::kV6).r), Score("s_amp_V1", At(Lead::kV1).s));
  }
  double RightScore() const {
    return std::max(Score("r_amp_V1", At(Lead::kV1).r), Score("s_amp_V6", At(Lead::kV6).s));
  }
  /// By how much lower the heart ward draws its limits of voltage.
  double WardShift() const {
    if (!facts_.is_on_heart_ward) return 0;
    const bool is_loaded = std::max(facts_.condition.left, facts_.condition.right) > kLoaded;
    return is_loaded ? kLoadedEarlier : -kNotLoadedLater;
  }
  bool IsInvertedLeft() const { return At(Lead::kV6).t < -0.05 && At(Lead::kI).t < 0; }

  void ReadVoltage() {
    if (facts_.condition.conduction == Conduction::kLeftBundle ||
        facts_.condition.conduction == Conduction::kPreexcitation) {
      return;
    }
    const double infant = std::exp(-facts_.age_days / 650.0);
    const double hypertrophy = kHypertrophyScore - kInfantHypertrophyDrop * infant - WardShift();
    const double high =
        std::min(kHighVoltageScore + std::max(0.0, -WardShift()), hypertrophy - 0.2);
    const double left = LeftScore() + 0.45 * random_.Normal() + 0.45 * strictness_;
    const bool has_strain = IsInvertedLeft() && left > high;
    if (left > hypertrophy + kLeftLater || has_strain) {
      Write("Left ventricular hypertrophy");
    } else if (left > high) {
      Write("Left ventricular high voltage");
    }
    double right = RightScore() + 0.45 * random_.Normal() + 0.45 * strictness_;
    const bool has_right_block = facts_.condition.conduction == Conduction::kRightBundle;
    if (facts_.condition.t_front_mv > 0.15) right += 0.8;
    if (right > hypertrophy - kRightEarlier && !has_right_block) {
      Write("Right ventricular hypertrophy");
    } else if (right > high + 0.15 && !has_right_block) {
      Write("Right ventricular high voltage");
    }
    double limb = 0;
    for (const Lead lead : {Lead::kI, Lead::kII, Lead::kIII, Lead::kAVR, Lead::kAVL, Lead::kAVF}) {
      limb = std::max(limb, At(lead).r + std::max(At(lead).q, At(lead).s));
    }
    if (limb < About(0.62, 0.05)) Write("Low voltage");
    if (facts_.age_days > 365 && At(Lead::kV3).r < About(0.28, 0.1) &&
        At(Lead::kV3).s > 2.5 * At(Lead::kV3).r) {
      Write("Abnormal precordial R-wave progression");
    }
  }

  void ReadAtria() {
    if (!LeadsFromSinusNode(facts_.condition.rhythm)) return;
    const double right_limit = facts_.age_days < 183 ? 0.31 : 0.285;
    if (At(Lead::kII).p > About(right_limit, 0.03)) Write("Right atrial enlargement");
    const NormalRange duration = Range("p_duration");
    if (measured_.p_ms > About(duration.p98.value() + 9, 0.02) || At(Lead::kV1).p < -0.15) {
      Write("Left atrial enlargement");
    }
  }

  void ReadRepolarization() {
    double flat = 0;
    const double limit = 0.0113 / Hesitant(0.10, 0.45);
    bool is_inverted = false;
    for (const Lead lead : {Lead::kI, Lead::kII, Lead::kV5, Lead::kV6}) {
      const double t = At(lead).t;
      if (t < limit) flat += 1;
      is_inverted |= t < -0.08;
    }
    const bool has_t = flat >= 2 || is_inverted;
    double st = 0;
    for (const Lead lead : {Lead::kII, Lead::kV4, Lead::kV5, Lead::kV6}) {
      if (std::abs(At(lead).st) > std::abs(st)) st = At(lead).st;
    }
    const bool has_st = st < -About(0.075, 0.1) || st > 0.22;
    const std::string direction = st < 0 ? "Depression" : "Elevation";
    const bool is_wide = facts_.condition.conduction == Conduction::kLeftBundle ||
                         facts_.condition.conduction == Conduction::kPreexcitation;
    if (is_wide) return;
    if (has_st && has_t) {
      Write("ST deviation with T-wave change");
    } else if (has_st) {
      Write("ST deviation", {direction});
    } else if (has_t) {
      std::vector<std::string> modifiers;
      if (is_inverted) modifiers.emplace_back("Inversion");
      Write("T-wave abnormality", modifiers);
    }
    ReadQt();
  }

  void ReadQt() {
    const double qtc = measured_.qtc_bazett_ms;
    if (facts_.condition.conduction == Conduction::kRightBundle) return;
    if (qtc > About(468, 0.012)) {
      const double kind = random_.Uniform();
      if (kind < 0.75) Write("Prolonged QT interval");
      if (kind > 0.45) Write("Prolonged QTc interval");
    }
    if (qtc < 335) Write("Short QTc interval");
  }

  void ReadRest() {
    const HeartCondition& condition = facts_.condition;
    if (condition.u_mv > About(0.12, 0.1)) Write("Prominent U waves");
    if (condition.st_front_mv > 0.1 && facts_.age_days > 2500) Write("Early repolarization");
    if (condition.brugada_mv > 0) Write("Brugada abnormality");
    const double v6 = 1.35 * Range("q_amp_V6").p98.value();
    const double ii = 1.35 * Range("q_amp_II").p98.value();
    if (At(Lead::kV6).q > About(v6, 0.05) || At(Lead::kII).q > About(ii, 0.05))
      Write("Abnormal Q wave");
  }

  /// Near a limit, so that a reader hesitates to call it normal.
  bool IsBorderline() const {
    return LeftScore() > 1.4 || RightScore() > 1.5 || At(Lead::kV6).t < 0.16 ||
           facts_.beats.sinus_rr_range_s > 0.8 * kSinusArrhythmiaS;
  }

  const ReadingFacts& facts_;
  const Measurements& measured_;
  Random& random_;
  double strictness_;  ///< Of this reader: standard normal.
  std::vector<Statement> written_;
};

const StatementDictionary::Row& RowOf(const std::string& description) {
  const auto& dictionary = StatementDictionary::Release();
  const auto row = dictionary.FindAha(description);
  if (!row) throw Error(Error::Kind::kBadInput, "no such statement: " + description);
  return dictionary.rows()[static_cast<std::size_t>(*row)];
}

std::string WithoutBlanks(std::string code) {
  std::erase(code, ' ');
  return code;
}

}  // namespace

std::vector<Statement> ReadTrueEcg(const ReadingFacts& facts, Random& reader) {
  return Reader(facts, reader).Read();
}

void SortStatements(std::vector<Statement>* statements) {
  std::ranges::stable_sort(*statements, {}, [](const Statement& statement) {
    return StatementDictionary::Release().FindAha(statement.description).value_or(0);
  });
}

std::string AhaText(const Statement& statement) {
  const auto& row = RowOf(statement.description);
  std::string text = row.aha_code.empty() ? statement.description : WithoutBlanks(row.aha_code);
  const auto& dictionary = StatementDictionary::Release();
  for (const std::string& modifier : statement.modifiers) {
    const auto found = dictionary.FindModifier(modifier);
    text += "+" + dictionary.rows()[static_cast<std::size_t>(found.value())].aha_code;
  }
  return text;
}

std::string ChnText(const Statement& statement) {
  const auto& row = RowOf(statement.description);
  const bool in_trigeminy = std::ranges::find(statement.modifiers, "In a trigeminal pattern") !=
                            statement.modifiers.end();
  // The release's own way of writing this one.
  if (row.aha_code == "F60" && in_trigeminy) return "F64";
  std::string text = row.chn_code.empty() ? statement.description : WithoutBlanks(row.chn_code);
  for (const std::string& modifier : statement.modifiers) text += "+" + modifier;
  return text;
}

std::string HeaderText(const Statement& statement) {
  std::string text = statement.description;
  for (const std::string& modifier : statement.modifiers) text += "+" + modifier;
  return text;
}

}  // namespace pecg
