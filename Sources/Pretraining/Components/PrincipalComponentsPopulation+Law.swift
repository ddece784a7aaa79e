import Asymptotics
import Distributions
import LinearAlgebra

extension PrincipalComponentsPopulation {
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
    let pull = eigenvalues.indices[rank...].map { b in
      mean[b] * (0..<rank).reduce(0) { $0 + weights[$1] * mean[$1] / (eigenvalues[$1] - eigenvalues[b]) }
    }
    return own - 2 * .outerProduct(pull)
  }

  /// ||L(Z)||² = Σ_{b>k} λ_b² Σ_{a<=k} w_a² λ_a / (λ_a - λ_b)² χ²_1 when the labeled rows come from the same world.
  ///
  /// Centring adds an intercept to what the head fits (d_eff = k + 1, d_base = d + 1) and changes nothing else.
  /// A downstream covariance may be singular in dropped directions; d_base is then its rank.
  /// Cost: k d operations, or 10 d^3 flops without centring or with a covariance of its own.
  public func law() throws -> LimitLaw {
    let intercept = centering == .sampleMean ? 1 : 0
    return LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: rank + intercept,
      baseDimension: try columnRank() + intercept, interaction: try interaction(),
      isTargetZero: weights.allSatisfy { $0 == 0 }, warnings: hasAmbiguousWeights ? [Self.ambiguousWeights] : [])
  }

  /// How many directions the labeled rows vary in, as the head sees them.
  private func columnRank() throws -> Int {
    guard let downstream else { return dimension }
    guard case .none = centering, downstream.rank < dimension, let downstreamMoment else { return downstream.rank }
    return try DownstreamCovariance(downstreamMoment, dimension: dimension).rank
  }

  private static let ambiguousWeights = Warning(
    code: "ambiguous-weights",
    message: "Eigenvalues that are kept tie among themselves, and this law depends on the weight of each direction: "
      + "which directions the weights belong to is not determined.",
    remedy: "Give the target by downstream.coefficients on the columns, and rank.")

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

  var frame: Matrix { eigenvectors ?? .identity(dimension) }

  /// Of labeled rows, as the head sees them; nil when it is U diag(λ) U'.
  private var downstreamMoment: Matrix? {
    guard let downstreamCovariance else { return nil }
    guard case .none(let mean) = centering else { return downstreamCovariance }
    return downstreamCovariance + .outerProduct(mean)
  }

  private var retainedMoment: Matrix {
    downstreamMoment.map { frame.columns(0..<rank).congruence($0) } ?? .diagonal(Array(eigenvalues[0..<rank]))
  }

  public var signalVariance: Double { dot(weights, retainedMoment * weights) }

  /// Features U_k'x.
  public var headEnergy: Double {
    get throws { try retainedMoment.symmetrized().inverseEnergy(weights) }
  }

  public var columnEnergy: Double {
    get throws {
      guard let moment = downstreamMoment else {
        return zip(weights, eigenvalues).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
      }
      return try moment.inverseEnergy(frame.columns(0..<rank) * weights)
    }
  }

  /// The last direction's tilt is Σ_b λ_k λ_b / (λ_k - λ_b)² / m.
  public func warnings(unlabeled: Int) -> [Warning] {
    let last = eigenvalues[rank - 1]
    return NearTie.warnings(
      tilt: eigenvalues[rank...].reduce(0) { $0 + last * $1 / ((last - $1) * (last - $1)) }, unlabeled: unlabeled,
      values: "eigenvalues \(last) and \(eigenvalues[rank])")
  }
}
