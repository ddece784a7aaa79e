import LinearAlgebra
import Randomness

/// Masked regression fitted on rows of which each may miss something: the moments that explain what is observed, by expectation and
/// maximisation.
///
///     E: x_M = mu_M - P_MM^-1 P_MO (x_O - mu_O), with covariance P_MM^-1     M: mean and S of the completed rows     P = (S + lambda)^-1
///
/// until S stands still: the mode under a normal law with a penalty tr (S + lambda)^-1, so that pairs of columns never seen together
/// are determined, too. Assumes that what is missing does not depend on its value given the rest of the row. Sources: Dempster, Laird
/// and Rubin (1977); Little and Rubin, Statistical Analysis with Missing Data, chapter 11.
/// Cost of an iteration: columns^3 flops, and rows columns^2 plus missing^3 for each pattern of gaps, all threads.
public struct IncompleteRowsFit: Sendable {
  public let model: MaskedRidge
  public let iterations: Int
  /// Whether S stood still to 1e-7 of its columns' variances.
  public let isConverged: Bool

  /// Rows with NaN where something is missing. Without a penalty one is chosen by cells left out: a tenth of the observed ones, by
  /// columns divided by their standard deviations. Throws `tooFewRows`, `noAnswer` for a column without an observed cell, `nonFinite`,
  /// `singular`.
  public init(_ rows: Matrix, ridge: Double?, preparation: ColumnPreparation = ColumnPreparation()) throws {
    try self.init(rows, ridge: ridge, preparation: preparation, limit: 2000, tolerance: 1e-7)
  }

  /// - Parameters:
  ///   - limit: iterations at most.
  ///   - tolerance: of the columns' variances, by which S may still move.
  init(_ rows: Matrix, ridge: Double?, preparation: ColumnPreparation, limit: Int, tolerance: Double) throws {
    if let ridge { try Ridge.shared(ridge).check(columns: rows.columns) }
    if rows.rows < 3 { throw MaskedRegressionError.tooFewRows(rows: rows.rows, needed: 3) }
    if let index = rows.storage.firstIndex(where: \.isInfinite) {
      throw MaskedRegressionError.nonFinite(
        row: index / rows.columns, column: index % rows.columns, value: rows.storage[index])
    }
    let scaled = ridge == nil ? ColumnPreparation(centers: preparation.centers, scales: true) : preparation
    let chosen = try ridge ?? Self.chosenRidge(rows, scaled)
    var state = try State(rows, ridge: chosen, preparation: scaled)
    isConverged = try state.iterate(limit: limit, tolerance: tolerance)
    iterations = state.iterations
    model = try state.model()
  }

  /// The candidate that predicts cells left out best.
  static func chosenRidge(
    _ rows: Matrix, _ preparation: ColumnPreparation, candidates: [Double] = [1e-3, 1e-2, 0.1, 1], limit: Int = 200
  ) throws -> Double {
    var (training, held) = (rows, [Int]())
    var stream = RandomStream(seed: 0)
    var left = rows.observedCounts
    for index in stream.permutation(rows.storage.count) where !rows.storage[index].isNaN {
      if held.count * 10 >= rows.storage.count { break }
      // Some cells of every row and column stay.
      let (i, j) = (index / rows.columns, index % rows.columns)
      if left.rows[i] < 3 || left.columns[j] < 4 { continue }
      held.append(index)
      training.storage[index] = .nan
      left.rows[i] -= 1
      left.columns[j] -= 1
    }
    if held.isEmpty { return 0.1 }
    let errors = try candidates.map { ridge -> Double in
      var state = try State(training, ridge: ridge, preparation: preparation)
      _ = try state.iterate(limit: limit, tolerance: 1e-4)
      let (filled, scales) = (try state.model().imputed(training), state.scales)
      return held.reduce(0) { sum, index in
        let error = (filled.storage[index] - rows.storage[index]) / scales[index % rows.columns]
        return sum + error * error
      }
    }
    return candidates[errors.indices.min { errors[$0] < errors[$1] } ?? 2]
  }

  /// Rows over their columns' observed standard deviations, and the moments so far.
  private struct State {
    let rows: Matrix
    let centers: [Double]
    let scales: [Double]
    let ridge: Double
    let preparation: ColumnPreparation
    /// Rows that miss the same columns.
    let patterns: [(missing: [Int], rows: [Int])]
    var mean: [Double]
    var covariance: Matrix
    var iterations = 0

    init(_ raw: Matrix, ridge: Double, preparation: ColumnPreparation) throws {
      (self.ridge, self.preparation) = (ridge, preparation)
      let d = raw.columns
      var (centers, scales) = ([Double](), [Double]())
      for j in 0..<d {
        let seen = (0..<raw.rows).map { raw[$0, j] }.filter { !$0.isNaN }
        if seen.isEmpty {
          throw MaskedRegressionError.noAnswer(
            "column \(j + 1) has no observed entry, so that nothing can be said about it. Leave it out")
        }
        let overall = seen.reduce(0) { $0 + $1 / Double(seen.count) }
        let center = preparation.centers ? overall : 0
        let square = seen.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(seen.count)
        try RepresentableSquares.check([square], means: [overall], Matrix(rows: seen.count, columns: 1, storage: seen))
        centers.append(center)
        scales.append(ColumnTransform.unitScale(square, overall))
      }
      var rows = raw
      for i in 0..<rows.rows { for j in 0..<d { rows[i, j] = (rows[i, j] - centers[j]) / scales[j] } }
      (self.rows, self.centers, self.scales) = (rows, centers, scales)
      let masks = Dictionary(grouping: 0..<rows.rows) { i in (0..<d).filter { rows[i, $0].isNaN } }
      patterns = masks.sorted { $0.value[0] < $1.value[0] }.map { ($0.key, $0.value) }
      mean = [Double](repeating: 0, count: d)
      covariance = .identity(d)
    }

