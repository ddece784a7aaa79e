import Asymptotics
import Distributions
import LinearAlgebra

extension FactorAnalysisPopulation {
  /// A A' + Ψ.
  public var covariance: Matrix { multiply(loadings, loadings, transposing: .right) + .diagonal(noiseVariances) }

  /// σ² = labelNoise² + β'(I + A'Ψ⁻¹A)⁻¹β.
  public var noiseVariance: Double {
    labelNoise * labelNoise + dot(coefficients, posterior(coefficients))
  }

  /// (I + A'Ψ⁻¹A)⁻¹ v.
  private func posterior(_ v: [Double]) -> [Double] {
    let scaled = loadings.scalingRows(by: noiseVariances.map { 1 / $0.squareRoot() })
    guard let factor = try? Cholesky(scaled.gram() + .identity(factors)) else {
      preconditionFailure("I + A'A is positive definite")
    }
    return factor.solve(v)
  }

  /// Coefficients of f on x: Ψ⁻¹A (I + A'Ψ⁻¹A)⁻¹ β.
  public var target: [Double] { zip(loadings * posterior(coefficients), noiseVariances).map { $0 / $1 } }

  /// With one unknown variance s²: ||L(Z)||² = Σ_i β_i² s⁴ / (D_i (s² + D_i)) χ²_{d-k}, D the eigenvalues of A'A: features still
  /// span the leading principal directions, so that not knowing s² costs nothing. With diagonal noise: the moment matrices.
  /// Cost: d k^2 flops (common); 20 (d (k + 1))^3 (diagonal).
  /// Throws `LimitLawError.notIdentified` where diagonal noise and loadings are not determined by the covariance.
  public func law() throws -> LimitLaw {
    let isTargetZero = coefficients.allSatisfy { $0 == 0 }
    if noise == .diagonal {
      try checkIdentified()
      do {
        return try LimitLaw(moments: moments(), noiseVariance: noiseVariance, isTargetZero: isTargetZero)
      } catch LimitLawError.notAMinimum { throw LimitLawError.notIdentified(reason: Self.smallFactor) }
    }
    return LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: factors, baseDimension: downstream?.rank ?? dimension,
      interaction: try commonInteraction(), isTargetZero: isTargetZero)
  }

  /// d (d + 1)/2 covariances for d k - k (k - 1)/2 + d parameters. Source: Ledermann (1937).
  private func checkIdentified() throws {
    let (d, k) = (dimension, factors)
    guard (d - k) * (d - k) < d + k else { return }
    let most = (0..<k).last { (d - $0) * (d - $0) >= d + $0 } ?? 0
    throw LimitLawError.notIdentified(
      reason: "factor analysis is not identified: \(k) factors and a noise variance for each of \(d) columns are "
        + "\(d * k - k * (k - 1) / 2 + d) parameters for \(d * (d + 1) / 2) covariances; use at most \(most) factors, more "
        + "columns, or noise = \"common\"")
  }

  private static let smallFactor =
    "factor analysis is not identified at these loadings: other loadings and noise variances give the rows the same "
    + "covariance, as where a factor drives fewer than three columns; let every factor drive three columns or more, use fewer "
    + "factors, or noise = \"common\""

  private func commonInteraction() throws -> GeneralizedChiSquare {
    let (variance, dropped) = (noiseVariances[0], dimension - factors)
    let eigen = try SymmetricEigen(loadings.gram())
    let tilt = zip(eigen.vectors.transposedTimes(coefficients), eigen.values).reduce(0) {
      $0 + $1.0 * $1.0 * variance / ($1.1 * (variance + $1.1))
    }
    guard let downstreamCovariance else {
      return try GeneralizedChiSquare(terms: [.init(weight: tilt * variance, degreesOfFreedom: Double(dropped))])
    }
    return try SpanTilt.isotropic(variance: tilt, span: loadings, downstream: downstreamCovariance).interaction()
  }

  public var signalVariance: Double { dot(target, (downstreamCovariance ?? covariance) * target) }

  public var headEnergy: Double {
    get throws {
      let features = try Cholesky(covariance).solve(loadings)
      let moment = features.congruence(downstreamCovariance ?? covariance)
      return try moment.symmetrized().inverseEnergy(coefficients)
    }
  }

  public var columnEnergy: Double {
    get throws { try (downstreamCovariance ?? covariance).inverseEnergy(target) }
  }
}
