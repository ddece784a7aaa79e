import LinearAlgebra

/// The one factorization behind a path of penalties: S = X'X / m = V diag(values) V' of the prepared training rows.
///
/// By the covariance of the columns when there are at least as many rows as columns, otherwise by the products of the rows
/// with each other, never forming a matrix of columns x columns.
/// Eigenvalues at or below max(rows, columns) ulp times the largest count as zero and are left out.
public struct SampleSpectrum: Sendable {
  public let rows: Int
  public let columns: Int
  /// m: n - 1 with centring, n without.
  public let divisor: Double
  public let transform: ColumnTransform
  /// Eigenvalues of S, largest first, zeros left out; `rank` of them.
  public let values: [Double]
  /// Row k is eigenvector k (rank x columns).
  public let vectorRows: Matrix
  /// Mean square of each prepared column: the diagonal of S.
  public let columnMeanSquares: [Double]
  /// 1 - sum_k V_jk^2: how much of column j's unit vector the training rows do not see; exactly 0 at full rank.
  let unseen: [Double]
  /// X V (rows x rank) where it is at hand, else recomputed from the rows.
  let scores: Matrix?
  let source: TrainingRows?
  /// Whether rounding is relative to each column, not to the largest.
  let keepsDigits: Bool

  public var rank: Int { values.count }

  /// m - rank: dimensions of the space of rows that the columns do not reach.
  var deficiency: Int { Int(divisor) - rank }

  /// Factorizes dense rows. Cost: rows columns^2 + 9 columns^3 flops for rows >= columns, else
  /// 3 rows^2 columns + 9 rows^3. Throws `tooFewRows`, `nonFinite`, `needsMemory`.
  public init(
    rows source: some RowSource, preparation: ColumnPreparation = ColumnPreparation(),
    memory: MemoryLimit = .physical
  ) throws {
    try self.init(.dense(source), preparation, memory)
  }

  /// Factorizes sparse rows without densifying them.
  public init(
    sparse rows: SparseRows, preparation: ColumnPreparation = ColumnPreparation(centers: false),
    memory: MemoryLimit = .physical
  ) throws {
    try self.init(.sparse(rows), preparation, memory)
  }

  init(_ source: TrainingRows, _ preparation: ColumnPreparation, _ memory: MemoryLimit) throws {
    let count = try source.countRows()
    if count >= source.columns {
      try memory.check(.spectrumByColumns(columns: source.columns))
      try self.init(primal: source, preparation)
    } else {
      try memory.check(.spectrumByRows(rows: count, columns: source.columns))
      let (prepared, transform) = try PreparedMatrix.dual(source, preparation)
      try self.init(dual: prepared, transform, rows: count)
    }
  }

  init(
    rows: Int, transform: ColumnTransform, values: [Double], vectorRows: Matrix, scores: Matrix?, source: TrainingRows?,
    unseen known: [Double]? = nil
  ) {
    self.rows = rows
    columns = transform.columns
    divisor = transform.divisor(rows: rows)
    self.transform = transform
    self.values = values
    self.vectorRows = vectorRows
    self.scores = scores
    self.source = source
    keepsDigits = known != nil
    columnMeanSquares = vectorRows.columnSums(ofSquaresWeighted: [values])[0]
    if let known {
      unseen = known
      return
    }
    let fullRank = values.count == transform.columns
    let seen = vectorRows.columnSums(ofSquaresWeighted: [[Double](repeating: 1, count: values.count)])[0]
    unseen = seen.map { fullRank || 1 - $0 < 1e-12 ? 0 : 1 - $0 }
  }

  /// Drops eigenvalues that rounding cannot tell from zero.
  static func rank(_ values: [Double], rows: Int, columns: Int) -> Int {
    let cut = (values.first ?? 0) * Double(max(rows, columns)) * Double.ulpOfOne
    return values.count { $0 > cut }
  }
}
