import LinearAlgebra

/// The factor model x = mean + A h + noise with noise of one variance in every column (probabilistic PCA):
/// features A'(A A' + s² I)⁻¹ (x - mean), the posterior mean of h up to the noise's units.
///
/// Maximum likelihood: A A' = U_k diag((l_i - s²)₊) U_k' from the sample covariance's eigenvalues l_i. The features span the
/// same space as the first k principal components, so with a least-squares head both give the same predictions.
/// Source: Tipping and Bishop (1999); arXiv 2603.27631, section 6.2 (unit noise).
/// Cost: rows d^2 + 4/3 d^3 flops for all sizes together.
public struct FactorModel: MomentsMethod {
  /// What is known of the noise's variance s².
  public enum Noise: Sendable, Equatable {
    /// s² = 1, as in the paper.
    case unit
    /// s² is the mean of the eigenvalues left out.
    case common
    /// Every column has a variance of its own, in the place of s² I: factor analysis.
    case diagonal
  }

  public var name: String {
    switch noise {
    case .unit: "factor-unit"
    case .common: "factor"
    case .diagonal: "factor-analysis"
    }
  }
  public let noise: Noise

  public init(noise: Noise = .common) { self.noise = noise }

  /// Noise of one variance leaves the span to the leading eigenvectors.
  public var innerProducts: InnerProducts? { noise == .diagonal ? nil : .ofRows }

  public func largestSize(rows: Int, columns: Int) -> Int { max(0, min(rows - 1, columns - 1)) }

  public func fit(_ moments: RowMoments, sizes: [Int]) throws -> [any Representation] {
    if noise == .diagonal {
      return try sizes.map { size in
        LinearRepresentation(
          center: moments.mean,
          loadings: try DiagonalFactorFit(covariance: moments.covariance, factors: size).features())
      }
    }
    let eigen = try SymmetricEigen(moments.covariance, largest: sizes.max() ?? 0)
    return sizes.map { size in
      let variance = noiseVariance(eigen, total: moments.covariance.trace, size: size)
      let scales = eigen.values[0..<size].map { value in
        let strength = max(value - variance, 0)
        return strength.squareRoot() / (strength + variance)
      }
      return LinearRepresentation(
        center: moments.mean, loadings: eigen.vectors.columns(0..<size).scalingColumns(by: scales))
    }
  }

  private func noiseVariance(_ eigen: SymmetricEigen, total: Double, size: Int) -> Double {
    switch noise {
    case .unit: 1
    case .common, .diagonal: max(total - eigen.values[0..<size].reduce(0, +), 0) / Double(eigen.vectors.rows - size)
    }
  }
}
