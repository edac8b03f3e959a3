#include "worker/synthetic/lead_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace pecg {
namespace {

constexpr std::array<Vector3, kChestLeadCount> kTextbookChest = {{{-0.55, 0.15, -0.95},
                                                                  {0.05, 0.16, -1.39},
                                                                  {0.85, 0.10, -1.28},
                                                                  {1.20, 0.13, -0.62},
                                                                  {1.12, 0.13, -0.10},
                                                                  {0.85, 0.08, 0.25}}};
constexpr int kLoopPoints = 81;
constexpr int kRounds = 40;
/// Of the way to the solution per round; all of it would jump to and fro between two waves.
constexpr double kStep = 0.6;
/// Keeps the fit from wild views where R and S point the same way.
constexpr double kRidge = 2e-3;
/// Of R: an r' up to this size is normal.
constexpr double kLargestLateR = 0.5;

/// The loop at evenly spaced times from its beginning to its end.
std::vector<Vector3> Sample(std::span<const DipoleBell> bells) {
  double begin = bells[0].centre_s - bells[0].rise_s;
  double end = bells[0].centre_s + bells[0].fall_s;
  for (const DipoleBell& bell : bells) {
    begin = std::min(begin, bell.centre_s - bell.rise_s);
    end = std::max(end, bell.centre_s + bell.fall_s);
  }
  std::vector<Vector3> points(kLoopPoints);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double time = begin + (end - begin) * static_cast<double>(i) / (kLoopPoints - 1);
    for (const DipoleBell& bell : bells) points[i] = points[i] + bell.At(time) * bell.dipole_mv;
  }
  return points;
}

/// Where a view sees its waves: R and S, of which the taller is the tallest of all and the other
/// the largest on its side of it, R first; the lowest point before R, a q; and the highest behind
/// S, an r'.
struct Waves {
  std::size_t q = 0;
  std::size_t r = 0;
  std::size_t s = 0;
  std::size_t late_r = 0;
};

Waves FindWaves(const std::vector<Vector3>& loop, const Vector3& view, bool s_is_taller) {
  const auto sees = [&](std::size_t i) { return Dot(view, loop[i]); };
  const auto extreme = [&](std::size_t begin, std::size_t end, double sign) {
    std::size_t found = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (sign * sees(i) > sign * sees(found)) found = i;
    }
    return found;
  };
  Waves found;
  if (s_is_taller) {
    found.s = extreme(0, loop.size(), -1);
    found.r = extreme(0, found.s + 1, 1);
  } else {
    found.r = extreme(0, loop.size(), 1);
    found.s = extreme(found.r, loop.size(), -1);
  }
  found.q = extreme(0, found.r + 1, -1);
  found.late_r = extreme(found.s, loop.size(), 1);
  return found;
}

/// What a chest lead should see, as positive heights.
struct WantedWaves {
  double q_mv;  ///< At most.
  double r_mv;
  double s_mv;
};

/// Moves `view` by the smallest step that gives it R and S, and no q or r' too large (of both the
/// worse one); repeated, because the step moves the points where they are.
Vector3 FitChestLead(const std::vector<Vector3>& loop, const Vector3& textbook,
                     const WantedWaves& wanted) {
  const double r_mv = wanted.r_mv;
  const double s_mv = wanted.s_mv;
  const bool s_is_taller = s_mv > r_mv;
  const Waves first = FindWaves(loop, textbook, s_is_taller);
  const double seen = Dot(textbook, loop[first.r]) - Dot(textbook, loop[first.s]);
  Vector3 view = ((r_mv + s_mv) / std::max(seen, 0.1)) * textbook;
  Vector3 best = view;
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    const Waves at = FindWaves(loop, view, s_is_taller);
    std::array<Vector3, 3> points = {loop[at.r], loop[at.s], {}};
    std::array<double, 3> miss = {r_mv - Dot(view, loop[at.r]), -s_mv - Dot(view, loop[at.s]), 0};
    const double late_excess = Dot(view, loop[at.late_r]) - kLargestLateR * r_mv;
    const double q_excess = -Dot(view, loop[at.q]) - wanted.q_mv;
    if (std::max(late_excess, q_excess) > 0) {
      points[2] = loop[late_excess > q_excess ? at.late_r : at.q];
      miss[2] = late_excess > q_excess ? -late_excess : q_excess;
    }
    const double missed = std::abs(miss[0]) + std::abs(miss[1]) + std::abs(miss[2]);
    if (missed < least) {
      least = missed;
      best = view;
    }
    const double ridge = kRidge * (Dot(points[0], points[0]) + Dot(points[1], points[1]));
    std::array<Vector3, 3> rows{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = {Dot(points[i], points[0]), Dot(points[i], points[1]), Dot(points[i], points[2])};
    }
    rows[0].x += ridge;
    rows[1].y += ridge;
    rows[2].z += ridge;
    const Vector3 weights = Solve(rows, miss);
    view = view + kStep * (weights.x * points[0] + weights.y * points[1] + weights.z * points[2]);
  }
  return best;
}

