import LinearAlgebra
import Randomness

import CMath

/// D(n) = E tr((Ψ'Ψ)⁻¹ Σ) for n fresh rows of features with an intercept: what least squares costs in variance, per
/// unit noise.
///
/// Needs no labels: n rows drawn without replacement from the pool are the design, the rest of the pool is the
/// population, so each draw is unbiased for the law the pool came from. Between the simulated sizes and beyond, the
/// ratio to the exact Gaussian value (1 + 1/n)(n - 2)/(n - p - 1) - 1 is interpolated linearly in 1/n, through 1 at n
/// = ∞. Draws above 5 medians count as 5: where a rare value decides whether the design is nearly singular, the mean
/// has no use (`isUnstable`).
/// Cost: draws x sizes x n p^2 flops, draws x n x 2 p^2 for the leverages.
package struct DesignCurve: Sendable {
  /// p, with the intercept.
  package let parameterCount: Int
  /// How heavy rows are beside each other; nil where the pool was too small to draw from.
  package let leverages: RelativeLeverages?
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
    let sizes = Self.sizes(rows: design.rows, parameters: design.columns)
    let total = design.gram()
    let leverages = RelativeLeverages(gram: total, rows: design.rows)
    let draws = Parallel.map(count: sizes.isEmpty ? 0 : Self.draws) { draw in
      var drawn = DrawnDesign(rows: design.rows, sizes: sizes, total: total, leverages: leverages)
      drawn.add(design.rows(at: Self.order(draw, sizes.last!, of: design.rows, seed: seed)))
      return drawn
    }
    self.init(parameterCount: design.columns, sizes: sizes, draws: draws)
  }

  /// The same for designs of one pool, whose rows may be anywhere: each draw's rows are read once for all designs.
  /// Throws what reading the rows throws.
  static func curves(of designs: [PoolDesign], _ pool: any RowSource, seed: UInt64) throws -> [DesignCurve] {
    guard let rows = designs.first?.rowCount else { return [] }
    let sizes = designs.map { Self.sizes(rows: rows, parameters: $0.parameterCount) }
    guard let most = sizes.compactMap(\.last).max() else {
      return designs.map { DesignCurve(parameterCount: $0.parameterCount, sizes: [], draws: []) }
    }
    let block = max(256, (1 << 20) / pool.columns)
    let leverages = designs.map { RelativeLeverages(gram: $0.gram, rows: rows) }
    let perDraw = try Parallel.map(count: draws) { draw in
      let order = Self.order(draw, most, of: rows, seed: seed)
      var drawn = designs.indices.map {
        DrawnDesign(rows: rows, sizes: sizes[$0], total: designs[$0].gram, leverages: leverages[$0])
      }
      for start in stride(from: 0, to: most, by: block) {
        let part = try pool.rows(at: Array(order[start..<min(start + block, most)]))
        for (position, design) in designs.enumerated() where start < sizes[position].last ?? 0 {
          drawn[position].add(design.design(part))
        }
      }
      return drawn
    }
    return designs.indices.map { position in
      DesignCurve(
        parameterCount: designs[position].parameterCount, sizes: sizes[position],
        draws: sizes[position].isEmpty ? [] : perDraw.map { $0[position] })
    }
  }

  private static func order(_ draw: Int, _ count: Int, of rows: Int, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, cell: 0, replicate: UInt64(draw), purpose: Purpose.design)
    return stream.sample(count, of: rows)
  }

  private init(parameterCount p: Int, sizes: [Int], draws: [DrawnDesign]) {
    parameterCount = p
    leverages = RelativeLeverages(merging: draws.compactMap(\.leverages))
    let values = sizes.indices.map { position in draws.compactMap { $0.values[position] } }
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
    if n == .infinity { return 0 }
    return n > Double(parameterCount + 2) ? Self.gaussian(parameters: parameterCount, rows: n) * ratio(at: n) : nil
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

/// One draw of rows: what each number of its leading rows gives on the rest of the pool.
private struct DrawnDesign {
  /// One for each size that has come, nil where the rows do not determine the fit.
  private(set) var values: [Double?] = []
  private(set) var leverages: RelativeLeverages?
  private let rows: Int
  private let sizes: [Int]
  private let total: Matrix
  private var gram: Matrix
  private var seen = 0

  init(rows: Int, sizes: [Int], total: Matrix, leverages: RelativeLeverages?) {
    (self.rows, self.sizes, self.total, self.leverages) = (rows, sizes, total, leverages)
    gram = Matrix(rows: total.rows, columns: total.rows)
  }

  /// The draw's next rows; those beyond the last size are left out.
  mutating func add(_ design: Matrix) {
    let useful = min(design.rows, (sizes.last ?? 0) - seen)
    if useful > 0 { leverages?.add(useful < design.rows ? design.rows(0..<useful) : design) }
    var used = 0
    while values.count < sizes.count, used < design.rows {
      let end = min(sizes[values.count] - seen, design.rows)
      gram = gram + design.rows(used..<end).gram()
      used = end
      guard seen + used == sizes[values.count] else { break }
      let solution = try? DesignInverse(gram: gram, rows: seen + used)
      values.append(
        solution.map { (traceOfProduct($0.inverse, total) - Double($0.rank)) / Double(rows - seen - used) })
    }
    seen += design.rows
  }
}

/// What a stream of random numbers is for.
package enum Purpose {
  package static let design: UInt32 = 1
  package static let halves: UInt32 = 2
  package static let backtest: UInt32 = 3
  package static let folds: UInt32 = 4
  package static let audit: UInt32 = 5
  package static let weightings: UInt32 = 6
  package static let shapes: UInt32 = 7
  package static let fewerLabels: UInt32 = 8
  package static let encoderParts: UInt32 = 9
}
