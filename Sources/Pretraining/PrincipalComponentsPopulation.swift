import Asymptotics
import Distributions
import LinearAlgebra
import Randomness

/// Principal components of Gaussian rows, the first k directions kept; target f(x) = Σ_{a<=k} w_a u_a'x.
///
/// The directions are eigenvectors of Σ for rows of known mean 0 and with centring, of Σ + μμ' without centring; `eigenvalues`
/// are those of that matrix. Source: theory of principal components under arXiv 2603.27631, Theorem 5.1 (not a case study of the
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
  /// Covariance of the labeled rows' x where it differs from Σ.
  public let downstreamCovariance: Matrix?

  /// Rank of the representation: k.
  public var rank: Int { weights.count }
  public var dimension: Int { eigenvalues.count }
  public var noiseVariance: Double { labelNoise * labelNoise }

  /// Σ = diag(eigenvalues).
  public init(
    eigenvalues: [Double], weights: [Double], labelNoise: Double, centering: Centering = .knownMean,
    downstreamCovariance: Matrix? = nil
  ) throws {
    guard case .none = centering else {
      try self.init(
        sorted: eigenvalues.sorted(by: >), eigenvectors: nil, weights: weights, labelNoise: labelNoise,
        centering: centering, downstreamCovariance: downstreamCovariance)
      return
    }
    try Self.check(sorted: eigenvalues.sorted(by: >))
    try self.init(
      covariance: .diagonal(eigenvalues), weights: weights, labelNoise: labelNoise, centering: centering,
      downstreamCovariance: downstreamCovariance)
  }

  /// Any covariance. Cost: 9 d^3 flops.
  public init(
    covariance: Matrix, weights: [Double], labelNoise: Double, centering: Centering = .knownMean,
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
      moment = moment + multiply(Matrix.column(mean), Matrix.column(mean), transposing: .right)
    }
    let eigen = try SymmetricEigen(moment)
    try self.init(
      sorted: eigen.values, eigenvectors: eigen.vectors, weights: weights, labelNoise: labelNoise,
      centering: centering, downstreamCovariance: downstreamCovariance)
  }

  /// Keys: `eigenvalues` or `covariance` (of the rows about their mean); `rank`; `center` (true: about the sample mean, with an
  /// intercept; false with `mean`: about 0 although the mean is not); `downstream.weights`, `.noise`, `.covariance`.
  public init(instance: some InstanceValues) throws {
    let weights = try instance.required(
      "downstream.weights", instance.doubles("downstream.weights"), "one weight for each retained component")
    let (noise, shifted) = (try instance.labelNoise(), try instance.matrix("downstream.covariance"))
    let centering = try Self.centering(instance)
    if let rank = try instance.integer("rank"), rank != weights.count {
      throw InvalidPopulation(
        key: "downstream.weights", value: "\(weights.count) values", problem: "rank is \(rank)",
        remedy: "Give one weight for each retained component")
    }
    if let covariance = try instance.matrix("covariance") {
      try self.init(
        covariance: covariance, weights: weights, labelNoise: noise, centering: centering,
        downstreamCovariance: shifted)
      return
    }
    try self.init(
      eigenvalues: try instance.required(
        "eigenvalues", instance.doubles("eigenvalues"), "variances, or covariance instead"),
      weights: weights, labelNoise: noise, centering: centering, downstreamCovariance: shifted)
  }

  private static func centering(_ instance: some InstanceValues) throws -> Centering {
    let (center, mean) = (try instance.bool("center"), try instance.doubles("mean"))
    if center == true { return .sampleMean }
    guard let mean else { return .knownMean }
    guard center == false else {
      throw InvalidPopulation(
        key: "mean", value: "\(mean.count) values", problem: "it must be clear what is done about it",
        remedy: "Add center = true (subtract the sample mean) or center = false (leave the rows as they are)")
    }
    return .none(mean: mean)
  }

  private init(
    sorted: [Double], eigenvectors: Matrix?, weights: [Double], labelNoise: Double, centering: Centering,
    downstreamCovariance: Matrix?
  ) throws {
    try Self.check(sorted: sorted)
    guard !weights.isEmpty, weights.count < sorted.count, weights.allSatisfy(\.isFinite) else {
      throw InvalidPopulation(
        key: "downstream.weights", value: "\(weights.count) values",
        problem: "between 1 and \(sorted.count - 1) components can be kept of \(sorted.count)",
        remedy: "Give one finite weight for each retained component")
    }
    guard sorted[weights.count - 1] > sorted[weights.count] else {
      throw InvalidPopulation(
        key: "rank", value: "\(weights.count)",
        problem: "eigenvalues \(weights.count) and \(weights.count + 1) are both \(sorted[weights.count])",
        remedy: "Cut where consecutive eigenvalues differ")
    }
    try InvalidPopulation.check(noise: labelNoise)
    if let downstreamCovariance {
      try InvalidPopulation.check(
        covariance: downstreamCovariance, key: "downstream.covariance", dimension: sorted.count)
    }
    eigenvalues = sorted
    self.eigenvectors = eigenvectors
    self.weights = weights
    self.labelNoise = labelNoise
    self.centering = centering
    self.downstreamCovariance = downstreamCovariance
  }

  private static func check(sorted: [Double]) throws {
    guard let smallest = sorted.last, smallest > 0, sorted[0].isFinite else {
      throw InvalidPopulation(
        key: "eigenvalues", value: sorted.last.map { "\($0)" } ?? "none",
        problem: "variances must be positive and finite", remedy: "Leave out directions without variance")
    }
  }

  // MARK: the law

  /// Variance of entry b of sqrt(m) B w: Σ_a w_a² λ_a λ_b / (λ_a - λ_b)².
  private var tiltVariances: [Double] {
    eigenvalues[rank...].map { dropped in
      zip(weights, eigenvalues).reduce(0) { sum, pair in
        let gap = pair.1 - dropped
        return sum + pair.0 * pair.0 * pair.1 * dropped / (gap * gap)
      }
    }
  }

  /// U'μ without centring, else nil.
  private var meanInFrame: [Double]? {
    guard case .none(let mean) = centering else { return nil }
    return eigenvectors?.transposedTimes(mean) ?? mean
  }

  /// Covariance of sqrt(m) B w. Rows of mean ν (in the frame U) have fourth moments M_ij M_kl + M_ik M_jl + M_il M_jk
  /// - 2 ν_i ν_j ν_k ν_l, so that without centring g g' with g_b = ν_b Σ_a w_a ν_a / (λ_a - λ_b) goes off twice.
  private var tiltCovariance: Matrix {
    let own = Matrix.diagonal(tiltVariances)
    guard let mean = meanInFrame else { return own }
    let pull = Matrix.column(
      eigenvalues.indices[rank...].map { b in
        mean[b] * (0..<rank).reduce(0) { $0 + weights[$1] * mean[$1] / (eigenvalues[$1] - eigenvalues[b]) }
      })
    return own - 2 * multiply(pull, pull, transposing: .right)
  }

  /// ||L(Z)||² = Σ_{b>k} λ_b² Σ_{a<=k} w_a² λ_a / (λ_a - λ_b)² χ²_1 when the labeled rows come from the same world.
  ///
  /// Centring adds an intercept to what the head fits (d_eff = k + 1, d_base = d + 1) and changes nothing else.
  /// Cost: k d operations, or 10 d^3 flops without centring or with a covariance of its own.
  public func law() throws -> LimitLaw {
    let intercept = centering == .sampleMean ? 1 : 0
    return LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: rank + intercept, baseDimension: dimension + intercept,
      interaction: try interaction())
  }

  private func interaction() throws -> GeneralizedChiSquare {
    guard let moment = downstreamMoment else {
      guard meanInFrame == nil else {
        return try SpanTilt(covariance: tiltCovariance, cost: .diagonal(Array(eigenvalues[rank...]))).interaction()
      }
      return try GeneralizedChiSquare(weights: zip(tiltVariances, eigenvalues[rank...]).map { $0 * $1 })
    }
    let cost = try SpanTilt.conditional(
      moment, retained: frame.columns(0..<rank), dropped: frame.columns(rank..<dimension))
    return try SpanTilt(covariance: tiltCovariance, cost: cost).interaction()
  }

  private var frame: Matrix { eigenvectors ?? .identity(dimension) }

  /// Of labeled rows, as the head sees them; nil when it is U diag(λ) U'.
  private var downstreamMoment: Matrix? {
    guard let downstreamCovariance else { return nil }
    guard case .none(let mean) = centering else { return downstreamCovariance }
    return downstreamCovariance + multiply(Matrix.column(mean), Matrix.column(mean), transposing: .right)
  }

  private var retainedMoment: Matrix {
    downstreamMoment.map { frame.columns(0..<rank).congruence($0) } ?? .diagonal(Array(eigenvalues[0..<rank]))
  }

  public var signalVariance: Double { dot(weights, retainedMoment * weights) }

  /// Features U_k'x.
  public var headEnergy: Double {
    get throws { dot(weights, try Cholesky(retainedMoment.symmetrized()).solve(weights)) }
  }

  /// The last direction's tilt is Σ_b λ_k λ_b / (λ_k - λ_b)² / m.
  public func warnings(unlabeled: Int) -> [Warning] {
    let last = eigenvalues[rank - 1]
    return NearTie.warnings(
      tilt: eigenvalues[rank...].reduce(0) { $0 + last * $1 / ((last - $1) * (last - $1)) }, unlabeled: unlabeled,
      values: "eigenvalues \(last) and \(eigenvalues[rank])")
  }

  // MARK: sampling

  /// Gaussian rows of this world with their labels. Cost: count d^2 flops.
  public func sample(_ count: Int, using stream: inout RandomStream) throws -> (rows: Matrix, labels: [Double]) {
    let task = try task()
    var rows = multiply(stream.normalMatrix(rows: count, columns: dimension), task.root, transposing: .right)
    if let mean = task.mean { rows = rows.subtractingFromRows(mean.map { -$0 }) }
    return (rows, zip(rows * task.target, stream.normals(count)).map { $0 + labelNoise * $1 })
  }

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    let rank = rank
    return try task().replicate(experiment, using: &stream) { moment in
      try SymmetricEigen(moment, largest: rank).vectors
    }
  }

  private func task() throws -> LinearExperiment {
    var (root, mean): (Matrix, [Double]?) = (frame.scalingColumns(by: eigenvalues.map { $0.squareRoot() }), nil)
    if case .none(let given) = centering {
      let column = Matrix.column(given)
      let moment = multiply(frame.scalingColumns(by: eigenvalues), frame, transposing: .right)
      (root, mean) = (
        try Cholesky((moment - multiply(column, column, transposing: .right)).symmetrized()).factor, given
      )
    }
    return LinearExperiment(
      root: root, downstreamRoot: try downstreamCovariance.map { try Cholesky($0).factor } ?? root,
      target: frame.columns(0..<rank) * weights, noiseVariance: noiseVariance, mean: mean,
      isCentered: centering == .sampleMean)
  }
}
