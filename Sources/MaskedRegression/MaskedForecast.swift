import CMath
import RandomMatrices
import SpecialFunctions

/// The expected error at another number of rows, from the training rows alone; no deconvolution, nothing to tune.
///
/// At the same effective penalty kappa = lambda/omega two numbers of rows see the same bias, so that
///
///     lambda_2 = kappa - (m/m_2)(kappa - lambda)      E(m_2, lambda_2) = E(m, lambda) (1 - gamma)/(1 - (m/m_2) gamma)
///
/// with E from leave-one-out. Sweeping lambda gives the error at m_2 rows for every penalty within reach; with fewer rows than columns
/// penalties below kappa_0 (1 - m/m_2) are out of reach. With infinitely many rows lambda_2 = kappa.
/// Accuracy: on AR(1) with d = 200, from 400 rows to 60 through 6400, bias at most 0.4 % and standard deviation 1.1 %; on raw digits
/// from 300 to 1200 rows bias 1-2 %. Fails for nearly constant columns (`NearConstantColumns`) and misleads for heavy rows.
public struct MaskedForecast: Sendable, Equatable {
  /// n_2; infinite for the limit of many rows.
  public let rows: Double
  /// The best penalty there, or the asked one; absent where it is out of reach.
  public let ridge: Double?
  /// The error there; absent where the penalty is out of reach.
  public let error: Double?
  /// Where the best penalty is out of reach: the error at the nearest one within reach, which retuning can only lower.
  public let errorAtMost: Double?

  public var isReachable: Bool { error != nil }
}

/// Forecasts from one path of leave-one-out errors.
public struct MaskedForecaster: Sendable {
  /// Which estimate of the error at the present number of rows is carried over.
  public enum Base: Sendable, Equatable {
    case leaveOneOut
    /// Columnwise generalized cross-validation: less noisy, right for rows of one scale only.
    case crossValidation
  }

  private struct Point {
    let penalty: RidgeTransfer
    let error: Double
    /// What penalties are chosen by: with groups left out where there are groups.
    let choice: Double
  }

  private let points: [Point]
  private let divisor: Double
  private let lostRows: Double

  /// Evaluates the path at `count` penalties, and at 0 where that has a limit. One pass over the rows.
  public init(_ path: MaskedPath, base: Base = .leaveOneOut, count: Int = 60) throws {
    self.init(path.spectrum, try path.errors(ridges: [0] + path.ridgeGrid(count: count)), base)
  }

  /// The same errors, but the penalty is the one that is best with groups left out, as `GroupedPath` chooses it.
  public init(_ path: GroupedPath, count: Int = 60) throws {
    self.init(path.path.spectrum, try path.errors(ridges: [0] + path.ridgeGrid(count: count)))
  }

  /// From errors at hand, any order.
  public init(_ spectrum: SampleSpectrum, _ errors: [MaskedErrors], _ base: Base = .leaveOneOut) {
    self.init(rows: spectrum.rows, divisor: spectrum.divisor, errors, base)
  }

  /// From errors of any fit whose kappa is its effective penalty. `divisor` is n - 1 with centring, else n.
  init(rows: Int, divisor: Double, _ errors: [MaskedErrors], _ base: Base = .leaveOneOut) {
    let points = errors.compactMap { errors -> Point? in
      let error = base == .leaveOneOut ? errors.leaveOneOutError : errors.columnwiseCrossValidationError
      guard let error, let kappa = errors.kappa, let rest = errors.oneMinusGamma, rest > 0 else { return nil }
      let penalty = RidgeTransfer(ridge: errors.ridge.value(0), kappa: kappa, gamma: 1 - rest)
      let together = errors.leaveGroupOut.map { $0.error ?? .infinity }
      return Point(penalty: penalty, error: error, choice: together ?? error)
    }
    self.init(rows: rows, divisor: divisor, points)
  }

  /// From what each penalty does, and its error with rows left out.
  init(rows: Int, divisor: Double, points: [(penalty: RidgeTransfer, error: Double)]) {
    self.init(
      rows: rows, divisor: divisor, points.map { Point(penalty: $0.penalty, error: $0.error, choice: $0.error) })
  }

