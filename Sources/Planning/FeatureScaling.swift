import LinearAlgebra

/// Which features vary over the pool, and how they are brought to mean 0 and deviation 1 there.
package struct FeatureScaling: Sendable {
  package let means: [Double]
  package let deviations: [Double]
  /// Features that vary.
  package let kept: [Int]

  /// A feature whose deviation is less than this times its magnitude varies by rounding alone: moments are taken about
  /// a row, so that a mean of 4e10 deviations costs no more than the digits that the entries themselves lack.
  private static let leastRelativeDeviation = 1e-13
  /// Of columns as they were given, which no sum has rounded.
  private static let leastOfGiven = 1e-15

  /// - Parameters:
  ///   - largest: magnitude of each feature over the pool.
  ///   - areGiven: features are columns as they were given.
  init(means: [Double], deviations: [Double], largest: [Double], areGiven: Bool = false) {
    (self.means, self.deviations) = (means, deviations)
    let least = areGiven ? Self.leastOfGiven : Self.leastRelativeDeviation
    kept = deviations.indices.filter { deviations[$0] > least * largest[$0] }
  }

  /// Every feature kept on its scale.
  init(asTheyAre count: Int) {
    means = [Double](repeating: 0, count: count)
    deviations = [Double](repeating: 1, count: count)
    kept = Array(0..<count)
  }

  /// Features of the pool in memory.
  init(_ pool: Matrix) {
    let means = pool.columnMeans()
    var squares = [Double](repeating: 0, count: means.count)
    var largest = squares
    for i in 0..<pool.rows {
      for j in means.indices {
        let value = pool[i, j] - means[j]
        squares[j] += value * value
        largest[j] = max(largest[j], abs(pool[i, j]))
      }
    }
    self.init(means: means, deviations: squares.map { ($0 / Double(pool.rows)).squareRoot() }, largest: largest)
  }

  /// A 1 in front of each row's scaled features.
  func design(_ features: Matrix) -> Matrix {
    var result = Matrix(rows: features.rows, columns: kept.count + 1, repeating: 1)
    for i in 0..<features.rows {
      for (position, j) in kept.enumerated() {
        result[i, position + 1] = (features[i, j] - means[j]) / deviations[j]
      }
    }
    return result
  }
}
