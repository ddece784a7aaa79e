import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// More columns than rows: the same answers from the rows' own span as from the columns.
@Suite struct WideRowsTests {
  private func example(_ rows: Int, _ columns: Int, seed: UInt64) -> (Matrix, [Double]) {
    var stream = RandomStream(seed: seed, purpose: 1)
    let factors = stream.normalMatrix(rows: rows, columns: 2)
    var x = stream.normalMatrix(rows: rows, columns: columns)
    let noise = stream.normals(rows)
    for i in 0..<rows {
      for j in 0..<columns {
        let signal = factors[i, 0] * (j % 3 == 0 ? 2 : 0) + factors[i, 1] * (j % 5 == 0 ? 1.5 : 0)
        x[i, j] = (signal + x[i, j]) * (j % 7 == 0 ? 10 : 1) + Double(j)
      }
    }
    return (x, (0..<rows).map { factors[$0, 0] + 0.5 * factors[$0, 1] + 0.3 * noise[$0] })
  }

  @Test func innerProductsStay() throws {
    let (x, _) = example(12, 40, seed: 1)
    let found = try SpanCoordinates(x)
    let centered = x.subtractingFromRows(x.columnMeans())
    let scaled = centered.scalingColumns(by: x.columnDeviations().map { 1 / $0 })
    for (own, rows) in [(found.plain, centered), (found.standardized, scaled)] {
      let expected = multiply(rows, rows, transposing: .right)
      #expect((multiply(own, own, transposing: .right) - expected).largestMagnitude < 1e-12 * expected.largestMagnitude)
    }
    for (own, moments) in zip(found.deviations, RowMoments(rows: x).covariance.diagonalEntries) {
      #expect(relativeDifference(own, moments.squareRoot()) < 1e-12)
    }
  }

  /// Ridge by rows = ridge by columns: penalty, leave-one-out errors and predictions.
  @Test(arguments: [1.0, 0.05]) func ridgeIsTheSame(scale: Double) throws {
    let (x, y) = example(24, 60, seed: 2)
    let own = Array(0..<18)
    let deviations = x.columnDeviations().map { $0 * scale }
    let primal = try RidgeHead(x.rows(at: own), labels: own.map { y[$0] }, deviations: deviations)
    let found = try SpanCoordinates(x)
    let rows = RidgeRows(plain: found.plain, standardized: (1 / scale) * found.standardized)
    let dual = try RidgeHead(rows.rows(at: own), labels: own.map { y[$0] })
    #expect(primal.isStandardized == dual.isStandardized && relativeDifference(primal.penalty, dual.penalty) < 1e-9)
    for (a, b) in zip(primal.leaveOneOutSquares, dual.leaveOneOutSquares) { #expect(relativeDifference(a, b) < 1e-8) }
    for (a, b) in zip(primal.predictions(x), dual.predictions(rows)) { #expect(abs(a - b) < 1e-9) }
    // The check sees another penalty's errors.
    let other = try RidgeHead(
      RidgeRows(plain: 2 * rows.plain, standardized: rows.plain).rows(at: own), labels: own.map { -y[$0] * y[$0] })
    #expect(zip(primal.leaveOneOutSquares, other.leaveOneOutSquares).contains { relativeDifference($0, $1) > 1e-3 })
  }

  /// A plan by the rows' span = one whose rows see as many columns as they are, in other coordinates: columns are turned.
  @Test func planIsTheSameInAnyCoordinates() throws {
    let (x, y) = example(40, 60, seed: 3)
    func plan(_ rows: Matrix) throws -> Plan {
      try Planner.plan(
        PlanRequest(
          unlabeled: rows.rows(0..<10), features: rows.rows(10..<40), labels: Array(y[10...]),
          methods: [PrincipalComponents(), FactorModel()], sizes: [1, 2, 3]))
    }
    // As many zero-mean columns as make the rows fewer than columns or not: 40 coordinates with 39 independent.
    let turned = try LQ.triangle(of: x.subtractingFromRows(x.columnMeans())).columns(0..<39)
    let (wide, narrow) = (try plan(x), try plan(turned))
    #expect(wide.columns == 60 && narrow.columns == 39)
    for (a, b) in zip(wide.candidates, narrow.candidates) where a.method != "none" && a.method != "ridge" {
      let (p, q) = (try #require(a.predictedRisk), try #require(b.predictedRisk))
      #expect(a.method == b.method && a.size == b.size && relativeDifference(p.estimate, q.estimate) < 1e-7)
      #expect(abs((a.parts?.pretraining ?? 0) - (b.parts?.pretraining ?? 0)) < 1e-7)
    }
  }

  /// Fisher's direction by rows and by columns.
  @Test func driftSeesTheSameDirection() throws {
    let (x, _) = example(30, 40, seed: 4)
    let (a, b) = (x.rows(0..<14), x.rows(14..<30))
    let wide = try DataChecks.classifier(a, b)
    // By columns, written out.
    let (one, other) = (RowMoments(rows: a), RowMoments(rows: b))
    let within = (14.0 / 30) * one.covariance + (16.0 / 30) * other.covariance
    let scales = within.diagonalEntries.map { 1 / $0.squareRoot() }
    let correlation = within.scalingRows(by: scales).scalingColumns(by: scales) + 0.1 * .identity(40)
    let difference = (0..<40).map { (one.mean[$0] - other.mean[$0]) * scales[$0] }
    let direct = zip(try Cholesky(correlation.symmetrized()).solve(difference), scales).map { $0 * $1 }
    let size = direct.map(abs).max()!
    for (p, q) in zip(wide, direct) { #expect(abs(p - q) < 1e-9 * size) }
  }

  @Test func componentsAreTheSame() throws {
    let (x, _) = example(20, 50, seed: 5)
    let (wide, narrow) = (
      try LeadingComponents(wide: x, count: 4), try LeadingComponents(RowMoments(rows: x), count: 4)
    )
    for (a, b) in zip(wide.variances, narrow.variances) { #expect(relativeDifference(a, b) < 1e-11) }
    #expect(relativeDifference(wide.totalVariance, narrow.totalVariance) < 1e-12)
    #expect(relativeDifference(try #require(wide.nextVariance), try #require(narrow.nextVariance)) < 1e-11)
    #expect((wide.directions - narrow.directions).largestMagnitude < 1e-7)
    let gram = multiply(wide.directions, wide.directions, transposing: .right)
    #expect((gram - .identity(4)).largestMagnitude < 1e-12)
    // Duplicated rows: directions stay orthonormal where nothing varies.
    let few = x.rows(at: [0, 0, 1, 1, 2, 2])
    let found = try LeadingComponents(wide: few, count: 5)
    let own = multiply(found.directions, found.directions, transposing: .right)
    #expect((own - .identity(5)).largestMagnitude < 1e-10 && found.variances[2] < 1e-10)
  }

  /// Backtests of wide rows end, and cells agree with the direct way for ridge.
  @Test func backtest() throws {
    let (x, y) = example(40, 80, seed: 6)
    let result = try Backtester.run(
      BacktestRequest(
        features: x, labels: y, methods: [PrincipalComponents(), PrincipalComponents(standardizes: true)],
        sizes: [1, 2],
        repeats: 2, seed: 1))
    #expect(result.cells.contains { $0.method == "ridge" } && result.cells.contains { $0.method == "pca-correlation" })
    #expect(result.cells.allSatisfy { $0.actual.isFinite && $0.actual > 0 })
  }
}
