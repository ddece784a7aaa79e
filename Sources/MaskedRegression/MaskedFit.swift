import LinearAlgebra

/// Single precision takes half the memory and half the time; errors are right to about 1e-7 times the condition of the covariance plus
/// the penalty. It is for at least as many rows as columns and one penalty above 0 for all of them, given or searched for. A penalty for
/// each column, more columns than rows and penalty 0 need eigenvectors, whose small eigenvalues single precision would lose: they are
/// in double precision.
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
/// One given penalty and at least as many rows as columns: one inversion (`DirectFit`); a search in single precision: some
/// (`SinglePrecisionPath`). Everything else, and more columns than rows: one eigendecomposition (`MaskedPath`).
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
    if case .automatic = choice, precision == .single, try source.isInverted(ridge: 1) {
      let path = try SinglePrecisionPath(source, preparation, memory)
      if !path.losesColumns {
        try self.init(path)
        return
      }
    }
    guard case .given(.shared(let ridge)) = choice, try source.isInverted(ridge: ridge) else {
      let path = MaskedPath(try SampleSpectrum(source, preparation, memory))
      try self.init(path, choice, precision == .single ? [.singlePrecisionUnused] : [])
      return
    }
    if precision == .single, let fit = try DirectFit<Float>(source, ridge, preparation, memory) {
      self.init(errors: try fit.errors(source), model: fit.model(), [])
      return
    }
    let fit = try DirectFit<Double>(source, ridge, preparation, memory)
    self.init(
      errors: try fit.errors(source), model: fit.model(), precision == .single ? [.singlePrecisionUnused] : [])
  }

  /// In single precision, at the penalty of smallest leave-one-out error.
  private init(_ single: SinglePrecisionPath) throws {
    let best = try single.bestRidge()
    self.init(best, model: try single.model(ridge: best.ridge.value(0)))
  }

  private init(errors: MaskedErrors, model: MaskedRidge, _ known: [MaskedWarning]) {
    (self.errors, self.model, path, warnings) = (errors, model, [], known + errors.warnings)
  }

  /// Through a path that is at hand.
  public init(_ path: MaskedPath, _ choice: RidgeChoice) throws { try self.init(path, choice, []) }

  /// With whole groups of rows left out: the penalty is that of smallest leave-group-out error. A penalty per column is chosen with
  /// rows left out, one at a time.
  public init(_ grouped: GroupedPath, _ choice: RidgeChoice) throws {
    guard case .automatic = choice else {
      let fit = try MaskedFit(grouped.path, choice)
      guard case .shared(let ridge) = fit.model.ridge else {
        self = fit
        return
      }
      self.init(errors: try grouped.errors(ridges: [ridge])[0], model: fit.model, [])
      return
    }
    let best = try grouped.bestRidge()
    self.init(best, model: try grouped.path.model(best.ridge))
  }

  /// In blocks of columns: the penalty given, or that of smallest error left out.
  public init(_ blocks: BlockPath, _ choice: RidgeChoice) throws {
    switch choice {
    case .given(.shared(let ridge)):
      self.init(errors: try blocks.errors(ridges: [ridge])[0], model: try blocks.model(ridge: ridge), [])
    case .automatic:
      let best = try blocks.bestRidge()
      self.init(best, model: try blocks.model(ridge: best.ridge.value(0)))
    case .given(.perColumn), .automaticPerColumn:
      throw MaskedRegressionError.noAnswer("blocks of columns take one penalty for all columns")
    }
  }

  /// At the penalty that a search found.
  private init(_ best: BestRidge, model: MaskedRidge) {
    (errors, self.model, path) = (best.errors, model, best.path)
    warnings = errors.warnings + (best.isAtBoundary ? [.ridgeAtBoundary(best.ridge.value(0))] : [])
  }

  private init(_ path: MaskedPath, _ choice: RidgeChoice, _ known: [MaskedWarning]) throws {
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
    warnings = known + errors.warnings + (boundary ? [.ridgeAtBoundary(errors.ridge.value(0))] : [])
  }
}
