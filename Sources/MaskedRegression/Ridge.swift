/// The penalty lambda of (1/m) ||X - XA||^2 + lambda ||A||^2: one for all columns, or one per column.
///
/// scikit-learn's `alpha` and EASE's lambda are m times it.
public enum Ridge: Sendable, Equatable {
  case shared(Double)
  case perColumn([Double])

  /// The penalty of one column.
  public func value(_ column: Int) -> Double {
    switch self {
    case .shared(let value): value
    case .perColumn(let values): values[column]
    }
  }

  /// Penalties are squared.
  static let largest = 1e150

  /// Throws `invalidRidge` or `ridgeCount`.
  func check(columns: Int) throws(MaskedRegressionError) {
    switch self {
    case .shared(let value):
      try Self.check(value)
    case .perColumn(let values):
      if values.count != columns { throw .ridgeCount(given: values.count, columns: columns) }
      for value in values { try Self.check(value) }
    }
  }

  private static func check(_ value: Double) throws(MaskedRegressionError) {
    if !(value >= 0 && value <= largest) { throw .invalidRidge(value) }
  }
}