Vector3 Vary(const Vector3& view, Random& torso) {
  const Vector3 shift{torso.Normal(), torso.Normal(), torso.Normal()};
  return view + 0.06 * shift;
}

}  // namespace

double DipoleBell::At(double time_s) const {
  const double from_centre = time_s - centre_s;
  const double side = from_centre < 0 ? rise_s : fall_s;
  const double distance = std::abs(from_centre);
  if (distance >= side) return 0;
  const double c = std::cos(std::numbers::pi / 2 * distance / side);
  return c * c;
}

LeadField::LeadField(std::span<const DipoleBell> qrs, const HealthyEcg& ecg, double median_axis_deg,
                     Random& torso)
    : views_{} {
  constexpr double kRadians = std::numbers::pi / 180;
  Vector3 area;
  for (const DipoleBell& bell : qrs) area = area + (bell.rise_s + bell.fall_s) / 2 * bell.dipole_mv;
  const double own_axis = std::atan2(area.y, area.x);
  // I = x and aVF = sqrt(3)/2 y of the turned dipole, so II = x/2 + sqrt(3)/2 y. Turning the leads
  // one way turns what they see the other way.
  const auto lead_i = [&](double turn) { return TurnFrontal({1, 0, 0}, -turn); };
  const auto lead_ii = [&](double turn) {
    return TurnFrontal({0.5, std::numbers::sqrt3 / 2, 0}, -turn);
  };
  const std::vector<Vector3> loop = Sample(qrs);
  const Vector3 reference = lead_ii(median_axis_deg * kRadians - own_axis);
  const double seen = Dot(reference, loop[FindWaves(loop, reference, false).r]);
  const double size = ecg.r_ii_mv / std::max(seen, 0.05);
  const double turn = ecg.qrs_axis_deg * kRadians - own_axis;
  views_[0] = size * lead_i(turn);
  views_[1] = size * lead_ii(turn);
  for (std::size_t i = 0; i < kTextbookChest.size(); ++i) {
    views_[2 + i] =
        FitChestLead(loop, Vary(kTextbookChest[i], torso), {ecg.q_mv[i], ecg.r_mv[i], ecg.s_mv[i]});
  }
}

LeadValues LeadField::See(const Vector3& dipole_mv) const {
  LeadValues seen{};
  for (std::size_t i = 0; i < views_.size(); ++i) seen[i] = Dot(views_[i], dipole_mv);
  return seen;
}

Vector3 LeadField::DipoleFor(const LeadValues& wanted, const LeadValues& weights) const {
  std::array<Vector3, 3> rows{};
  std::array<double, 3> right{};
  for (std::size_t i = 0; i < views_.size(); ++i) {
    const Vector3& view = views_[i];
    rows[0] = rows[0] + weights[i] * view.x * view;
    rows[1] = rows[1] + weights[i] * view.y * view;
    rows[2] = rows[2] + weights[i] * view.z * view;
    right[0] += weights[i] * wanted[i] * view.x;
    right[1] += weights[i] * wanted[i] * view.y;
    right[2] += weights[i] * wanted[i] * view.z;
  }
  return Solve(rows, right);
}

}  // namespace pecg
