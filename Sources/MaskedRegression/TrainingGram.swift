import LinearAlgebra

/// S = X'X / m of the prepared rows, with what was done to them.
struct TrainingGram<Scalar: BLASScalar>: Sendable {
  let rows: Int
  let transform: ColumnTransform
  /// m: n - 1 with centring, n without.
  let divisor: Double
  /// S, both triangles, row-major.
  var covariance: [Scalar]

  var columns: Int { transform.columns }

  /// Mean squares of the prepared columns.
  var meanSquares: [Double] { (0..<columns).map { Double(covariance[$0 * columns + $0]) } }

  /// Columns of very unequal units.
  var isUneven: Bool { UnevenColumns.are(meanSquares) }

  /// Whether single precision will do: no very unequal units, no very large or small ones.
  func suitsSinglePrecision() -> Bool {
    covariance.allSatisfy(\.isFinite) && !isUneven
      && RepresentableSquares.suitSinglePrecision(meanSquares, means: transform.means)
  }
}

extension TrainingGram where Scalar == Double {
  /// One pass over dense rows. Throws `tooFewRows`, `nonFinite`.
  init(_ rows: TrainingRows, _ preparation: ColumnPreparation) throws {
    guard case .dense(let source) = rows else {
      self = try Self.sparse(rows, preparation)
      return
    }
    let moments = try Self.moments(source)
    let squares = zip(moments.covariance.diagonalEntries, moments.mean).map { $0 + (preparation.centers ? 0 : $1 * $1) }
    try RepresentableSquares.check(squares, means: moments.mean, source)
    try self.init(checked: consume moments, preparation)
  }

  /// Throws `tooFewRows`.
  private init(checked moments: consuming RowMoments, _ preparation: ColumnPreparation) throws {
    try checkCount(moments.count, preparation)
    self.init(moments, preparation)
  }

  private static func moments(_ source: any RowSource) throws -> RowMoments {
    do {
      return try RowMoments(reading: source)
    } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw MaskedRegressionError.nonFinite(row: row, column: column, value: value)
    } catch LinearAlgebraError.overflow(let column) {
      throw MaskedRegressionError.unrepresentable(column: column, magnitude: try largestEntry(source, column))
    }
  }

  private static func largestEntry(_ source: any RowSource, _ column: Int) throws -> Double {
    var largest = 0.0
    try source.forEachBlock(ofRows: TrainingRows.blockRows(columns: source.columns)) { _, block in
      for i in 0..<block.rows { largest = max(largest, abs(block[i, column])) }
    }
    return largest
  }

  init(_ moments: consuming RowMoments, _ preparation: ColumnPreparation) {
    let (count, mean) = (moments.count, moments.mean)
    let n = Double(count)
    var entries = moments.covariance.storage
    _ = consume moments
    let d = mean.count
    let divisor = preparation.centers ? n - 1 : n
    forEachRow(&entries, order: d) { i, row in
      if preparation.centers {
        for j in 0..<d { row[j] *= n / divisor }
      } else {
        mean.withUnsafeBufferPointer { mean in for j in 0..<d { row[j] += mean[i] * mean[j] } }
      }
    }
    let transform = ColumnTransform(
      means: preparation.centers ? mean : [Double](repeating: 0, count: d),
      scales: preparation.scales
        ? (0..<d).map { ColumnTransform.unitScale(entries[$0 * d + $0], mean[$0]) }
        : [Double](repeating: 1, count: d),
      preparation: preparation)
    self.init(rows: count, transform: transform, divisor: divisor, covariance: entries)
    divideByScales()
  }
}

extension TrainingGram {
  /// Means and scales in a first pass, the product in a second one, in this precision.
  static func twoPasses(_ rows: TrainingRows, _ preparation: ColumnPreparation) throws -> TrainingGram {
    guard case .dense(let source) = rows else { return try sparse(rows, preparation) }
    let (count, transform) = try measured(source, preparation)
    let d = source.columns
    var entries: [Scalar] = freshZeros(count: d * d)
    try source.forEachBlock(ofRows: TrainingRows.blockRows(columns: d)) { _, block in
      let panel = transform.applied(to: block).storage.map { Scalar($0) }
      entries.withUnsafeMutableBufferPointer { addGram(of: panel, rows: block.rows, to: $0, order: d) }
    }
    let divisor = transform.divisor(rows: count)
    entries.withUnsafeMutableBufferPointer { finishGram($0, order: d, scale: Scalar(1 / divisor)) }
    return TrainingGram(rows: count, transform: transform, divisor: divisor, covariance: entries)
  }

