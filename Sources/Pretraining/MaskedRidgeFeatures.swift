import LinearAlgebra
import MaskedRegression

/// Directions in which masked ridge regression predicts a row best from its own other columns.
///
///     A = I - P D⁻¹,  P = (X'X/m + λ)⁻¹,  D = diag P,   x'A = Σ_j λ_j (x'D^½ u_j) u_j'D^-½
///
/// with u_j the eigenvectors of the symmetric I - D^-½ P D^-½, minus the partial correlations; the features are x'D^½ u_j for the
/// k largest λ_j. Columns are centered and divided by their standard deviation; λ is the penalty of least leave-one-out error.
/// Symmetry O(k). Source: arXiv 2601.23208, section 2 (the predictor and its spectrum).
/// Cost: 9 d^3 flops and 12 penalties of 4 m d^2 for all sizes together.
public struct MaskedRidgeFeatures: PretrainingMethod {
  public let name = "masked"

  public init() {}

  public func largestSize(rows: Int, columns: Int) -> Int { rows > 2 && columns > 1 ? columns : 0 }

  /// Three passes over the rows. Memory: 5 d^2 numbers and three blocks. Throws `MaskedRegressionError`.
  public func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
    let moments = try RowMoments(reading: rows)
    let scales = moments.covariance.correlationScales
    let correlation = moments.covariance.scalingBothSides(by: scales).symmetrized()
    let penalty = try bestPenalty(rows)
    let inverse = try Cholesky(correlation + penalty * .identity(rows.columns)).inverse()
    let roots = inverse.diagonalEntries.map { $0.squareRoot() }
    let partial = inverse.scalingRows(by: roots.map { -1 / $0 }).scalingColumns(by: roots.map { 1 / $0 })
    let eigen = try SymmetricEigen(partial.symmetrized(), largest: sizes.max() ?? 0)
    let loadings = eigen.vectors.scalingRows(by: zip(roots, scales).map { $0 * $1 })
    return sizes.map { LinearRepresentation(center: moments.mean, loadings: loadings.columns(0..<$0)) }
  }

  private func bestPenalty(_ rows: any RowSource) throws -> Double {
    let path = MaskedPath(try SampleSpectrum(rows: rows, preparation: ColumnPreparation(centers: true, scales: true)))
    let errors = try path.errors(ridges: path.ridgeGrid(count: 12))
    let best = errors.min { ($0.leaveOneOutError ?? .infinity) < ($1.leaveOneOutError ?? .infinity) }
    return best!.ridge.value(0)
  }
}
