import LinearAlgebra

/// Single precision takes half the memory and half the time, and about 1e-4 of the errors' digits.
public enum FitPrecision: String, Sendable, CaseIterable {
  case single, double
}

/// Which penalty to fit with.
public enum RidgeChoice: Sendable, Equatable {
  case given(Ridge)
  /// The one of smallest leave-one-out error.
  case automatic
  /// For every column the one of its smallest leave-one-out error.
  case automaticPerColumn
}

/// A model with its errors, by the cheapest route.
///
/// One given penalty and at least as many rows as columns: one inversion (`DirectFit`). Everything else, and more columns than
/// rows: one eigendecomposition (`MaskedPath`).
public struct MaskedFit: Sendable {
  public let model: MaskedRidge
  public let errors: MaskedErrors
  /// Penalties looked at, where there was a search.
  public let path: [MaskedErrors]
  public let warnings: [MaskedWarning]

  /// Fits dense rows. Throws `MaskedRegressionError`.
  public init(
    rows: some RowSource, ridge: RidgeChoice = .automatic, preparation: ColumnPreparation = ColumnPreparation(),
    precision: FitPrecision = .double, memory: MemoryLimit = .physical
  ) throws {
    try self.init(.dense(rows), ridge, preparation, precision, memory)
  }

  /// Fits sparse rows without densifying them, uncentred unless asked for.
  public init(
    sparse rows: SparseRows, ridge: RidgeChoice = .automatic,
    preparation: ColumnPreparation = ColumnPreparation(centers: false), precision: FitPrecision = .double,
    memory: MemoryLimit = .physical
  ) throws {
    try self.init(.sparse(rows), ridge, preparation, precision, memory)
  }

  private init(
    _ source: TrainingRows, _ choice: RidgeChoice, _ preparation: ColumnPreparation, _ precision: FitPrecision,
    _ memory: MemoryLimit
  ) throws {
    if case .given(let ridge) = choice { try ridge.check(columns: source.columns) }
    if case .given(.shared(let ridge)) = choice, ridge > 0, try Self.isDirect(source, memory) {
      switch precision {
      case .double:
        try memory.check(.direct(columns: source.columns, scalarBytes: 8))
        try self.init(DirectFit(TrainingGram<Double>(source, preparation), ridge: ridge), source) {
          .dense(Matrix(rows: $1, columns: $1, storage: $0))
        }
      case .single:
        try memory.check(.direct(columns: source.columns, scalarBytes: 4))
        try self.init(DirectFit(TrainingGram<Float>.twoPasses(source, preparation), ridge: ridge), source) {
          weights, _ in
          .single(weights)
        }
      }
      return
    }
    try self.init(MaskedPath(SampleSpectrum(source, preparation, memory)), choice)
  }

  /// Whether S + lambda is inverted as it is. Sparse rows do so up to twice as many columns as rows, where it is cheaper.
  private static func isDirect(_ source: TrainingRows, _ memory: MemoryLimit) throws -> Bool {
    let rows = try source.countRows()
    if case .sparse = source { return source.columns <= 2 * rows }
    return source.columns <= rows
  }

  private init<Scalar: BLASScalar>(
    _ fit: consuming DirectFit<Scalar>, _ source: TrainingRows, form: ([Scalar], Int) -> MaskedRidge.Form
  ) throws {
    errors = try fit.errors(source)
    let (transform, ridge, diagonal) = (fit.transform, fit.ridge, fit.diagonal)
    model = MaskedRidge(
      transform: transform, ridge: .shared(ridge), precisionDiagonal: diagonal,
      form: form(fit.takeWeights(), transform.columns))
    path = []
    warnings = errors.warnings
  }

  /// Through a path that is at hand.
  public init(_ path: MaskedPath, _ choice: RidgeChoice) throws {
    let best: BestRidge? =
      switch choice {
      case .given: nil
      case .automatic: try path.bestRidge()
      case .automaticPerColumn: try path.bestRidgePerColumn()
      }
    if case .given(let ridge) = choice {
      (errors, model) = (try path.errors(ridge), try path.model(ridge))
    } else {
      (errors, model) = (best!.errors, try path.model(best!.ridge))
    }
    self.path = best?.path ?? []
    let isShared = if case .shared = errors.ridge { true } else { false }
    let boundary = best?.isAtBoundary == true && isShared
    warnings = errors.warnings + (boundary ? [.ridgeAtBoundary(errors.ridge.value(0))] : [])
  }
}
