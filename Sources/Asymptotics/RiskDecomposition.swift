import LinearAlgebra

/// The exact excess risk of a fitted representation and a least-squares head, averaged over label noise:
///
///     R - σ² = ||(I - Π_w) f||²  +  ||Π_{w,n} f - Π_w f||²  +  (σ²/n) tr(Σ(w) Σ_n(w)⁺)
///              representation        leakage                   variance
///
/// Holds at every n, for any w; no labels need to be drawn. Source: arXiv 2603.27631, Proposition B.1.
public struct RiskDecomposition: Sendable, Equatable {
  /// What the span of the features cannot express of the target.
  public let representation: Double
  /// What that rest does to the fitted head.
  public let leakage: Double
  /// What label noise does to the fitted head.
  public let variance: Double

  public init(representation: Double, leakage: Double, variance: Double) {
    self.representation = representation
    self.leakage = leakage
    self.variance = variance
  }

  /// R - σ².
  public var excessRisk: Double { representation + leakage + variance }

  /// The decomposition for features and target with joint second moment `population` and, over n labeled rows, `sample`;
  /// both (p + 1) x (p + 1), the target last. Minimum-norm head, or Σ (y - θ'ψ)² + n θ'diag(penalty)θ. Cost: about 20 p^3 flops.
  ///
  /// Where `sample` has one more row and column for the label noise, the noise counts as drawn instead of averaged over: the
  /// variance part is then what is left of the excess risk, and may be negative.
  public init(
    population: Matrix, sample: Matrix, labeledRows n: Int, noiseVariance: Double, penalty: [Double]? = nil
  ) throws {
    precondition(
      population.isSquare && sample.isSquare && population.rows > 0
        && (sample.rows == population.rows || sample.rows == population.rows + 1),
      "moments of \(population.rows) and \(sample.rows) rows")
    let p = population.rows - 1
    let featureBlock = population.rows(0..<p).columns(0..<p)
    let cross = (0..<p).map { population[$0, p] }
    let design = sample.rows(0..<p).columns(0..<p)
    let response =
      try penalty.map { try Cholesky(design + .diagonal($0)).inverse() }
      ?? SymmetricEigen(design).pseudoInverse(relativeTolerance: 1e-12)
    let inverse = try SymmetricEigen(featureBlock).pseudoInverse(relativeTolerance: 1e-12)
    let best = inverse * cross
    /// Σ-norm of the fitted head's distance from the best one, for labels with this sample moment against the features.
    func distance(_ moment: [Double]) -> Double {
      let difference = zip(response * moment, best).map { $0 - $1 }
      return dot(difference, featureBlock * difference)
    }
    let noiseless = (0..<p).map { sample[$0, p] }
    let leakage = distance(noiseless)
    let isDrawn = sample.rows > population.rows
    self.init(
      representation: max(population[p, p] - dot(cross, best), 0), leakage: leakage,
      variance: isDrawn
        ? distance((0..<p).map { noiseless[$0] + sample[$0, p + 1] }) - leakage
        : noiseVariance / Double(n)
          * traceOfProduct(
            featureBlock, penalty == nil ? response : multiply(multiply(response, design), response)))
  }
}
