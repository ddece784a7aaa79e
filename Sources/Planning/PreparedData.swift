import Asymptotics
import LinearAlgebra
import Pretraining

/// Checked input: columns that vary, unlabeled and labeled rows stacked into the pool that pre-training sees.
package struct PreparedData: Sendable {
  /// Unlabeled rows above labeled ones, N x d: in memory, or read anew in each pass.
  package let pool: any RowSource
  /// N.
  package let rowCount: Int
  package let moments: RowMoments
  /// Magnitude of each column.
  package let largest: [Double]
  /// What methods that ask no more of the rows share.
  let halfMoments = HalfMoments()
  /// n x d.
  package let labeled: Matrix
  package let labels: [Double]
  /// Columns of the request that vary, which are those above.
  package let varying: [Int]
  package let warnings: [Warning]
  /// Of the pool's rows; nil where every group is one row.
  package let groups: Partition?

  package static let fewestLabels = 8

  /// Unlabeled rows above labeled ones. Throws `PlanError` for what cannot be planned with.
  static func checked(_ request: PlanRequest) throws -> any RowSource {
    if let rows = request.unlabeled.inMemory { try Self.check(rows, "unlabeled") }
    try Self.check(request.features, "features")
    try Self.check(.column(request.labels), "labels")
    if let pairs = request.pairs { try Self.check(pairs, "pairs", rows: request.unlabeledCount) }
    if let embedding = request.embedding {
      try Self.check(embedding, "embedding", rows: request.unlabeledCount + request.features.rows)
    }
    if let lag = request.lag, lag < 1 || 4 * lag > request.unlabeledCount {
      throw PlanError.invalidLag(lag: lag, rows: request.unlabeledCount)
    }
    try Self.checkLabels(request.labels, names: request.classNames)
    try Self.checkMagnitude(request.features, "features")
    if let rows = request.unlabeled.inMemory { try Self.checkMagnitude(rows, "unlabeled") }
    return Self.stacked(request)
  }

  /// Throws `PlanError` for labels that nothing can be learnt from.
  static func checkLabels(_ labels: [Double], names: [String]?) throws {
    try Self.check(.column(labels), "labels")
    guard labels.count >= Self.fewestLabels else {
      throw PlanError.tooFewLabels(count: labels.count, needed: Self.fewestLabels)
    }
    guard let least = labels.min(), let most = labels.max(), least < most else {
      if let names, let code = Int(exactly: labels[0]), names.indices.contains(code) {
        throw PlanError.oneClass(name: names[code])
      }
      throw PlanError.constantTarget(value: labels[0])
    }
    try Self.checkMagnitude(.column(labels), "labels")
    guard most - least >= 1 / Self.largestMagnitude else { throw PlanError.tooSmall(spread: most - least) }
  }

  /// Throws `PlanError` for what cannot be planned with.
  package init(_ request: PlanRequest) throws { try self.init(checked: request, Self.checked(request)) }

  /// - Parameter all: what `checked` gave.
  init(checked request: PlanRequest, _ all: any RowSource) throws {
    let scan = try PoolScan(all)
    varying = scan.varying
    if let column = scan.largest.firstIndex(where: { $0 > Self.largestMagnitude }) {
      throw PlanError.tooLarge(part: "unlabeled", row: 0, column: column, value: scan.largest[column])
    }
    guard !varying.isEmpty else { throw PlanError.noVaryingColumn(columns: all.columns) }
    (pool, labeled) = (Self.columns(varying, of: all), request.features.columns(at: varying))
    (rowCount, moments, largest) = (scan.moments.count, scan.moments.columns(varying), varying.map { scan.largest[$0] })
    labels = request.labels
    groups = request.groups
    warnings = Self.warnings(
      constant: all.columns - varying.count,
      deviations: moments.covariance.diagonalEntries.map { $0.squareRoot() })
  }

  static func warnings(constant: Int, deviations: [Double]) -> [Warning] {
    var warnings = [Warning]()
    if constant > 0 { warnings.append(.constantColumns(constant)) }
    if let ratio = scaleRatio(deviations), ratio > 30 { warnings.append(.unequalScales(ratio)) }
    return warnings
  }

  /// Sixth powers of what is larger leave the range of numbers.
  static let largestMagnitude = 1e50

  private static func checkMagnitude(_ matrix: Matrix, _ part: String) throws {
    guard let index = matrix.storage.firstIndex(where: { abs($0) > largestMagnitude }) else { return }
    throw PlanError.tooLarge(
      part: part, row: index / matrix.columns, column: index % matrix.columns, value: matrix.storage[index])
  }

  /// Positions of the columns that vary. Throws `PlanError` where none does, and for entries that are no numbers or too large.
  static func checkedVarying(_ rows: Matrix) throws -> [Int] {
    try check(rows, "unlabeled")
    try checkMagnitude(rows, "unlabeled")
    let varying = varyingColumns(rows)
    guard !varying.isEmpty else { throw PlanError.noVaryingColumn(columns: rows.columns) }
    return varying
  }

  /// In memory where the unlabeled rows are.
  private static func stacked(_ request: PlanRequest) -> any RowSource {
    if request.unlabeledCount == 0 { return request.features }
    guard let unlabeled = request.unlabeled.inMemory else {
      return StackedRows(request.unlabeled, above: request.features)
    }
    return unlabeled.stacked(above: request.features)
  }

  /// In memory where the rows are.
  static func columns(_ kept: [Int], of rows: any RowSource) -> any RowSource {
    if kept.count == rows.columns { return rows }
    return rows.inMemory?.columns(at: kept) ?? rows.choosing(kept)
  }

  /// Prepared rows as they are, for callers that already hold varying columns.
  package init(pool: Matrix, labeled: Matrix, labels: [Double], warnings: [Warning] = [], groups: Partition? = nil) {
    self.pool = pool
    self.groups = groups?.keepsRowsTogether
    (rowCount, moments) = (pool.rows, RowMoments(rows: pool))
    largest = (0..<pool.columns).map { pool.column($0).reduce(0) { max($0, abs($1)) } }
    self.labeled = labeled
    self.labels = labels
    varying = Array(0..<pool.columns)
    self.warnings = warnings
  }

  package var labeledCount: Int { labels.count }

  /// Of the labeled rows; nil where each is of a group of its own.
  package var labeledGroups: Partition? {
    groups?.restricted(to: Array(rowCount - labeledCount..<rowCount)).keepsRowsTogether
  }

  package var columns: Int { pool.columns }
  /// Every pass is cheap.
  var isInMemory: Bool { pool.inMemory != nil }

  /// What all rows give. Throws `PlanError.featuresOverflow` where a number is none, too.
  func fit(_ method: any PretrainingMethod, sizes: [Int]) throws -> [any Representation] {
    let found =
      try method.byMoments.map { try $0.fit(moments, sizes: sizes) } ?? method.fit(pool, sizes: sizes)
    try Self.checkFinite(found, method)
    return found
  }

  static func checkFinite(_ found: [any Representation], _ method: any PretrainingMethod) throws {
    for affine in found.compactMap(\.affine) where !affine.loadings.storage.allSatisfy(\.isFinite) {
      throw PlanError.featuresOverflow(method: method.name, size: affine.loadings.columns)
    }
  }

  /// Tasks that each pass over the pool: together where that is cheap, else one after the other, so that one block of
  /// rows is in memory and the disk is read in order.
  func map<T: Sendable>(count: Int, _ body: @Sendable (Int) throws -> T) throws -> [T] {
    isInMemory ? try Parallel.map(count: count, body) : try (0..<count).map(body)
  }

  /// Evenly spaced rows of the pool, all of them where they are not more than 4 million numbers.
  func spacedRows() throws -> Matrix {
    let count = min(rowCount, max(2000, (1 << 22) / columns))
    return count == rowCount ? try pool.matrix() : try pool.rows(at: (0..<count).map { $0 * rowCount / count })
  }

  private static func check(_ matrix: Matrix, _ part: String) throws {
    do { try matrix.checkFinite() } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw PlanError.nonFinite(part: part, row: row, column: column, value: value)
    }
  }

  /// Of so many rows, wherever they are: one pass. A file says which of its entries is unsound in its own words.
  private static func check(_ rows: any RowSource, _ part: String, rows expected: Int) throws {
    var count = 0
    do {
      try rows.forEachReadBlock(ofRows: rows.passRows) { first, block in
        count += block.count / rows.columns
        try RowBlock.checkFinite(block, columns: rows.columns, first: first)
      }
    } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw PlanError.nonFinite(part: part, row: row, column: column, value: value)
    }
    precondition(count == expected, "\(count) rows of \(part) for \(expected) rows")
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
  private static func scaleRatio(_ deviations: [Double]) -> Double? {
    let deviations = deviations.sorted()
    guard deviations.count > 1 else { return nil }
    let low = deviations[deviations.count / 10]
    return low > 0 ? deviations[deviations.count - 1 - deviations.count / 10] / low : nil
  }
}
