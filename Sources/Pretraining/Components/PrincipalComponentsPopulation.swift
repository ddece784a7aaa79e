import Asymptotics
import Distributions
import LinearAlgebra
import Randomness

/// Principal components of Gaussian rows, the first k directions kept; target f(x) = Σ_{a<=k} w_a u_a'x.
///
/// The directions are eigenvectors of Σ for rows of known mean 0 and with centring, of Σ + μμ' without centring; `eigenvalues`
/// are those of that matrix. Sign convention: an eigenvector's entry of largest magnitude is positive, the first of them where
/// several are (within a millionth) as large. Without centring, or with labeled rows of a covariance of their own, the law
/// depends on the signs of the weights; a target given by its coefficients on the columns does not need the convention. Source: theory of principal components under arXiv 2603.27631, Theorem 5.1 (not a case study of the
/// paper).
public struct PrincipalComponentsPopulation: LinearTargetPopulation {
  /// What is done about the mean of the rows.
  public enum Centering: Sendable, Equatable {
    /// Known to be 0: neither estimated nor fitted.
    case knownMean
    /// The sample mean is subtracted, and the head fits an intercept: target f(x) = Σ w_a u_a'(x - μ).
    case sampleMean
    /// The second moment about 0 is used although the mean is this.
    case none(mean: [Double])
  }

  public static let modelName = "pca"
  /// λ, descending.
  public let eigenvalues: [Double]
  /// w, one for each retained component.
  public let weights: [Double]
  /// Standard deviation of the label noise.
  public let labelNoise: Double
  /// U; nil stands for the identity.
  public let eigenvectors: Matrix?
  public let centering: Centering
  let downstream: DownstreamCovariance?
  /// Weights were given for directions that tie among themselves, where the law depends on each of them.
  let hasAmbiguousWeights: Bool

  /// Rank of the representation: k.
  public var rank: Int { weights.count }
  public var dimension: Int { eigenvalues.count }
  public var noiseVariance: Double { labelNoise * labelNoise }
  /// Covariance of the labeled rows' x where it differs from Σ; singular in dropped directions at most.
  public var downstreamCovariance: Matrix? { downstream?.matrix }

  /// What f is.
  public enum Target: Sendable, Equatable {
    /// f(x) = Σ_a w_a u_a'x, one weight for each component retained, largest eigenvalue first.
    case weights([Double])
    /// f(x) = c'x with c in the span of the `rank` leading eigenvectors, one coefficient for each column.
    case coefficients([Double], rank: Int)

    var rank: Int {
      switch self {
      case .weights(let weights): weights.count
      case .coefficients(_, let rank): rank
      }
    }
  }

  /// Σ = diag(eigenvalues): the eigenvectors are the columns, sorted by eigenvalue.
  public init(
    eigenvalues: [Double], weights: [Double], labelNoise: Double, centering: Centering = .knownMean,
    downstreamCovariance: Matrix? = nil
  ) throws {
    let order = eigenvalues.indices.sorted { (-eigenvalues[$0], $0) < (-eigenvalues[$1], $1) }
    let sorted = order.map { eigenvalues[$0] }
    try Self.check(sorted: sorted)
    guard case .none = centering else {
      let isPlain = downstreamCovariance == nil || order == Array(eigenvalues.indices)
      try self.init(
        Spectrum(values: sorted, vectors: isPlain ? nil : Self.axes(order), tie: Self.givenTie(sorted, weights.count)),
        target: .weights(weights), labelNoise: labelNoise, centering: centering,
        downstreamCovariance: downstreamCovariance)
      return
    }
    try self.init(
      covariance: .diagonal(eigenvalues), target: .weights(weights), labelNoise: labelNoise, centering: centering,
      downstreamCovariance: downstreamCovariance)
  }

  /// Any covariance. Cost: 9 d^3 flops.
  public init(
    covariance: Matrix, weights: [Double], labelNoise: Double, centering: Centering = .knownMean,
    downstreamCovariance: Matrix? = nil
  ) throws {
    try self.init(
      covariance: covariance, target: .weights(weights), labelNoise: labelNoise, centering: centering,
      downstreamCovariance: downstreamCovariance)
  }

