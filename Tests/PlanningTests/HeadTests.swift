import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// Least squares and ridge heads against refits.
struct HeadTests {
  private func example(_ rows: Int, _ columns: Int, seed: UInt64) -> (Matrix, [Double]) {
    var stream = RandomStream(seed: seed)
    let x = stream.normalMatrix(rows: rows, columns: columns)
    let noise = stream.normals(rows)
    return (x, (0..<rows).map { 3 + x[$0, 0] - 2 * x[$0, columns - 1] + noise[$0] * (1 + abs(x[$0, 1])) })
  }

  @Test func leaveOneOutOfLeastSquaresEqualsRefits() throws {
    let (x, y) = example(25, 4, seed: 1)
    let design = Slow.withIntercept(x)
    let head = try LeastSquaresHead(design, labels: y)
    let slow = try Slow.leaveOneOutSquares(
      count: 25,
      fit: { kept in
        let theta = try Slow.coefficients(design.rows(at: kept), kept.map { y[$0] })
        return { dot(design.row($0), theta) }
      }, labels: y)
    for (fast, slow) in zip(head.leaveOneOutSquares, slow) { #expect(relativeDifference(fast, slow) < 1e-10) }
  }

  @Test func leaveOneOutOfRidgeEqualsRefits() throws {
    let (x, y) = example(20, 30, seed: 2)
    let head = try RidgeHead(x, labels: y, deviations: [Double](repeating: 1, count: 30))
    let slow = try Slow.leaveOneOutSquares(
      count: 20,
      fit: { kept in
        let (slopes, intercept) = try Slow.ridge(x.rows(at: kept), kept.map { y[$0] }, penalty: head.penalty)
        return { dot(x.row($0), slopes) + intercept }
      }, labels: y)
    for (fast, slow) in zip(head.leaveOneOutSquares, slow) { #expect(relativeDifference(fast, slow) < 1e-9) }
    let (slopes, intercept) = try Slow.ridge(x, y, penalty: head.penalty)
    for (fast, slow) in zip(head.predictions(x), x * slopes) { #expect(abs(fast - slow - intercept) < 1e-9) }
  }

  @Test func ridgePenaltyIsTheBestOfTheGrid() throws {
    let (x, y) = example(40, 6, seed: 3)
    let head = try RidgeHead(x, labels: y, deviations: [Double](repeating: 1, count: 6))
    let best = head.leaveOneOutSquares.reduce(0, +)
    for factor in [0.1, 10] {
      let slow = try Slow.leaveOneOutSquares(
        count: 40,
        fit: { kept in
          let (slopes, intercept) = try Slow.ridge(x.rows(at: kept), kept.map { y[$0] }, penalty: head.penalty * factor)
          return { dot(x.row($0), slopes) + intercept }
        }, labels: y)
      #expect(slow.reduce(0, +) >= best)
    }
  }

  /// A duplicated and a constant column change nothing.
  @Test func redundantColumnsGetNoWeight() throws {
    let (x, y) = example(30, 3, seed: 4)
    let constant = Matrix(rows: 30, columns: 1, repeating: 7)
    let wide = x.joined(leftOf: x.columns(0..<1)).joined(leftOf: constant)
    let plain = try LeastSquaresHead(Slow.withIntercept(x), labels: y)
    let redundant = try LeastSquaresHead(Slow.withIntercept(wide), labels: y)
    #expect(redundant.rank == plain.rank)
    #expect(redundant.coefficients[5] == 0)
    for (a, b) in zip(plain.leaveOneOutSquares, redundant.leaveOneOutSquares) {
      #expect(relativeDifference(a, b) < 1e-8)
    }
  }

  /// The influence rows give the HC2 covariance (B'B)⁻¹ B' diag(e²/(1 - h)) B (B'B)⁻¹.
  @Test func influenceRowsGiveTheSandwich() throws {
    let (x, y) = example(30, 3, seed: 5)
    let design = Slow.withIntercept(x)
    let head = try LeastSquaresHead(design, labels: y)
    let bread = try Slow.pseudoInverse(design.gram())
    let meat = design.gram(weights: zip(head.residuals, head.leverages).map { $0 * $0 / (1 - $1) })
    let sandwich = multiply(multiply(bread, meat), bread)
    #expect(relativeDifference(head.influence(design).gram(), sandwich) < 1e-10)
  }

  /// Columns that are 1 in one row, one that is nearly so, and p near n: every row by a refit without it, whatever its
  /// leverage.
  @Test(arguments: [(30, 5), (14, 3)]) func rowsThatAreFittedExactlyAreLeftOutByRefitting(rows: Int, rare: Int) throws {
    var stream = RandomStream(seed: 6)
    var x = stream.normalMatrix(rows: rows, columns: 3 + rare)
    for i in 0..<rows { for j in 0..<rare { x[i, 3 + j] = i == j ? 1 : 0 } }
    x[rare, 3] = 1e-5
    let noise = stream.normals(rows)
    let y = (0..<rows).map { x[$0, 0] + (x[$0, 3] > 0.5 ? 5 : 1) * noise[$0] }
    let design = Slow.withIntercept(x)
    let head = try LeastSquaresHead(design, labels: y)
    let slow = try Slow.leaveOneOutSquares(
      count: rows,
      fit: { kept in
        let theta = try Slow.coefficients(design.rows(at: kept), kept.map { y[$0] })
        return { dot(design.row($0), theta) }
      }, labels: y)
    for (row, (fast, slow)) in zip(head.leaveOneOutSquares, slow).enumerated() {
      #expect(relativeDifference(fast, slow) < 1e-6, "row \(row): \(fast) for \(slow)")
    }
    #expect(head.leaveOneOutSquares[1] > 1e-4 && abs(head.residuals[1]) < 1e-9)
    // e²/(1 - h) and h/(1 - h) add up to the leave-one-out error.
    let risk = HeadRisk(head)
    #expect(relativeDifference(risk.noise + risk.labels, slow.reduce(0, +) / Double(rows)) < 1e-6)
  }
}
