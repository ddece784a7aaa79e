import LinearAlgebra

/// The noise variance as a straight line in a row's relative leverage q, σ²(q) = a + b q, and from it E_pool[σ²(q) q].
///
/// The sandwich E e²q over the labeled rows knows only the heavy rows among these. The line carries what they show
/// over to those of the pool: E_pool[σ²(q) q] = a + b E_pool q². Weighted least squares with weights 1/(1 + q), as if
/// the deviation of a square grew as the root of that; the slope is 0 where it is negative by less than two standard
/// errors, and the line goes through 0 where it would start below.
/// Cost: O(n).
package struct NoiseByLeverage: Sendable {
  /// E_pool[σ²(q) q], per parameter.
  package let mean: Double
  /// What each labeled row adds to `mean`'s error, of mean 0 over the rows.
  package let influence: [Double]

  /// - Parameters:
  ///   - squares: e²/(1 - h) of the labeled rows.
  ///   - leverages: their q.
  ///   - meanSquare: E q² over the pool.
  package init(squares: [Double], leverages: [Double], meanSquare: Double) {
    let weights = leverages.map { 1 / (1 + $0) }
    let line = Self.line(squares, leverages, weights)
    let level = dot(line.weights, squares)
    let constant = (shares: line.weights, residuals: squares.map { $0 - level })
    // Coefficients of the squares in the answer, and what the line leaves of each.
    var (shares, rest) = constant
    if line.slope > 0 || line.slope < -2 * line.slopeError {
      (shares, rest) = (line.shares(at: meanSquare), line.residuals)
      if line.start < 0 { (shares, rest) = Self.throughZero(squares, leverages, weights, at: meanSquare) }
    }
    if dot(shares, squares) <= 0 { (shares, rest) = constant }
    mean = dot(shares, squares)
    let n = Double(squares.count)
    influence = zip(shares, rest).map { n * $0 * $1 }
  }

  private struct Line {
    let start: Double
    let slope: Double
    let slopeError: Double
    let residuals: [Double]
    /// Of the squares in the slope.
    let slopeShares: [Double]
    /// Weighted mean of q, and the weights over their sum.
    let centre: Double
    let weights: [Double]

    /// Of the squares in a + b q.
    func shares(at q: Double) -> [Double] { zip(weights, slopeShares).map { $0 + (q - centre) * $1 } }
  }

  private static func line(_ squares: [Double], _ leverages: [Double], _ weights: [Double]) -> Line {
    let total = weights.reduce(0, +)
    let shares = weights.map { $0 / total }
    let centre = dot(shares, leverages)
    let spread = zip(shares, leverages).reduce(0) { $0 + $1.0 * ($1.1 - centre) * ($1.1 - centre) }
    let slopes = zip(shares, leverages).map { spread > 0 ? $0 * ($1 - centre) / spread : 0 }
    let (slope, level) = (dot(slopes, squares), dot(shares, squares))
    let residuals = zip(squares, leverages).map { $0 - level - slope * ($1 - centre) }
    let variance = zip(slopes, residuals).reduce(0) { $0 + ($1.0 * $1.1) * ($1.0 * $1.1) }
    return Line(
      start: level - slope * centre, slope: slope, slopeError: variance.squareRoot(), residuals: residuals,
      slopeShares: slopes, centre: centre, weights: shares)
  }

  private static func throughZero(
    _ squares: [Double], _ leverages: [Double], _ weights: [Double], at q: Double
  ) -> (shares: [Double], residuals: [Double]) {
    let moment = zip(weights, leverages).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    let slopes = zip(weights, leverages).map { $0 * $1 / moment }
    let slope = dot(slopes, squares)
    return (slopes.map { q * $0 }, zip(squares, leverages).map { $0 - slope * $1 })
  }
}
