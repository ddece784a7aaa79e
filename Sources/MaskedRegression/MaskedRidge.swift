import LinearAlgebra

/// A fitted predictor of every column from all the others: x_j is predicted by (x A)_j, A with a zero diagonal.
///
///     A = argmin (1/m) ||X - X A||^2 + lambda ||A||^2, diag A = 0      A = I - P diag(P)^-1,  P = (S + lambda)^-1
///
/// X the prepared training rows. Source: arXiv 2601.23208; Steck (2019), "Embarrassingly shallow autoencoders".
public struct MaskedRidge: Sendable, Equatable {
  /// How the weights are stored.
  public enum Form: Sendable, Equatable {
    /// A itself, columns x columns.
    case dense(Matrix)
    /// A itself in single precision, row-major.
    case single([Float])
    /// For more columns than rows.
    case factored(FactoredWeights)
  }

  public let transform: ColumnTransform
  public let ridge: Ridge
  /// diag P of each column's penalty; its reciprocal is the residual variance given the other columns. With the factored
  /// form it is lambda P_jj.
  public let precisionDiagonal: [Double]
  public let form: Form
  /// Of the columns, where a column's predictors leave out more than itself: A has no entries within a block.
  public let blocks: Partition?

  public init(
    transform: ColumnTransform, ridge: Ridge, precisionDiagonal: [Double], form: Form, blocks: Partition? = nil
  ) {
    self.blocks = blocks
    self.transform = transform
    self.ridge = ridge
    self.precisionDiagonal = precisionDiagonal
    self.form = form
  }

  public var columns: Int { transform.means.count }

  /// The same model with weights in single precision; factored weights stay as they are.
  public func inSinglePrecision() -> MaskedRidge {
    guard case .dense(let weights) = form else { return self }
    return MaskedRidge(
      transform: transform, ridge: ridge, precisionDiagonal: precisionDiagonal,
      form: .single(weights.storage.map { Float($0) }), blocks: blocks)
  }

  /// A, columns x columns. Throws `needsMemory` for the factored form of very many columns.
  public func weights(memory: MemoryLimit = .physical) throws(MaskedRegressionError) -> Matrix {
    switch form {
    case .dense(let matrix): return matrix
    case .single(let entries): return Matrix(rows: columns, columns: columns, storage: entries.map { Double($0) })
    case .factored(let factors):
      try memory.check(.weights(columns: columns))
      return factors.dense()
    }
  }

  /// Every entry of `rows` predicted from the other entries of its row, in the columns' own units.
  /// Cost: 2 rows columns^2 flops, factored 4 rows columns rank. Throws `columnCount`, `nonFinite`.
  public func predictions(for rows: Matrix) throws(MaskedRegressionError) -> Matrix {
    if rows.columns != columns { throw .columnCount(given: rows.columns, model: columns) }
    try checkFinite(rows, 0)
    return transform.inverted(on: predictionsOfPrepared(transform.applied(to: rows)))
  }

  /// x A for prepared rows.
  func predictionsOfPrepared(_ rows: Matrix) -> Matrix {
    switch form {
    case .dense(let weights): product(rows, weights.storage)
    case .single(let entries): product(rows, entries)
    case .factored(let factors): factors.predictions(for: rows)
    }
  }

  private func product<Scalar: BLASScalar>(_ rows: Matrix, _ weights: [Scalar]) -> Matrix {
    let block = PreparedBlock.dense(rows)
    let tasks = block.tasks
    let parts = weights.withUnsafeBufferPointer { entries in
      let right = RightFactor(entries.baseAddress!, inner: columns, columns: columns)
      return Parallel.map(count: tasks.count) { block.product(tasks[$0], right).map { Double($0) } }
    }
    return Matrix(rows: rows.rows, columns: columns, storage: parts.flatMap { $0 })
  }
}