    private var count: Double { Double(rows.rows) }

    /// The penalty of column j in these units: of the columns as they are, or divided by their deviations of this very moment (a
    /// thousandth of the observed variance at least: constant columns have none).
    private func penalty(_ j: Int) -> Double {
      preparation.scales ? ridge * max(1e-3, covariance[j, j] * growth) : ridge / (scales[j] * scales[j])
    }

    /// S is over n - 1 with centring.
    private var growth: Double { preparation.centers ? count / (count - 1) : 1 }

    /// Until S stands still; whether it does.
    mutating func iterate(limit: Int, tolerance: Double) throws -> Bool {
      for _ in 0..<limit {
        let before = covariance
        try step()
        iterations += 1
        var moved = 0.0
        for i in mean.indices {
          for j in 0...i {
            let size = max(1, (covariance[i, i] * covariance[j, j]).squareRoot())
            moved = max(moved, abs(covariance[i, j] - before[i, j]) / size)
          }
        }
        if moved < tolerance { return true }
      }
      return false
    }

    private mutating func step() throws {
      let d = rows.columns
      var system = growth * covariance
      for j in 0..<d { system[j, j] += penalty(j) }
      let precision = try inverse(system)
      let (rows, patterns, mean) = (rows, patterns, mean)
      let parts = try Parallel.map(count: patterns.count) { index in
        try Self.completed(rows, patterns[index], mean, precision)
      }
      var completed = rows
      for (part, pattern) in zip(parts, patterns) {
        for (a, j) in pattern.missing.enumerated() {
          for (position, i) in pattern.rows.enumerated() { completed[i, j] = part.filled[a, position] }
        }
      }
      var products = completed.gramByThreads()
      for (part, pattern) in zip(parts, patterns) {
        let weight = Double(pattern.rows.count)
        for (a, i) in pattern.missing.enumerated() {
          for (b, j) in pattern.missing.enumerated() { products[i, j] += weight * part.spread[a, b] }
        }
      }
      let sum = completed.columnSums
      let shift = preparation.centers ? sum.map { $0 / count } : [Double](repeating: 0, count: d)
      for i in 0..<d { for j in 0..<d { products[i, j] = products[i, j] / count - shift[i] * shift[j] } }
      self.mean = shift
      covariance = products.symmetrized()
    }

    private func inverse(_ system: Matrix) throws -> Matrix {
      do {
        return try Cholesky(system).inverse()
      } catch {
        if case .notPositiveDefinite(let minor) = error {
          throw MaskedRegressionError.singular(ridge: ridge, column: minor - 1)
        }
        throw error
      }
    }

    private struct Completed: Sendable {
      /// Expectations, a column for each row.
      let filled: Matrix
      let spread: Matrix
    }

    /// What stands in the gaps of rows that miss the same columns, and the gaps' covariance.
    private static func completed(
      _ rows: Matrix, _ pattern: (missing: [Int], rows: [Int]), _ mean: [Double], _ precision: Matrix
    ) throws -> Completed {
      let missing = pattern.missing
      if missing.isEmpty {
        return Completed(filled: Matrix(rows: 0, columns: 0), spread: Matrix(rows: 0, columns: 0))
      }
      let gone = Set(missing)
      let observed = (0..<rows.columns).filter { !gone.contains($0) }
      let factor = try Cholesky(precision.rows(at: missing).columns(at: missing).symmetrized())
      let coupling = precision.rows(at: missing).columns(at: observed)
      let known = rows.rows(at: pattern.rows).columns(at: observed).subtractingFromRows(observed.map { mean[$0] })
      var filled = factor.solve(multiply(coupling, known, transposing: .right))
      for (a, j) in missing.enumerated() {
        for i in pattern.rows.indices { filled[a, i] = mean[j] - filled[a, i] }
      }
      return Completed(filled: filled, spread: factor.inverse())
    }

    /// The predictor from these moments, in the columns' own units.
    func model() throws -> MaskedRidge {
      let own = zip(mean, zip(centers, scales)).map { $1.0 + $1.1 * $0 }
      var raw = covariance.scalingBothSides(by: scales)
      if !preparation.centers {
        for i in own.indices { for j in own.indices { raw[i, j] -= own[i] * own[j] } }
      }
      return try MaskedRidge(
        moments: RowMoments(count: rows.rows, mean: own, covariance: raw.symmetrized()), ridge: ridge,
        preparation: preparation)
    }
  }
}

extension Matrix {
  /// Of each column.
  fileprivate var columnSums: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for (index, value) in storage.enumerated() { sums[index % columns] += value }
    return sums
  }

  /// How many entries of each row and column are not missing.
  fileprivate var observedCounts: (rows: [Int], columns: [Int]) {
    var (inRows, inColumns) = ([Int](repeating: 0, count: rows), [Int](repeating: 0, count: columns))
    for (index, value) in storage.enumerated() where !value.isNaN {
      inRows[index / columns] += 1
      inColumns[index % columns] += 1
    }
    return (inRows, inColumns)
  }
}
