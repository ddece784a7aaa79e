/// Whether two neighboring eigenvalues can be told apart, given the rounding with which they are known.
struct EigenvalueTie {
  /// Differences up to this are rounding.
  let resolution: Double

  /// Values as given: each is known to half a unit in its last place, some operations more are allowed for.
  static func given(_ values: Double...) -> EigenvalueTie {
    EigenvalueTie(resolution: units * values.reduce(0) { max($0, abs($1)) })
  }

  /// Eigenvalues computed from a symmetric matrix of this order: backward stable, so known to `order` units in the last place
  /// of the largest one. Source: Golub and Van Loan (2013), section 8.1.
  /// - Parameter largest: in magnitude.
  static func computed(order: Int, largest: Double) -> EigenvalueTie {
    EigenvalueTie(resolution: units * Double(order) * abs(largest))
  }

  private static let units = 64 * Double.ulpOfOne

  func isTied(_ one: Double, _ other: Double) -> Bool { !(abs(one - other) > resolution) }
}
