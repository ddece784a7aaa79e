import LinearAlgebra

/// Masked ridge regression at any number of penalties in single precision: the covariance once, an inversion for each penalty.
///
/// For at least as many rows as columns (sparse rows: half as many). Half the memory of `MaskedPath`, no eigenvectors; a pass over
/// the rows for four penalties.
/// Accuracy: errors to about 1e-7 (l_max + lambda)/(l_min + lambda), l the eigenvalues of the covariance.
/// Cost of a penalty: 2 rows columns^2 + columns^3 flops. Memory: 5 columns^2 numbers of four bytes.
public struct SinglePrecisionPath: PenaltyPath {
  /// Penalties worked on at once.
  static let together = 4

  private let gram: TrainingGram<Float>
  private let source: TrainingRows

  /// Dense rows. Throws `MaskedRegressionError`, `tooFewRows` where there are fewer rows than columns.
  public init(
    rows: some RowSource, preparation: ColumnPreparation = ColumnPreparation(), memory: MemoryLimit = .physical
  ) throws {
    try self.init(.dense(rows), preparation, memory)
  }

  /// Sparse rows, uncentred unless asked for.
  public init(
    sparse rows: SparseRows, preparation: ColumnPreparation = ColumnPreparation(centers: false),
    memory: MemoryLimit = .physical
  ) throws {
    try self.init(.sparse(rows), preparation, memory)
  }

  /// Whether there are enough rows.
  public static func suits(_ rows: some RowSource) throws -> Bool { try TrainingRows.dense(rows).isInverted(ridge: 1) }
  public static func suits(sparse rows: SparseRows) throws -> Bool {
    try TrainingRows.sparse(rows).isInverted(ridge: 1)
  }

  init(_ source: TrainingRows, _ preparation: ColumnPreparation, _ memory: MemoryLimit) throws {
    guard try source.isInverted(ridge: 1) else {
      throw MaskedRegressionError.tooFewRows(rows: try source.countRows(), needed: source.columns)
    }
    try memory.check(.singlePrecisionPath(columns: source.columns))
    gram = try TrainingGram<Float>.twoPasses(source, preparation)
    self.source = source
  }

  public var columns: Int { gram.columns }

  /// Number of training rows.
  public var rows: Int { gram.rows }

  /// n - 1 with centring, n without.
  public var divisor: Double { gram.divisor }

  public var totalVariance: Double {
    (0..<columns).reduce(0) { $0 + Double(gram.covariance[$1 * columns + $1]) }
  }

  /// Below it rounding of the covariance is more than 2 % of the penalty.
  public var smallestRidge: Double { 50 * Double(Float.ulpOfOne) * totalVariance }

  public var lowestRidge: Double { smallestRidge }

  /// Whether columns are so unequal, large or small that single precision would lose them: take `MaskedPath` then.
  public var losesColumns: Bool { !gram.suitsSinglePrecision() }

  /// Errors at each penalty, which must be above 0. Throws `invalidRidge`, and `singular` for penalties below rounding.
  public func errors(ridges: [Double]) throws -> [MaskedErrors] {
    for ridge in ridges where !(ridge > 0) || !ridge.isFinite { throw MaskedRegressionError.invalidRidge(ridge) }
    return try stride(from: 0, to: ridges.count, by: Self.together).flatMap { start in
      let part = ridges[start..<min(start + Self.together, ridges.count)]
      return try DirectFit.errors(part.map { try DirectFit(gram, ridge: $0) }, source)
    }
  }

  /// The predictor at a penalty above 0.
  public func model(ridge: Double) throws -> MaskedRidge {
    if !(ridge > 0) || !ridge.isFinite { throw MaskedRegressionError.invalidRidge(ridge) }
    return try DirectFit(gram, ridge: ridge).model()
  }
}