  /// Sparse rows: row a of X'X is the sum of the rows that have column a, weighted. Cost: the sum of squared row counts.
  static func sparse(_ rows: TrainingRows, _ preparation: ColumnPreparation) throws -> TrainingGram {
    guard case .sparse(let matrix) = rows else { preconditionFailure("dense rows") }
    try checkCount(matrix.rows, preparation)
    let (d, n) = (matrix.columns, Double(matrix.rows))
    let byColumn = matrix.transposed()
    let transform = ColumnTransform(sparse: byColumn, preparation)
    let divisor = transform.divisor(rows: matrix.rows)
    var entries: [Scalar] = freshZeros(count: d * d)
    entries.withUnsafeMutableBufferPointer { entries in
      nonisolated(unsafe) let target = entries
      Parallel.forEach(count: d) { a in
        let row = UnsafeMutableBufferPointer(rebasing: target[a * d..<(a + 1) * d])
        for k in byColumn.range(a) {
          let weight = byColumn.values[k] * transform.factors[a]
          for p in matrix.range(Int(byColumn.indices[k])) {
            let b = Int(matrix.indices[p])
            row[b] += Scalar(weight * matrix.values[p] * transform.factors[b])
          }
        }
        let shift = n * transform.means[a] * transform.factors[a]
        for b in 0..<d {
          row[b] = Scalar((Double(row[b]) - shift * transform.means[b] * transform.factors[b]) / divisor)
        }
      }
    }
    try RepresentableSquares.check(byColumn, transform)
    entries.withUnsafeMutableBufferPointer { finishGram($0, order: d, scale: 1) }
    return TrainingGram(rows: matrix.rows, transform: transform, divisor: divisor, covariance: entries)
  }

  /// Column means and, about them, root mean squares; one pass for the means, a second one for the scales.
  private static func measured(
    _ source: any RowSource, _ preparation: ColumnPreparation
  ) throws -> (count: Int, transform: ColumnTransform) {
    let d = source.columns
    let size = TrainingRows.blockRows(columns: d)
    var (count, sums) = (0, [Double](repeating: 0, count: d))
    try source.forEachBlock(ofRows: size) { first, block in
      try checkFinite(block, first)
      count += block.rows
      for (j, mean) in block.columnMeans().enumerated() { sums[j] += mean * Double(block.rows) }
    }
    try checkCount(count, preparation)
    let overall = sums.map { $0 / Double(count) }
    let means = preparation.centers ? overall : [Double](repeating: 0, count: d)
    var squares = [Double](repeating: 0, count: d)
    if preparation.scales {
      try source.forEachBlock(ofRows: size) { _, block in
        for (j, sum) in ColumnTransform.squares(block, about: means).enumerated() { squares[j] += sum }
      }
    }
    let divisor = Double(preparation.centers ? count - 1 : count)
    let scales = (0..<d).map { preparation.scales ? ColumnTransform.unitScale(squares[$0] / divisor, overall[$0]) : 1 }
    return (count, ColumnTransform(means: means, scales: scales, preparation: preparation))
  }

  /// S_ij / (scale_i scale_j).
  fileprivate mutating func divideByScales() {
    if !transform.preparation.scales { return }
    let (d, factors) = (columns, transform.factors.map { Scalar($0) })
    forEachRow(&covariance, order: d) { i, row in for j in 0..<d { row[j] *= factors[i] * factors[j] } }
  }
}

/// The rows of a square matrix, by all threads.
func forEachRow<Scalar: BLASScalar>(
  _ entries: inout [Scalar], order: Int, _ body: @Sendable (_ i: Int, _ row: UnsafeMutablePointer<Scalar>) -> Void
) {
  entries.withUnsafeMutableBufferPointer { entries in
    nonisolated(unsafe) let first = entries.baseAddress
    let together = 64
    Parallel.forEach(count: (order + together - 1) / together) { index in
      for i in index * together..<min((index + 1) * together, order) { body(i, first! + i * order) }
    }
  }
}

func checkFinite(_ block: Matrix, _ first: Int) throws(MaskedRegressionError) {
  guard let index = block.storage.firstIndex(where: { !$0.isFinite }) else { return }
  throw .nonFinite(row: first + index / block.columns, column: index % block.columns, value: block.storage[index])
}

private func checkCount(_ count: Int, _ preparation: ColumnPreparation) throws(MaskedRegressionError) {
  let needed = preparation.centers ? 2 : 1
  if count < needed { throw .tooFewRows(rows: count, needed: needed) }
}
