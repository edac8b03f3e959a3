#ifndef PECG_WORKER_SYNTHETIC_VECTOR3_H_
#define PECG_WORKER_SYNTHETIC_VECTOR3_H_

#include <array>
#include <cmath>

namespace pecg {

/// A vector in the chest: x to the patient's left, y down, z to the back. Dipoles are in
/// millivolts, leads' views of them have no unit.
struct Vector3 {
  double x = 0;
  double y = 0;
  double z = 0;

  friend Vector3 operator+(const Vector3& a, const Vector3& b) {
    return {a.x + b.x, a.y + b.y, a.z + b.z};
  }
  friend Vector3 operator*(double factor, const Vector3& a) {
    return {factor * a.x, factor * a.y, factor * a.z};
  }
};

inline double Dot(const Vector3& a, const Vector3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

/// Turns a vector in the frontal plane, as the clinician counts (0 = left, 90 degrees = down).
inline Vector3 TurnFrontal(const Vector3& a, double radians) {
  const double c = std::cos(radians);
  const double s = std::sin(radians);
  return {c * a.x - s * a.y, s * a.x + c * a.y, a.z};
}

/// Turns a vector in the horizontal plane, from the left towards the back.
inline Vector3 TurnHorizontal(const Vector3& a, double radians) {
  const double c = std::cos(radians);
  const double s = std::sin(radians);
  return {c * a.x - s * a.z, a.y, s * a.x + c * a.z};
}

/// Solves `rows` v = `right` for v, three equations; zero where they contradict each other.
inline Vector3 Solve(const std::array<Vector3, 3>& rows, const std::array<double, 3>& right) {
  const auto determinant = [](const Vector3& a, const Vector3& b, const Vector3& c) {
    return a.x * (b.y * c.z - b.z * c.y) - a.y * (b.x * c.z - b.z * c.x) +
           a.z * (b.x * c.y - b.y * c.x);
  };
  const double whole = determinant(rows[0], rows[1], rows[2]);
  if (std::abs(whole) < 1e-9) return {};
  std::array<double, 3> solution{};
  for (std::size_t column = 0; column < 3; ++column) {
    std::array<Vector3, 3> replaced = rows;
    for (std::size_t row = 0; row < 3; ++row) {
      (column == 0   ? replaced[row].x
       : column == 1 ? replaced[row].y
                     : replaced[row].z) = right[row];
    }
    solution[column] = determinant(replaced[0], replaced[1], replaced[2]) / whole;
  }
  return {solution[0], solution[1], solution[2]};
}

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_VECTOR3_H_
