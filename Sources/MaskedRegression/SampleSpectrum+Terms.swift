import LinearAlgebra

extension SampleSpectrum {
  /// df, kappa and gamma at a penalty.
  public func statistics(ridge: Double) -> RidgeStatistics {
    RidgeStatistics(ridge: ridge, values: values, divisor: divisor)
  }

  /// sum_k V_jk^2 / (l_k + lambda) and sum_k V_jk^2 l_k / (l_k + lambda)^2, for each penalty.
  func columnSums(ridges: [Double]) -> [(inverse: [Double], curvature: [Double])] {
    let weights = ridges.flatMap { ridge in
      [values.map { 1 / ($0 + ridge) }, values.map { $0 / (($0 + ridge) * ($0 + ridge)) }]
    }
    let sums = vectorRows.columnSums(ofSquaresWeighted: weights)
    return ridges.indices.map { (sums[2 * $0], sums[2 * $0 + 1]) }
  }

  /// What rounding takes from each column. Columns not seen entirely are told by what is unseen, which loses nothing.
  func lostDigits(_ ridge: Ridge, inverse: [Double]) -> [LostDigits] {
    (0..<columns).map { j in
      let variance = keepsDigits ? columnMeanSquares[j] : values.first ?? 0
      return LostDigits(unseen[j] > 0 ? 0 : inverse[j] * (variance + ridge.value(j)), of: Double.self)
    }
  }

  /// The same sums with column j at penalty j.
  func columnSums(perColumn ridges: [Double]) -> (inverse: [Double], curvature: [Double]) {
    precondition(ridges.count == columns, "\(ridges.count) penalties for \(columns) columns")
    var inverse = [Double](repeating: 0, count: columns)
    var curvature = inverse
    let columns = columns
    vectorRows.storage.withUnsafeBufferPointer { v in
      for (k, value) in values.enumerated() {
        for j in 0..<columns {
          let share = v[k * columns + j] * v[k * columns + j] / (value + ridges[j])
          inverse[j] += share
          curvature[j] += share * (value / (value + ridges[j]))
        }
      }
    }
    return (inverse, curvature)
  }
}
