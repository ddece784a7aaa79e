import LinearAlgebra

extension SampleSpectrum {
  /// Through the covariance of the columns.
  init(primal source: TrainingRows, _ preparation: ColumnPreparation) throws {
    let gram = try TrainingGram<Double>(source, preparation)
    let (rows, transform, d) = (gram.rows, gram.transform, gram.columns)
    if gram.isUneven, d <= UnevenColumns.largestOrder {
      let covariance = Matrix(rows: d, columns: d, storage: gram.covariance)
      try self.init(graded: GradedFactor(covariance: covariance, rows: rows), transform, rows: rows, source: source)
      return
    }
    let eigen = try SymmetricEigen(Matrix(rows: d, columns: d, storage: gram.covariance))
    let rank = Self.rank(eigen.values, rows: rows, columns: d)
    var vectorRows = eigen.vectors.transposed()
    if rank < d { vectorRows = vectorRows.rows(0..<rank) }
    self.init(
      rows: rows, transform: transform, values: Array(eigen.values[..<rank]), vectorRows: vectorRows, scores: nil,
      source: source)
  }

  /// Through the products of the rows: XX'/m = W diag(l) W', V = X'W / sqrt(m l).
  init(dual prepared: consuming PreparedMatrix, _ transform: ColumnTransform, rows: Int) throws {
    let m = transform.divisor(rows: rows)
    if rows <= UnevenColumns.largestOrder, UnevenColumns.are(prepared.meanSquares(divisor: m)) {
      let factor = GradedFactor(
        rows: prepared.dense(rows: rows, transform), isCentered: transform.preparation.centers)
      try self.init(graded: factor, transform, rows: rows, source: nil)
      return
    }
    let eigen = try SymmetricEigen((1 / m) * prepared.rowProducts())
    let rank = Self.rank(eigen.values, rows: rows, columns: transform.columns)
    let values = Array(eigen.values[..<rank])
    let w = rank == rows ? eigen.vectors : eigen.vectors.columns(0..<rank)
    let lengths = values.map { ($0 * m).squareRoot() }
    let vectorRows = prepared.combined(w.scalingColumns(by: lengths.map { 1 / $0 }))
    self.init(
      rows: rows, transform: transform, values: values, vectorRows: vectorRows,
      scores: w.scalingColumns(by: lengths), source: nil)
  }

  /// Through rotations that keep the digits of small columns. `source` for the rows where they are read again.
  private init(graded: GradedFactor, _ transform: ColumnTransform, rows: Int, source: TrainingRows?) throws {
    let m = transform.divisor(rows: rows)
    if graded.rank == transform.columns, graded.directions == nil {
      // L' has the columns' units in its columns, where rotations keep every digit; those of L leave products at rest that are
      // small next to the columns' lengths but not next to an eigenvector's small entries.
      let svd = try JacobiSVD(graded.factor.transposed())
      self.init(
        rows: rows, transform: transform, values: svd.values.map { $0 * $0 }, vectorRows: svd.right.transposed(),
        scores: nil, source: source, unseen: [Double](repeating: 0, count: transform.columns))
      return
    }
    let svd = try JacobiSVD(graded.factor)
    // The factor is of X'X where directions are known, else of X'X/m.
    let scale = graded.directions == nil ? 1 : m
    let scores = graded.directions.map {
      multiply($0, svd.right, transposing: .left).scalingColumns(by: svd.values)
    }
    self.init(
      rows: rows, transform: transform, values: svd.values.map { $0 * $0 / scale },
      vectorRows: svd.left.transposed(), scores: scores, source: source, unseen: try graded.unseen())
  }
}

extension TrainingRows {
  func countRows() throws -> Int {
    switch self {
    case .sparse(let rows): return rows.rows
    case .dense(let source): return try source.countRows()
    }
  }
}
