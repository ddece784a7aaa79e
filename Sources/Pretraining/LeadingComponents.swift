import Asymptotics
import Failures
import LinearAlgebra
import Ranks

/// The leading principal components of rows that may be too many for one memory: mean, variances, directions, and how far the
/// directions can be trusted.
public struct LeadingComponents: Sendable {
  public let rows: Int
  public let mean: [Double]
  /// Eigenvalues of the covariance divided by rows - 1, largest first: the components' variances.
  public let variances: [Double]
  /// The largest eigenvalue left out; nil when none is.
  public let nextVariance: Double?
  /// Of all columns together.
  public let totalVariance: Double
  /// Unit eigenvectors as rows, the entry of largest magnitude positive (the first of several as large).
  public let directions: Matrix
  public let warnings: [Warning]

  /// From moments. Throws `InvalidComponents`, `LinearAlgebraError` for columns too large or small to be squared.
  /// Cost: 4/3 columns^3 flops.
  public init(_ moments: RowMoments, count: Int) throws {
    let d = moments.mean.count
    try InvalidComponents.check(count: count, columns: d, rows: moments.count)
    try LinearAlgebraError.checkSquares(moments.covariance.diagonalEntries, means: moments.mean)
    let eigen = try SymmetricEigen(moments.covariance, largest: min(count + 1, d))
    self.init(
      rows: moments.count, mean: moments.mean, values: eigen.values,
      total: moments.covariance.diagonalEntries.reduce(0, +), vectors: eigen.vectors.transposed().rows(0..<count))
  }

  /// From rows in memory, fewer of them than columns, without a matrix of columns x columns: A = L Q for the centred rows, the
  /// components' directions are W'Q with L = U diag(s) W'. Throws as above.
  /// Cost: 4 rows^2 columns flops; memory: two copies of the rows.
  public init(wide rows: Matrix, count: Int) throws {
    try InvalidComponents.check(count: count, columns: rows.columns, rows: rows.rows)
    let mean = rows.columnMeans()
    let centred = rows.subtractingFromRows(mean)
    try LinearAlgebraError.checkSquares(rows.columnSquares(about: mean), means: mean)
    let factors = try LQ(centred)
    let svd = try SVD(factors.l)
    let values = svd.values.map { $0 * $0 / Double(rows.rows) }
    self.init(
      rows: rows.rows, mean: mean, values: Array(values.prefix(count + 1)), total: values.reduce(0, +),
      vectors: multiply(svd.right.columns(0..<count), factors.q, transposing: .left))
  }

  /// From moments dealt out over ranks: on rank 0, nil elsewhere. Cost: 9 columns^3 / ranks flops a rank.
  package static func distributed(_ moments: DistributedMoments, count: Int) throws -> LeadingComponents? {
    try InvalidComponents.check(count: count, columns: moments.mean.count, rows: moments.count)
    let total = try moments.covariance.diagonal().reduce(0, +)
    let (values, vectors) = try moments.covariance.eigenvectors(count)
    return vectors.map {
      LeadingComponents(rows: moments.count, mean: moments.mean, values: values, total: total, vectors: $0)
    }
  }

  private init(rows: Int, mean: [Double], values: [Double], total: Double, vectors: Matrix) {
    let unbiased = Double(rows) / Double(rows - 1)
    let count = vectors.rows
    self.rows = rows
    self.mean = mean
    variances = values.prefix(count).map { max(0, $0 * unbiased) }
    nextVariance = count < values.count ? max(0, values[count] * unbiased) : nil
    totalVariance = total * unbiased
    var directions = vectors
    for k in 0..<count {
      if Orientation.sign(of: directions.row(k)) > 0 { continue }
      for j in 0..<directions.columns { directions[k, j] = -directions[k, j] }
    }
    self.directions = directions
    let known = variances + (nextVariance.map { [$0] } ?? [])
    warnings = Self.warnings(rows: rows, known) + Self.rounded(variances, columns: vectors.columns)
  }

  /// Pairs of neighbors l > s whose directions turn into each other: mean squared angle l s / (n (l - s)^2) of normal rows.
  private static func warnings(rows: Int, _ values: [Double]) -> [Warning] {
    let count = values.count - 1
    let tied = (0..<max(count, 0)).filter { index in
      let (l, s) = (values[index], values[index + 1])
      return l > 0 && l * s > largestTilt * Double(rows) * (l - s) * (l - s)
    }
    guard !tied.isEmpty else { return [] }
    let names =
      tied.prefix(5).map { "\($0 + 1) and \($0 + 2)" }.joined(separator: ", ") + (tied.count > 5 ? ", ..." : "")
    return [
      Warning(
        code: "near-closed-eigengap",
        message:
          "Components \(names) have nearly the same variance for \(rows) rows: only their span is determined, not each of them.",
        remedy: "Take more rows, or cut where the gap is wide.")
    ]
  }

  private static let largestTilt = 0.05

  /// Variances of which rounding of the largest one, ||A|| eps a column, leaves fewer than three digits.
  private static func rounded(_ values: [Double], columns: Int) -> [Warning] {
    guard let largest = values.first, largest > 0,
      let first = values.firstIndex(where: { $0 <= 1_000 * largest * Double(columns) * .ulpOfOne })
    else { return [] }
    let which = first == values.count - 1 ? "Component \(first + 1)" : "Components \(first + 1) to \(values.count)"
    return [
      Warning(
        code: "rounded-components",
        message:
          "\(which) of \(values.count): variances this far below the largest have few digits or none, and so have the directions.",
        remedy: "Take fewer components, or divide columns of large units by a constant.")
    ]
  }
}

/// A number of components that the data cannot have.
public struct InvalidComponents: Failure, Equatable {
  public var kind: FailureKind { .usage }

  public let description: String

  static func check(count: Int, columns: Int, rows: Int) throws(InvalidComponents) {
    if rows < 2 { throw InvalidComponents(description: "components need at least 2 rows, not \(rows)") }
    let most = min(columns, rows - 1)
    if count < 1 || count > most {
      throw InvalidComponents(
        description: "\(rows) rows of \(columns) columns have 1 to \(most) components, not \(count); choose another -k")
    }
  }
}
