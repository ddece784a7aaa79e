import LinearAlgebra

/// Principal components of the rows, centered: features U_k'(x - mean), U_k the leading eigenvectors of the covariance.
///
/// Minimizes ½ E||xx' - A'A||² over k x d matrices A; symmetry O(k).
/// Cost: rows d^2 flops for the covariance, 4/3 d^3 for the eigenvectors of all sizes together.
public struct PrincipalComponents: MomentsMethod {
  /// `pca`, or `pca-correlation` when every column is divided by its standard deviation first.
  public var name: String { standardizes ? "pca-correlation" : "pca" }
  public let standardizes: Bool

  public init(standardizes: Bool = false) { self.standardizes = standardizes }

  public var innerProducts: InnerProducts? { standardizes ? .ofStandardizedRows(PrincipalComponents()) : .ofRows }

  public func largestSize(rows: Int, columns: Int) -> Int { max(0, min(rows - 1, columns)) }

  public func fit(_ moments: RowMoments, sizes: [Int]) throws -> [any Representation] {
    if standardizes {
      let scales = moments.covariance.correlationScales
      let correlation = moments.covariance.scalingBothSides(by: scales)
      let eigen = try SymmetricEigen(correlation.symmetrized(), largest: sizes.max() ?? 0)
      return sizes.map { size in
        LinearRepresentation(
          center: moments.mean, loadings: eigen.vectors.columns(0..<size).scalingRows(by: scales))
      }
    }
    let eigen = try SymmetricEigen(moments.covariance, largest: sizes.max() ?? 0)
    return sizes.map { size in
      LinearRepresentation(center: moments.mean, loadings: eigen.vectors.columns(0..<size))
    }
  }
}
