import Asymptotics
import LinearAlgebra

/// Checked input: columns that vary, unlabeled and labeled rows stacked into the pool that pre-training sees.
package struct PreparedData: Sendable {
  /// Unlabeled rows above labeled ones, N x d.
  package let pool: Matrix
  /// n x d.
  package let labeled: Matrix
  package let labels: [Double]
  /// Columns of the request that vary, which are those above.
  package let varying: [Int]
  package let warnings: [Warning]

  package static let fewestLabels = 8

  package init(_ request: PlanRequest) throws {
    try Self.check(request.unlabeled, "unlabeled")
    try Self.check(request.features, "features")
    try Self.check(.column(request.labels), "labels")
    if let pairs = request.pairs { try Self.check(pairs, "pairs") }
    if let lag = request.lag, lag < 1 || 4 * lag > request.unlabeled.rows {
      throw PlanError.invalidLag(lag: lag, rows: request.unlabeled.rows)
    }
    let labels = request.labels
    guard labels.count >= Self.fewestLabels else {
      throw PlanError.tooFewLabels(count: labels.count, needed: Self.fewestLabels)
    }
    guard labels.contains(where: { $0 != labels[0] }) else { throw PlanError.constantTarget(value: labels[0]) }
    let all = request.unlabeled.rows == 0 ? request.features : request.unlabeled.stacked(above: request.features)
    varying = Self.varyingColumns(all)
    guard !varying.isEmpty else { throw PlanError.noVaryingColumn(columns: all.columns) }
    pool = all.columns(at: varying)
    labeled = request.features.columns(at: varying)
    self.labels = labels
    var warnings = [Warning]()
    if varying.count < all.columns { warnings.append(.constantColumns(all.columns - varying.count)) }
    if let ratio = Self.scaleRatio(pool), ratio > 30 { warnings.append(.unequalScales(ratio)) }
    self.warnings = warnings
  }

  /// Prepared rows as they are, for callers that already hold varying columns.
  package init(pool: Matrix, labeled: Matrix, labels: [Double]) {
    self.pool = pool
    self.labeled = labeled
    self.labels = labels
    varying = Array(0..<pool.columns)
    warnings = []
  }

  package var labeledCount: Int { labels.count }
  package var rowCount: Int { pool.rows }

  private static func check(_ matrix: Matrix, _ part: String) throws {
    do { try matrix.checkFinite() } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw PlanError.nonFinite(part: part, row: row, column: column, value: value)
    }
  }

  /// Columns with at least two different values.
  static func varyingColumns(_ rows: Matrix) -> [Int] {
    var varies = [Bool](repeating: false, count: rows.columns)
    for i in 1..<max(rows.rows, 1) {
      for j in 0..<rows.columns where rows[i, j] != rows[0, j] { varies[j] = true }
    }
    return varies.indices.filter { varies[$0] }
  }

  /// 90th over 10th percentile of the columns' standard deviations.
  private static func scaleRatio(_ rows: Matrix) -> Double? {
    let deviations = RowMoments(rows: rows).covariance.diagonalEntries.map { $0.squareRoot() }.sorted()
    guard deviations.count > 1 else { return nil }
    let low = deviations[deviations.count / 10]
    return low > 0 ? deviations[deviations.count - 1 - deviations.count / 10] / low : nil
  }
}
