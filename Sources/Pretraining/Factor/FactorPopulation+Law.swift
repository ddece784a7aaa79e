import Asymptotics
import Distributions
import LinearAlgebra

extension FactorPopulation {
  /// σ² = labelNoise² + β'(I + A'A)⁻¹β: what x cannot tell of y.
  public var noiseVariance: Double {
    labelNoise * labelNoise + zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 / (1 + $1.1) }
  }

  /// ||L(Z)||² = ||D⁻¹(I + D)^-½ U1'Aβ||² χ²_{d-k} when the labeled rows come from the same world; closed form, any d.
  ///
  /// This corrects Corollary 6.4, see `corollary64AsPrinted`. Cost: k operations, or 10 d^3 flops with a covariance of its own.
  /// Throws `InvalidPopulation` where a factor cannot be told from the noise in double precision.
  public func law() throws -> LimitLaw {
    try Self.check(weakest: strengths[strengths.count - 1], noise: 1, key: loadings == nil ? "strengths" : "loadings")
    return LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: strengths.count, baseDimension: downstream?.rank ?? dimension,
      interaction: try interaction(), isTargetZero: coefficients.allSatisfy { $0 == 0 }, warnings: warnings)
  }

  /// Variance of each entry of sqrt(m) B a: Σ_i β_i² / (D_i (1 + D_i)).
  private var tiltVariance: Double {
    zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 / ($1.1 * (1 + $1.1)) }
  }

  private func interaction() throws -> GeneralizedChiSquare {
    let dropped = dimension - strengths.count
    guard let downstreamCovariance else {
      return try GeneralizedChiSquare(terms: [.init(weight: tiltVariance, degreesOfFreedom: Double(dropped))])
    }
    let tilt = try SpanTilt.isotropic(variance: tiltVariance, span: fullLoadings, downstream: downstreamCovariance)
    return try tilt.interaction()
  }

  /// Corollary 6.4 as the paper prints it, without the factor D⁻¹: ||(I + D)^-½ U1'Aβ||² χ²_{d-k}.
  ///
  /// Its derivation takes the span of the features to stay put where it moves; simulation decides against it.
  public func corollary64AsPrinted() throws -> GeneralizedChiSquare {
    let weight = zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 * $1.1 / (1 + $1.1) }
    return try GeneralizedChiSquare(
      terms: [.init(weight: weight, degreesOfFreedom: Double(dimension - strengths.count))])
  }

  public func printedLaw() throws -> PrintedLaw? {
    PrintedLaw(
      statement: "Corollary 6.4", interaction: try corollary64AsPrinted(), priorBound: priorBound)
  }

  /// The last direction's tilt is (d - k) (1 + D_k) / D_k² / m.
  public func warnings(unlabeled: Int) -> [Warning] {
    guard let weakest = strengths.last else { return [] }
    return NearTie.warnings(
      tilt: Double(dimension - strengths.count) * (1 + weakest) / (weakest * weakest), unlabeled: unlabeled,
      values: "variances \(1 + weakest) and 1")
  }

  private var warnings: [Warning] {
    guard let weakest = strengths.last, weakest < 0.1 else { return [] }
    return [
      Warning(
        code: "weak-factor",
        message: "The weakest factor's strength \(weakest) is small against the unit noise: "
          + "its direction is found only from many rows, and the law holds late.",
        remedy: "Check with 'pretell simulate', or drop the factor.")
    ]
  }

  /// β'A'KAβ = Σ β_i² D_i / (1 + D_i) in the rows' own world.
  public var signalVariance: Double {
    let target = targetDirection
    guard let downstreamCovariance else {
      return zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 * $1.1 / (1 + $1.1) }
    }
    return dot(target, downstreamCovariance * target)
  }

  /// Features A'(I + A A')⁻¹x.
  public var headEnergy: Double {
    get throws {
      guard let downstreamCovariance else {
        return zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 * (1 + $1.1) / $1.1 }
      }
      let a = fullLoadings
      let features = a * (try Cholesky(a.gram() + .identity(strengths.count)).inverse())
      let head = try headInLoadingBasis()
      return try features.congruence(downstreamCovariance).symmetrized().inverseEnergy(head)
    }
  }

  public var columnEnergy: Double {
    get throws {
      guard let downstreamCovariance else {
        // A'(I + A A')⁻³A = D (1 + D)⁻³.
        return zip(coefficients, strengths).reduce(0) {
          let total = 1 + $1.1
          return $0 + $1.0 * $1.0 * $1.1 / (total * total * total)
        }
      }
      return try downstreamCovariance.inverseEnergy(targetDirection)
    }
  }

  /// f(x) = targetDirection'x.
  var targetDirection: [Double] {
    let inBasis = zip(coefficients, strengths).map { $0 / (1 + $1) }
    guard let loadings else {
      var result = [Double](repeating: 0, count: dimension)
      for (place, (value, strength)) in zip(places, zip(inBasis, strengths)) {
        result[place] = strength.squareRoot() * value
      }
      return result
    }
    // Columns of A V are orthogonal with squared norms D.
    guard let eigen = try? SymmetricEigen(loadings.gram()) else { return loadings * inBasis }
    return loadings * (eigen.vectors * inBasis)
  }
}

extension FactorPopulation {
  /// B⁴ k + B¹² (B⁴ + s_min(A)⁻⁴) d n/m, B = max(‖A‖, ‖β‖, 1): Ge et al. (2024), Theorem 4.4.
  public var priorBound: PriorBound {
    let beta = coefficients.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let b = max(strengths[0].squareRoot(), beta, 1)
    let (fourth, weakest) = (b * b * b * b, strengths[strengths.count - 1])
    return PriorBound(
      source: "Ge et al. 2024, Theorem 4.4", labelTerm: fourth * Double(strengths.count),
      interaction: fourth * fourth * fourth * (fourth + 1 / (weakest * weakest)) * Double(dimension))
  }
}
