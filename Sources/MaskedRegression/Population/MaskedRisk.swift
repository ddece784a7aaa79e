import CMath
import LinearAlgebra
import RandomMatrices
import SpecialFunctions

/// The errors of masked ridge regression fitted on n rows of a population, in the limit of many rows and columns.
///
///     lambda = kappa (1 - T1/n),  T1 = sum s/(s + kappa)        gamma = (1/n) sum s^2/(s + kappa)^2
///     N(kappa) = (1/d) sum_j [R Sigma R]_jj / R_jj^2,  R = (Sigma + kappa)^-1
///     generalization = N/(1 - gamma)        training = (lambda/kappa)^2 N/(1 - gamma)
///
/// Per entry (divided by the columns). Rows: Sigma^(1/2) times independent standardized entries, no centring (with centring use
/// n - 1). Relative finite-size bias about +0.2/d (generalization) and -0.7/d (training; see `finiteSizeErrors`).
/// Source: derived with deterministic equivalents, agrees with simulation; arXiv 2601.23208 for the estimator.
public struct MaskedRisk: Sendable {
  public let population: MaskedPopulation
  /// n.
  public let rows: Double
  /// What penalties amount to here.
  let effect: EffectivePenalty

  public init(_ population: MaskedPopulation, rows: Int) {
    precondition(rows > 0, "\(rows) rows")
    self.population = population
    self.rows = Double(rows)
    effect = EffectivePenalty(eigenvalues: population.eigenvalues, rows: Double(rows))
  }

  public struct Errors: Sendable, Equatable {
    /// lambda.
    public let ridge: Double
    /// The penalty that has the same effect with infinitely many rows.
    public let kappa: Double
    /// Variance inflation is 1/(1 - gamma).
    public let gamma: Double
    /// N(kappa): the error with infinitely many rows at penalty kappa.
    public let bias: Double
    public let generalizationError: Double
    public let trainingError: Double
  }

  // MARK: kappa

  /// kappa of a penalty: `EffectivePenalty`. Throws `invalidRidge`.
  public func kappa(ridge: Double) throws(MaskedRegressionError) -> Double {
    try Ridge.shared(ridge).check(columns: 1)
    return effect.kappa(ridge: ridge)
  }

  // MARK: errors

  /// The errors at a penalty. Cost: one pass over the eigenvectors' squares. Throws `invalidRidge`, and `noAnswer` where the error is
  /// infinite: penalty 0 and as many rows as directions.
  public func errors(ridge: Double) throws -> Errors {
    let kappa = try kappa(ridge: ridge)
    if !(effect.complements(kappa: kappa).second > 0) {
      throw MaskedRegressionError.noAnswer(
        "at ridge \(ridge) the error is infinite: \(Int(rows)) rows are as many as the population has directions, and fit them all. "
          + "Give a ridge above 0, or another number of rows")
    }
    return errors(kappa: kappa, bias: bias(kappa: kappa), ridge: ridge)
  }

  /// The errors at the penalty that belongs to a kappa.
  package func errors(kappa: Double) -> Errors {
    errors(kappa: kappa, bias: bias(kappa: kappa), ridge: max(0, kappa * effect.complements(kappa: kappa).first))
  }

  private func errors(kappa: Double, bias: Double, ridge: Double) -> Errors {
    let rest = effect.complements(kappa: kappa)
    let generalization = bias / rest.second
    // Below the rank 1 - T1/n vanishes with the penalty: their ratio keeps its digits.
    let shrinkage = effect.reachesRank || ridge <= 0 || kappa <= 0 ? max(0, rest.first) : ridge / kappa
    return Errors(
      ridge: ridge, kappa: kappa, gamma: 1 - rest.second, bias: bias, generalizationError: generalization,
      trainingError: shrinkage * shrinkage * generalization)
  }

  /// N(kappa): the error with infinitely many rows at the penalty kappa.
  public func infiniteRowsError(ridge kappa: Double) -> Double { bias(kappa: kappa) }

  /// N(kappa).
  func bias(kappa: Double) -> Double { biases(kappas: [kappa])[0] }

  /// N at many values of kappa at once.
  func biases(kappas: [Double]) -> [Double] {
    let s = population.eigenvalues
    let floor = (s.first ?? 1) * 1e-300
    let sums = population.diagonals(
      kappas.flatMap { kappa -> [[Double]] in
        let inverse = s.map { 1 / max($0 + kappa, floor) }
        return [inverse, zip(s, inverse).map { $0 * $1 * $1 }]
      })
    return kappas.indices.map { index in
      let (resolvent, filtered) = (sums[2 * index], sums[2 * index + 1])
      var sum = 0.0
      for j in resolvent.indices { sum += filtered[j] / (resolvent[j] * resolvent[j]) }
      return sum / Double(resolvent.count)
    }
  }

  /// The limit of diag (S + lambda)^-1: (kappa/lambda) R_jj, at penalty 0 its limit R_jj/(1 - T1/n).
  public func precisionDiagonal(ridge: Double) throws(MaskedRegressionError) -> [Double] {
    let kappa = try kappa(ridge: ridge)
    let inverse = population.eigenvalues.map { 1 / ($0 + kappa) }
    let scale = ridge > 0 ? kappa / ridge : 1 / effect.complements(kappa: kappa).first
    return population.diagonals([inverse])[0].map { $0 * scale }
  }

  // MARK: the best penalty

  public struct Optimum: Sendable, Equatable {
    public let errors: Errors
    /// The error still falls at the end of the range searched: the columns hardly predict each other.
    public let isAtBoundary: Bool
  }

  /// The penalty of smallest generalization error: 160 values of kappa up to 10^4 times the trace, then Brent's method.
  public func optimum() throws -> Optimum {
    let trace = population.eigenvalues.reduce(0, +)
    let top = 1e4 * trace
    let bottom = max(effect.smallest, 1e-9 * trace / Double(population.columns))
    // Where columns predict nothing every penalty is too small.
    guard bottom < top else { return Optimum(errors: errors(kappa: top), isAtBoundary: true) }
    let count = 160
    let grid = (0..<count).map { log(bottom) + (log(top) - log(bottom)) * Double($0) / Double(count - 1) }
    let values = zip(grid, biases(kappas: grid.map { exp($0) })).map { point, bias in
      errors(kappa: exp(point), bias: bias, ridge: 0).generalizationError
    }
    let best = values.indices.min { values[$0] < values[$1] }!
    let (low, high) = (grid[max(best - 1, 0)], grid[min(best + 1, count - 1)])
    let found = minimum(from: low, to: high) { errors(kappa: exp($0)).generalizationError }
    let atBottom = best == 0 && found.place < low + 1e-6 * (high - low)
    return Optimum(
      errors: errors(kappa: exp(atBottom ? low : found.place)), isAtBoundary: best == count - 1)
  }
}
