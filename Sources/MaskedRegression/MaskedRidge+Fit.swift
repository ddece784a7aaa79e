import LinearAlgebra

extension MaskedRidge {
  /// Fits at a given penalty and leaves the errors out: a third of the cost of `MaskedFit` for as many rows as columns and more,
  /// rows columns^2 + columns^3 flops. Throws `MaskedRegressionError`.
  public init(
    rows: some RowSource, ridge: Ridge, preparation: ColumnPreparation = ColumnPreparation(),
    precision: FitPrecision = .double, memory: MemoryLimit = .physical
  ) throws {
    self = try Self.fitted(.dense(rows), ridge, preparation, precision, memory)
  }

  /// The same for sparse rows, uncentred unless asked for.
  public init(
    sparse rows: SparseRows, ridge: Ridge, preparation: ColumnPreparation = ColumnPreparation(centers: false),
    precision: FitPrecision = .double, memory: MemoryLimit = .physical
  ) throws {
    self = try Self.fitted(.sparse(rows), ridge, preparation, precision, memory)
  }

  /// Fits at a penalty above 0 from the moments of rows that were read elsewhere, such as by several machines; no errors.
  /// Cost: columns^3 flops. Throws `MaskedRegressionError`.
  public init(
    moments: consuming RowMoments, ridge: Double, preparation: ColumnPreparation = ColumnPreparation(),
    memory: MemoryLimit = .physical
  ) throws {
    try Ridge.shared(ridge).check(columns: moments.mean.count)
    try memory.check(.direct(columns: moments.mean.count, scalarBytes: 8))
    let gram = TrainingGram<Double>(moments, preparation)
    if let column = gram.meanSquares.firstIndex(where: { !$0.isFinite }) {
      throw MaskedRegressionError.unrepresentable(column: column, magnitude: .infinity)
    }
    self = try DirectFit<Double>(gram, ridge: ridge).model()
  }

  private static func fitted(
    _ source: TrainingRows, _ ridge: Ridge, _ preparation: ColumnPreparation, _ precision: FitPrecision,
    _ memory: MemoryLimit
  ) throws -> MaskedRidge {
    try ridge.check(columns: source.columns)
    guard case .shared(let value) = ridge, try source.isInverted(ridge: value) else {
      return try MaskedPath(SampleSpectrum(source, preparation, memory)).model(ridge)
    }
    if precision == .single, let fit = try DirectFit<Float>(source, value, preparation, memory) { return fit.model() }
    return try DirectFit<Double>(source, value, preparation, memory).model()
  }
}