  /// Any covariance and target. Throws `InvalidPopulation`, also where the target is not in the span of what is retained.
  public init(
    covariance: Matrix, target: Target, labelNoise: Double, centering: Centering = .knownMean,
    downstreamCovariance: Matrix? = nil
  ) throws {
    try InvalidPopulation.check(covariance: covariance, key: "covariance", dimension: covariance.rows)
    var moment = covariance
    if case .none(let mean) = centering {
      guard mean.count == covariance.rows, mean.allSatisfy(\.isFinite) else {
        throw InvalidPopulation(
          key: "mean", value: "\(mean.count) values", problem: "there are \(covariance.rows) columns",
          remedy: "Give one finite number for each column")
      }
      try InvalidPopulation.check(magnitudes: mean, key: "mean")
      moment = moment + .outerProduct(mean)
    }
    let eigen = try SymmetricEigen(moment)
    let signs = (0..<moment.rows).map { Orientation.sign(of: eigen.vectors.column($0)) }
    try self.init(
      Spectrum(
        values: eigen.values, vectors: eigen.vectors.scalingColumns(by: signs),
        tie: .computed(order: moment.rows, largest: eigen.values[0])),
      target: target, labelNoise: labelNoise, centering: centering, downstreamCovariance: downstreamCovariance)
  }

  /// Eigenvalues, descending, and how well they are known.
  private struct Spectrum {
    let values: [Double]
    /// nil stands for the identity.
    let vectors: Matrix?
    let tie: EigenvalueTie
  }

  private init(
    _ spectrum: Spectrum, target: Target, labelNoise: Double, centering: Centering, downstreamCovariance: Matrix?
  ) throws {
    let (values, k) = (spectrum.values, target.rank)
    try Self.check(sorted: values)
    guard k > 0, k < values.count else {
      throw InvalidPopulation(
        key: Self.targetKey(target), value: "\(k) values",
        problem: "between 1 and \(values.count - 1) components can be kept of \(values.count)",
        remedy: "Give one finite weight for each retained component")
    }
    guard !spectrum.tie.isTied(values[k - 1], values[k]) else {
      throw InvalidPopulation(
        key: "rank", value: "\(k)",
        problem: "eigenvalues \(k) and \(k + 1), \(values[k - 1]) and \(values[k]), are equal up to rounding",
        remedy: "Cut where consecutive eigenvalues differ")
    }
    try InvalidPopulation.check(divisors: values[..<k], key: "eigenvalues")
    try InvalidPopulation.check(noise: labelNoise)
    let frame = spectrum.vectors ?? .identity(values.count)
    downstream = try downstreamCovariance.map { try DownstreamCovariance($0, dimension: values.count) }
    try downstream?.check(features: frame.columns(0..<k))
    eigenvalues = values
    eigenvectors = spectrum.vectors
    weights = try Self.weights(target, frame: frame)
    self.labelNoise = labelNoise
    self.centering = centering
    var needsEach = downstream != nil
    if case .none = centering { needsEach = true }
    if case .coefficients = target { needsEach = false }
    hasAmbiguousWeights = needsEach && (1..<k).contains { spectrum.tie.isTied(values[$0 - 1], values[$0]) }
  }

  static func check(sorted: [Double]) throws {
    let wrong = sorted.last { !($0 > 0 && $0.isFinite) }
    guard wrong == nil, !sorted.isEmpty else {
      throw InvalidPopulation(
        key: "eigenvalues", value: wrong.map { "\($0)" } ?? "none",
        problem: "variances must be positive and finite", remedy: "Leave out directions without variance")
    }
    try InvalidPopulation.check(magnitudes: sorted, key: "eigenvalues")
  }

  /// The tie at a cut through given values; a cut that cannot be is refused elsewhere.
  private static func givenTie(_ sorted: [Double], _ k: Int) -> EigenvalueTie {
    k > 0 && k <= sorted.count ? .given(sorted[k - 1]) : .given(sorted[0])
  }

  /// Column j is the axis order[j].
  private static func axes(_ order: [Int]) -> Matrix {
    var result = Matrix(rows: order.count, columns: order.count)
    for (column, row) in order.enumerated() { result[row, column] = 1 }
    return result
  }

  private static func targetKey(_ target: Target) -> String {
    if case .weights = target { "downstream.weights" } else { "rank" }
  }
}
