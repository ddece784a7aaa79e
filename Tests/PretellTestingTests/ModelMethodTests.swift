import Differentiation
import Geometry
import LinearAlgebra
import Planning
import Pretraining
import PretellTesting
import Randomness
import TestSupport
import Testing

/// ½||xx' - A'A||² less its constant: the span of the leading components about 0.
private struct OuterProductLoss: RowLossModel {
  let rank: Int
  let dimension: Int

  var symmetry: any Symmetry { OrthogonalSymmetry(rank: rank, dimension: dimension) }

  func loss<S: DifferentiableScalar>(of row: [Double], at w: [S]) -> S {
    let map = ScalarMatrix(rows: rank, columns: dimension, storage: w)
    let code = features(of: row, at: w)
    let fitted = code.reduce(S(0)) { $0 + $1.squared }
    let own = (map * map.transposed()).storage.reduce(S(0)) { $0 + $1.squared }
    return 0.5 * own - fitted
  }

  func features<S: DifferentiableScalar>(of row: [Double], at w: [S]) -> [S] {
    (0..<rank).map { i in innerProduct(Array(w[i * dimension..<(i + 1) * dimension]), row) }
  }
}

/// An own model goes into a plan.
@Suite struct ModelMethodTests {
  fileprivate static let method = ModelMethod("outer-product") { size, columns in
    OuterProductLoss(rank: size, dimension: columns)
  } start: { size, columns in
    Matrix.identity(columns).rows(0..<size).storage
  }

  /// On rows of mean 0 its features span what principal components do.
  @Test func spansTheComponents() throws {
    var stream = RandomStream(seed: 91)
    let drawn = stream.normalMatrix(rows: 400, columns: 5).scalingColumns(by: [2, 1.6, 0.8, 0.6, 0.5])
    let rows = drawn.subtractingFromRows(drawn.columnMeans())
    let own = try Self.method.fit(rows, sizes: [2])[0].features(of: rows)
    let components = try PrincipalComponents().fit(rows, sizes: [2])[0].features(of: rows)
    let slopes = try QR(components).leastSquares(own)
    #expect((own - components * slopes).largestMagnitude < 1e-6 * own.largestMagnitude)
  }

  /// It is a candidate like any other, and its labels part is theirs.
  @Test func planHasIt() throws {
    var stream = RandomStream(seed: 92)
    let drawn = stream.normalMatrix(rows: 400, columns: 5).scalingColumns(by: [2, 1.6, 0.8, 0.6, 0.5])
    let rows = drawn.subtractingFromRows(drawn.columnMeans())
    let labels = zip(rows.rows(320..<400) * [0.6, -0.5, 0, 0, 0], stream.normals(80)).map { $0 + $1 }
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<320), features: rows.rows(320..<400), labels: labels,
        methods: [PrincipalComponents(), Self.method], sizes: [2]))
    let (own, pca) = (plan.candidate("outer-product", size: 2)!, plan.candidate("pca", size: 2)!)
    #expect(own.parts!.pretraining != nil && relativeDifference(own.parts!.labels, pca.parts!.labels) < 0.02)
  }

  @Test func keepsItsPromises() throws {
    let problems = try check(Self.method)
    #expect(problems.isEmpty, "\(problems)")
  }
}
