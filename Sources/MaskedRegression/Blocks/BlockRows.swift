import LinearAlgebra

/// Prepared rows whose columns come in blocks, such as the pixels of a patch: a block is predicted by the columns outside it, and never by
/// its own. `hide` is the rate at which blocks are hidden at random; the mean over all masks is the penalty r blockdiag(S), r = p/(1 - p).
public struct BlockRows: Sendable {
  /// Of the columns.
  public let blocks: Partition
  /// p, from 0 to below 1.
  public let hide: Double
  /// Centred and scaled, n x d.
  let rows: Matrix
  let transform: ColumnTransform
  /// m.
  let divisor: Double
  /// S.
  let covariance: Matrix
  /// Columns of each block, ascending.
  let members: [[Int]]

  /// r = p/(1 - p).
  var odds: Double { hide / (1 - hide) }
  /// n.
  public var count: Int { rows.rows }
  var columns: Int { rows.columns }
  /// Means are taken out.
  public var isCentered: Bool { transform.preparation.centers }
  /// 1/n with centring.
  var meanShare: Double { transform.preparation.centers ? 1 / Double(count) : 0 }

  /// - Parameter blocks: of the columns, at least two.
  /// Memory: the rows and five matrices of columns x columns. Throws `MaskedRegressionError`.
  public init(
    rows source: some RowSource, blocks: Partition, hide: Double = 0,
    preparation: ColumnPreparation = ColumnPreparation(), memory: MemoryLimit = .physical
  ) throws {
    if blocks.label.count != source.columns {
      throw MaskedRegressionError.blockCount(given: blocks.label.count, columns: source.columns)
    }
    if blocks.count < 2 { throw MaskedRegressionError.oneBlock }
    if !(hide >= 0 && hide < 1) { throw MaskedRegressionError.invalidHideRate(hide) }
    try memory.check(.blocks(rows: source.countRows(), columns: source.columns))
    let gram = try TrainingGram<Double>(.dense(source), preparation)
    (self.blocks, self.hide, members) = (blocks, hide, blocks.members)
    (transform, divisor) = (gram.transform, gram.divisor)
    covariance = Matrix(rows: gram.columns, columns: gram.columns, storage: gram.covariance)
    rows = gram.transform.applied(to: try source.matrix())
  }

  /// The entries of a square matrix within blocks; others are 0.
  func diagonalBlocks(_ matrix: Matrix) -> Matrix {
    var result = Matrix(rows: matrix.rows, columns: matrix.columns)
    for block in members { for i in block { for j in block { result[i, j] = matrix[i, j] } } }
    return result
  }

  /// Lambda = ridge I + r blockdiag(S).
  func penalty(_ ridge: Double, odds: Double, of covariance: Matrix) -> Matrix {
    var result = odds * diagonalBlocks(covariance)
    for j in 0..<columns { result[j, j] += ridge }
    return result
  }

  /// Mean squared error of predicting each column of `values`, which are centred where the rows are, by its mean over the other groups.
  func baselines(of values: Matrix, _ groups: Partition) -> [Double] {
    let n = Double(count)
    var sums = values.columnMeanSquares(divisor: 1)
    if transform.preparation.centers {
      for rows in groups.members {
        let g = Double(rows.count)
        for (j, mean) in values.rows(at: rows).columnMeans().enumerated() {
          let total = g * mean
          sums[j] += total * total * (2 / (n - g) + g / ((n - g) * (n - g)))
        }
      }
    }
    return sums.map { $0 / n }
  }

  /// The diagonal of Lambda.
  func penaltyDiagonal(_ ridge: Double, odds: Double) -> [Double] {
    covariance.diagonalEntries.map { ridge + odds * $0 }
  }
}

extension Matrix {
  /// Rows and columns at these places.
  func block(_ places: [Int]) -> Matrix {
    var result = Matrix(rows: places.count, columns: places.count)
    for (a, i) in places.enumerated() { for (b, j) in places.enumerated() { result[a, b] = self[i, j] } }
    return result
  }
}

extension MemoryNeed {
  static func blocks(rows: Int, columns: Int) -> MemoryNeed {
    let (squares, overflows) = saturating(columns, columns, 8, 5).addingReportingOverflow(
      saturating(rows, columns, 8, 3))
    return MemoryNeed(
      bytes: overflows ? .max : squares, what: "\(rows) rows of \(columns) columns in blocks",
      alternative: "Take fewer rows, or smaller images.")
  }
}