  private init(rows: Int, divisor: Double, _ points: [Point]) {
    self.divisor = divisor
    lostRows = Double(rows) - divisor
    self.points = points.sorted { $0.penalty.kappa < $1.penalty.kappa }
  }

  /// The error at `rows` rows for every penalty within reach, penalties ascending.
  public func curve(rows: Double) -> [(ridge: Double, error: Double)] {
    let ratio = divisor / (rows - lostRows)
    return points.compactMap { $0.penalty.carried($0.error, ratio: ratio) }
  }

  /// What penalties are chosen by at `rows` rows, for the same penalties.
  private func choices(rows: Double) -> [Double] {
    let ratio = divisor / (rows - lostRows)
    return points.compactMap { $0.penalty.carried($0.choice, ratio: ratio)?.error }
  }

  /// The error with the penalty tuned again.
  public func forecast(rows: Double) -> MaskedForecast {
    let (curve, choices) = (curve(rows: rows), choices(rows: rows))
    guard let best = curve.indices.min(by: { choices[$0] < choices[$1] }) else {
      return MaskedForecast(rows: rows, ridge: nil, error: nil, errorAtMost: nil)
    }
    let (ridge, error) = curve[best]
    // At the lower end of the reach, with smaller penalties that would be possible but cannot be told.
    if best == 0, ridge > 0, curve.count > 1, isLimited(rows) {
      return MaskedForecast(rows: rows, ridge: nil, error: nil, errorAtMost: error)
    }
    if best == 0 || best == curve.count - 1 || ridge == 0 {
      return MaskedForecast(rows: rows, ridge: ridge, error: error, errorAtMost: nil)
    }
    let refined = vertex(Array(curve[best - 1...best + 1]), Array(choices[best - 1...best + 1]))
    return MaskedForecast(rows: rows, ridge: refined.ridge, error: refined.error, errorAtMost: nil)
  }

  /// The error at a fixed penalty.
  public func forecast(rows: Double, ridge: Double) -> MaskedForecast {
    let curve = curve(rows: rows)
    guard let above = curve.firstIndex(where: { $0.ridge >= ridge }) else {
      return MaskedForecast(rows: rows, ridge: ridge, error: curve.last?.error, errorAtMost: nil)
    }
    if curve[above].ridge == ridge {
      return MaskedForecast(rows: rows, ridge: ridge, error: curve[above].error, errorAtMost: nil)
    }
    if above == 0 {
      let limited = isLimited(rows) && curve[0].ridge > 0
      return MaskedForecast(
        rows: rows, ridge: limited ? nil : ridge, error: limited ? nil : curve[0].error,
        errorAtMost: limited ? curve[0].error : nil)
    }
    let (low, high) = (curve[above - 1], curve[above])
    let position =
      low.ridge > 0
      ? (log(ridge) - log(low.ridge)) / (log(high.ridge) - log(low.ridge))
      : (ridge - low.ridge) / (high.ridge - low.ridge)
    return MaskedForecast(
      rows: rows, ridge: ridge, error: low.error + position * (high.error - low.error), errorAtMost: nil)
  }

  /// The smallest kappa is positive: some penalties at more rows belong to smaller ones, which no penalty here reaches.
  private func isLimited(_ rows: Double) -> Bool {
    guard let first = points.first?.penalty else { return false }
    return rows - lostRows > divisor && first.ridge == 0 && first.kappa > 0
  }

  /// Where the parabola through three choices, in the logarithm of the penalty, is least, and the parabola of the errors there.
  private func vertex(
    _ curve: [(ridge: Double, error: Double)], _ choices: [Double]
  ) -> (ridge: Double, error: Double) {
    if curve[0].ridge <= 0 || !choices.allSatisfy(\.isFinite) { return curve[1] }
    func through(_ values: [Double]) -> Parabola {
      Parabola(
        through: (log(curve[0].ridge), values[0]), (log(curve[1].ridge), values[1]), (log(curve[2].ridge), values[2]))
    }
    let choice = through(choices)
    if !(choice.curvature > 0) { return curve[1] }
    return (exp(choice.vertex), through(curve.map(\.error))(choice.vertex))
  }
}
