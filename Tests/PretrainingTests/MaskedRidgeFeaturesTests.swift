import LinearAlgebra
import MaskedRegression
import Pretraining
import Randomness
import TestSupport
import Testing

/// Directions that masked ridge regression predicts.
struct MaskedRidgeFeaturesTests {
  private static func rows(_ count: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    let hidden = stream.normalMatrix(rows: count, columns: 2)
    let loadings = Matrix([[2, 2, 2, 2, 0, 0, 0], [0, 0, 0, 0, 1, -1, 1]])
    return multiply(hidden, loadings) + stream.normalMatrix(rows: count, columns: 7)
  }

  /// x'A applied to standardized rows only stretches each feature: A and the features share their eigenvectors.
  @Test func featuresAreEigenvectorsOfThePredictor() throws {
    let rows = Self.rows(400, seed: 81)
    let found = try MaskedRidgeFeatures().fit(rows, sizes: [7])[0] as! LinearRepresentation
    let moments = RowMoments(rows: rows)
    let scales = moments.covariance.diagonalEntries.map { 1 / $0.squareRoot() }
    let standardized = rows.subtractingFromRows(moments.mean).scalingColumns(by: scales)
    let loadings = found.loadings.scalingRows(by: scales.map { 1 / $0 })
    // The penalty is not part of the answer: any A of the family for which the loadings are right eigenvectors must be it.
    let best = try MaskedPath(SampleSpectrum(rows: standardized)).errors(
      ridges: MaskedPath(SampleSpectrum(rows: standardized)).ridgeGrid(count: 12)
    ).min { $0.leaveOneOutError! < $1.leaveOneOutError! }!.ridge
    let correlation = (1 / 399.0) * standardized.gram()
    let inverse = try Cholesky(correlation + best.value(0) * .identity(7)).inverse()
    let predictor =
      Matrix.identity(7) - inverse.scalingColumns(by: inverse.diagonalEntries.map { 1 / $0 })
    let image = predictor * loadings
    for j in 0..<7 {
      let (own, other) = (loadings.column(j), image.column(j))
      let eigenvalue = dot(own, other) / dot(own, own)
      for i in 0..<7 {
        #expect(abs(other[i] - eigenvalue * own[i]) < 1e-3 * abs(eigenvalue) * dot(own, own).squareRoot() + 1e-3)
      }
    }
  }

  /// The strongest common factor comes first, and the last direction is one nobody can predict.
  @Test func commonFactorsComeFirst() throws {
    let rows = Self.rows(4000, seed: 82)
    let found = try MaskedRidgeFeatures().fit(rows, sizes: [1, 2])
    let first = (found[0] as! LinearRepresentation).loadings.column(0)
    for j in 1..<4 { #expect(abs(first[j] / first[0] - 1) < 0.2) }
    for j in 4..<7 { #expect(abs(first[j]) < 0.2 * abs(first[0])) }
    let second = (found[1] as! LinearRepresentation).loadings.column(1)
    #expect(second[4] * second[5] < 0 && second[4] * second[6] > 0)
  }

  /// Units do not matter.
  @Test func unitsDoNotMatter() throws {
    let rows = Self.rows(300, seed: 83)
    let scaled = rows.scalingColumns(by: [1, 100, 1, 0.01, 1, 1, 10])
    let (a, b) = (
      try MaskedRidgeFeatures().fit(rows, sizes: [2])[0].features(of: rows),
      try MaskedRidgeFeatures().fit(scaled, sizes: [2])[0].features(of: scaled)
    )
    for j in 0..<2 {
      let sign = a[0, j] * b[0, j] > 0 ? 1.0 : -1
      for i in 0..<300 { #expect(abs(a[i, j] - sign * b[i, j]) < 1e-8) }
    }
  }
}
