import LinearAlgebra
import Randomness

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// D(n) = E tr((Ψ'Ψ)⁻¹ Σ) for n fresh rows of features with an intercept: what least squares costs in variance, per unit noise.
///
/// Needs no labels: n rows drawn without replacement from the pool are the design, the rest of the pool is the population, so
/// each draw is unbiased for the law the pool came from. Between the simulated sizes and beyond, the ratio to the exact
/// Gaussian value (1 + 1/n)(n - 2)/(n - p - 1) - 1 is interpolated linearly in 1/n, through 1 at n = ∞. Draws above 5 medians
/// count as 5: where a rare value decides whether the design is nearly singular, the mean has no use (`isUnstable`).
/// Cost: draws x sizes x n p^2 flops.
package struct DesignCurve: Sendable {
  /// p, with the intercept.
  package let parameterCount: Int
  /// 1/n descending and the simulated ratio there.
  private let points: [(inverseSize: Double, ratio: Double)]
  /// 1/n below which no more than the odd draw is far above the median.
  private let stableInverseSize: Double

  package static let largestOverMedian = 5.0

  package static let draws = 24

  /// - Parameters:
  ///   - design: N x p rows with first column 1.
  ///   - seed: names the draws; designs of the same pool and seed use the same rows.
  package init(_ design: Matrix, seed: UInt64) {
    let (rows, p) = (design.rows, design.columns)
    parameterCount = p
    let sizes = Self.sizes(rows: rows, parameters: p)
    let total = design.gram()
    var values = [[Double]](repeating: [], count: sizes.count)
    for draw in 0..<(sizes.isEmpty ? 0 : Self.draws) {
      var stream = RandomStream(seed: seed, cell: 0, replicate: UInt64(draw), purpose: Purpose.design)
      let order = stream.sample(sizes.last!, of: rows)
      for (position, size) in sizes.enumerated() {
        let gram = design.rows(at: Array(order[..<size])).gram()
        guard let solution = try? DesignInverse(gram: gram, rows: size) else { continue }
        let onRest = traceOfProduct(solution.inverse, total) - Double(solution.rank)
        values[position].append(onRest / Double(rows - size))
      }
    }
    var stable = Double.infinity
    points = sizes.indices.compactMap { position in
      guard !values[position].isEmpty else { return nil }
      let sorted = values[position].sorted()
      let most = Self.largestOverMedian * sorted[sorted.count / 2]
      if sorted.count(where: { $0 > most }) > Self.draws / 12 { stable = min(stable, 1 / Double(sizes[position])) }
      let mean = sorted.reduce(0) { $0 + min($1, most) } / Double(sorted.count)
      return (1 / Double(sizes[position]), mean / Self.gaussian(parameters: p, rows: Double(sizes[position])))
    }
    stableInverseSize = stable
  }

  /// At n labels some draws of the rows make least squares nearly singular: its risk has no useful mean.
  package func isUnstable(at n: Double) -> Bool { 1 / n >= stableInverseSize }

  /// D(n); nil when n is too small for the expectation to exist (n <= p + 2).
  package func callAsFunction(_ n: Double) -> Double? {
    n > Double(parameterCount + 2) ? Self.gaussian(parameters: parameterCount, rows: n) * ratio(at: n) : nil
  }

  /// Exact for Gaussian features: p - 1 slopes and an intercept.
  package static func gaussian(parameters p: Int, rows n: Double) -> Double {
    (1 + 1 / n) * (n - 2) / (n - Double(p) - 1) - 1
  }

  /// Simulated over Gaussian value at n.
  package func ratio(at n: Double) -> Double {
    let x = 1 / n
    guard let first = points.first else { return 1 }
    if x >= first.inverseSize { return first.ratio }
    var upper = first
    for lower in points.dropFirst() {
      if x >= lower.inverseSize { return Self.between(lower, upper, x) }
      upper = lower
    }
    return Self.between((0, 1), upper, x)
  }

  private static func between(
    _ low: (inverseSize: Double, ratio: Double), _ high: (inverseSize: Double, ratio: Double), _ x: Double
  ) -> Double {
    let share = (x - low.inverseSize) / (high.inverseSize - low.inverseSize)
    return low.ratio + share * (high.ratio - low.ratio)
  }

  /// From 2 p to 40 p, as far as three quarters of the pool.
  private static func sizes(rows: Int, parameters p: Int) -> [Int] {
    let low = Double(2 * p + 2)
    let high = min(0.75 * Double(rows), 40 * Double(p + 1))
    if high < low { return [] }
    let steps = 5
    let sizes = (0...steps).map { step in
      Int((low * pow(high / low, Double(step) / Double(steps))).rounded())
    }
    return Array(Set(sizes)).sorted()
  }
}

/// What a stream of random numbers is for.
package enum Purpose {
  package static let design: UInt32 = 1
  package static let halves: UInt32 = 2
  package static let backtest: UInt32 = 3
  package static let folds: UInt32 = 4
  package static let audit: UInt32 = 5
}
