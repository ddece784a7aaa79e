import CMath
import LinearAlgebra

/// Rows for a ridge: columns as they are and divided by their standard deviation, or coordinates of both; or as they are alone.
package struct RidgeRows: Sendable {
  package let plain: Matrix
  package let standardized: Matrix
  /// A power of two that brings a row of `plain` to a length of about 1, for fits that end at a step of some size.
  package let unit: Double
  /// Both are the columns as they are: what is fitted turns with them.
  let isOneScale: Bool
  /// Rows of the same kind that have no label; nil where there are none.
  var unlabeled: UnlabeledCovariance?
  let scales: [Double]

  /// `plain` times `unit`.
  package var plainInUnits: Matrix { unit == 1 ? plain : unit * plain }

  /// - Parameter deviations: of each column; a column whose deviation is 0 has no weight.
  package init(_ features: Matrix, deviations: [Double]) {
    self.init(features, scales: deviations.map { $0 > 0 ? 1 / $0 : 0 })
  }

  /// As they are.
  package init(_ features: Matrix) {
    self.init(
      features, features, unit: .unit(variance: features.squaredFrobeniusNorm / Double(max(features.rows, 1))),
      scales: [Double](repeating: 1, count: features.columns), isOneScale: true)
  }

  init(_ features: Matrix, scales: [Double]) {
    self.scales = scales
    isOneScale = false
    plain = features
    standardized = features.scalingColumns(by: scales)
    unit = .unit(variance: scales.reduce(0) { $0 + ($1 > 0 ? 1 / ($1 * $1) : 0) })
  }

  /// Both in coordinates of their own spans.
  package init(plain: Matrix, standardized: Matrix) {
    self.init(
      plain, standardized, unit: .unit(variance: plain.squaredFrobeniusNorm / Double(max(plain.rows, 1))),
      scales: [Double](repeating: 1, count: plain.columns))
  }

  private init(
    _ plain: Matrix, _ standardized: Matrix, unit: Double, scales: [Double], isOneScale: Bool = false
  ) {
    (self.plain, self.standardized, self.unit, self.scales) = (plain, standardized, unit, scales)
    self.isOneScale = isOneScale
  }

  /// With the pool's other rows as those without a label.
  /// - Parameters:
  ///   - pool: moments of all rows, these among them.
  ///   - standardized: of those that `standardized` is from; nil where they are those of `pool` divided by scales.
  package func amongst(_ pool: RowMoments, standardized: RowMoments? = nil) -> RidgeRows {
    var result = self
    guard let plain = pool.removing(RowMoments(rows: self.plain)) else { return self }
    let other =
      standardized.map { $0.removing(RowMoments(rows: self.standardized))?.covariance ?? plain.covariance }
      ?? plain.covariance.scalingBothSides(by: scales)
    result.unlabeled = UnlabeledCovariance(count: plain.count, plain: plain.covariance, standardized: other)
    return result
  }

  package func rows(at indices: [Int]) -> RidgeRows {
    RidgeRows(
      plain.rows(at: indices), standardized.rows(at: indices), unit: unit, scales: scales, isOneScale: isOneScale)
  }
}

extension Double {
  /// The power of two that brings numbers of this variance nearest to 1; 1 where there is no such variance.
  static func unit(variance: Double) -> Double {
    guard variance.isNormal, variance > 0 else { return 1 }
    return Double(sign: .plus, exponent: -Int(variance.squareRoot().exponent), significand: 1)
  }
}
