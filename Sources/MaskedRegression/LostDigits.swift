import CMath

/// What rounding leaves of a column's error.
///
/// A column's residual variance given the others is 1/P_jj of its variance plus penalty: rounding of the latter, relative to the
/// former, is P_jj (S_jj + lambda) ulps.
struct LostDigits: Sendable, Equatable {
  /// Relative rounding error to expect.
  let share: Double

  /// `condition` is P_jj (S_jj + lambda), in arithmetic of this precision.
  init<Scalar: BinaryFloatingPoint>(_ condition: Double, of _: Scalar.Type) {
    share = condition * 4 * Double(Scalar.ulpOfOne)
    isTooMuch = !(share < (Scalar.ulpOfOne > 1e-10 ? 0.03 : 1e-8))
  }

  /// Fewer than eight digits are left, in single precision fewer than two.
  let isTooMuch: Bool

  /// Digits that are right.
  var digits: Int { share > 0 && share < 1 ? Int(-log10(share)) : 0 }
}
