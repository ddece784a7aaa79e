import LinearAlgebra

/// Gaps in features, filled in by masked regression: what is missing is predicted from whatever else its row holds.
///
///     x_M = mu_M - P_MM^-1 P_MO (x_O - mu_O)     mu, P from `IncompleteRowsFit` of the columns over their standard deviations
///
/// The penalty is the one of 1e-3, ..., 100 variances at which cells left out are predicted best, so that columns that say nothing of each
/// other are filled with little but their means; a row of gaps alone gets the means. Assumes that what is missing does not depend on its
/// value given the rest of the row. Answers do not depend on the number of threads, to the bit.
/// Cost: up to a hundred iterations of columns^3 flops and of rows columns^2, rows and cells of the fit bounded (`rowsToFit`).
public struct GapFill: Sendable, Equatable {
  /// Columns that fill each other: with more of them an iteration takes longer than what gaps are worth.
  public static let mostColumns = 300
  /// Rows to learn from.
  public static let fewestRows = 10

  private let model: MaskedRidge
  /// Penalty over variances.
  public let ridge: Double
  /// Positions of those that fill and are filled.
  public let columns: [Int]
  /// Powers of two by which the columns are divided.
  private let units: [Double]
  /// Of what is observed.
  private let means: [Double]

  /// Whether there is something to learn from, and not too much of it.
  public static func suits(rows: Int, columns: Int) -> Bool {
    rows >= fewestRows && columns > 1 && columns <= mostColumns
  }

  /// Which of `count` rows the fit is on: all of them up to 20 000 and a million cells, 2 000 in any case, else so many at even distances.
  public static func rowsToFit(of count: Int, columns: Int) -> [Int] {
    spread(count, min(20_000, max(2_000, 1_000_000 / max(1, columns))))
  }

  private static func spread(_ count: Int, _ most: Int) -> [Int] {
    count <= most ? Array(0..<count) : (0..<most).map { $0 * count / most }
  }

  /// - Parameters:
  ///   - rows: NaN where something is missing.
  ///   - candidates: positions of columns that fill and are filled; those with fewer than 4 entries among 1 000 rows are left as they are.
  /// Throws `MaskedRegressionError`: `tooFewRows`, `nonFinite`.
  public init(_ rows: Matrix, among candidates: [Int]) throws {
    let sample = Self.spread(rows.rows, 1_000)
    let columns = candidates.filter { j in sample.count { !rows[$0, j].isNaN } >= 4 }
    let chosen = rows.columns(at: columns)
    let observed = (0..<chosen.columns).map { j in (0..<chosen.rows).map { chosen[$0, j] }.filter { !$0.isNaN } }
    let units = observed.map { column -> Double in
      let largest = column.reduce(0) { max($0, abs($1)) }
      return largest > 0 && largest.isFinite
        ? Double(sign: .plus, exponent: min(max(Int(largest.exponent), -1022), 1022), significand: 1) : 1
    }
    let scaled = chosen.scalingColumns(by: units.map { 1 / $0 })
    let way = ColumnPreparation(scales: true)
    ridge = try IncompleteRowsFit.chosenRidge(
      scaled.rows(at: sample), way, candidates: [1e-3, 1e-2, 0.1, 1, 10, 100], limit: 12)
    model = try IncompleteRowsFit(scaled, ridge: ridge, preparation: way, limit: 50, tolerance: 1e-5).model
    (self.columns, self.units) = (columns, units)
    means = zip(observed, units).map { column, unit in
      unit * column.reduce(0) { $0 + $1 / unit / Double(max(1, column.count)) }
    }
  }

  /// The same rows with numbers in the gaps of its columns; all else as it was, to the bit.
  /// Cost: missing^3 / 3 flops a row. Throws `nonFinite` for infinite entries.
  public func filled(_ rows: Matrix) throws -> Matrix {
    var result = rows
    let factors = units.map { 1 / $0 }
    let incomplete = (0..<rows.rows).filter { i in columns.contains { rows[i, $0].isNaN } }
    for start in stride(from: 0, to: incomplete.count, by: 4096) {
      let places = Array(incomplete[start..<min(start + 4096, incomplete.count)])
      let filled = try model.imputed(rows.rows(at: places).columns(at: columns).scalingColumns(by: factors))
      for (position, i) in places.enumerated() {
        for (place, j) in columns.enumerated() where rows[i, j].isNaN {
          let value = filled[position, place] * units[place]
          result[i, j] = value.isFinite ? value : means[place]
        }
      }
    }
    return result
  }
}
