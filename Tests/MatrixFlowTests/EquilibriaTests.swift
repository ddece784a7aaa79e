import Foundation
import LinearAlgebra
import MatrixFlow
import Randomness
import TestSupport
import Testing

@Suite struct EquilibriaTests {
  /// Counts, loss, index and nullity of the reference file: λ = (3, 2, 1, 0, -0.5), r = 2 and 4.
  @Test func referenceValues() throws {
    let rows = try FlowReference().section("equilibria")["equilibria_lam_3_2_1_0_-0.5"] as! [[String: Any]]
    #expect(rows.count == 8)
    for row in rows {
      let all = Equilibria(eigenvalues: [3, 2, 1, 0, -0.5], columns: row["r"] as! Int)
      let held = (row["S"] as! [Int]).map { $0 - 1 }
      let found = try #require(all.first { $0.held == held })
      #expect(found.loss == row["f"] as! Double)
      #expect(found.index == row["index"] as! Int)
      #expect(found.nullity == row["nullity"] as! Int)
    }
  }

  /// Spectrum, index and kind against the assembled Jacobian, at every equilibrium of several targets.
  @Test(arguments: [
    ([3.0, 2, 1, 0, -0.5], 2), ([3, 2, 1, 0, -0.5], 4), ([2, 2, 1], 2), ([2, 2, 1, 0, 0], 3), ([-1, -2], 2),
    ([1, 0.5], 1),
  ])
  func jacobianSpectra(_ values: [Double], _ columns: Int) throws {
    var stream = RandomStream(seed: 1)
    for equilibrium in Equilibria(eigenvalues: values, columns: columns) {
      var x = Matrix(rows: values.count, columns: columns)
      for (column, position) in equilibrium.held.enumerated() { x[position, column] = values[position].squareRoot() }
      let turn = try QR(stream.normalMatrix(rows: columns, columns: columns)).q
      let brute = try SymmetricEigen.values(of: jacobian(at: x * turn, target: .diagonal(values)))
      let formula = equilibrium.jacobianSpectrum.flatMap { [Double](repeating: $0.value, count: $0.multiplicity) }
      #expect(formula.count == brute.count)
      #expect(zip(formula, brute).allSatisfy { abs($0 - $1) < 1e-13 }, "\(equilibrium.held)")
      #expect(equilibrium.index == brute.count { $0 > 1e-9 })
      #expect((equilibrium.kind == .globalMinimum) == (equilibrium.index == 0))
      let p = multiply(x, x, transposing: .right)
      #expect(abs(equilibrium.loss - 0.25 * (p - .diagonal(values)).squaredFrobeniusNorm) < 1e-14)
    }
  }

  /// Σ_{s ≤ r} C(k₊, s), each once, by increasing loss.
  @Test func countsAndOrder() {
    for (values, columns, count) in [
      ([5.0, 4, 3, 2, 1, -1], 3, 1 + 5 + 10 + 10), ([5, 4, 3, 2, 1, -1], 6, 32), ([2, 2, 1], 2, 5), ([-1, 0], 2, 1),
    ] {
      let all = Equilibria(eigenvalues: values, columns: columns)
      let found = Array(all)
      #expect(found.count == count && all.count == Double(count))
      #expect(Set(found.map(\.held)).count == count)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.loss <= $1.loss + 1e-14 })
      #expect(found[0].kind == .globalMinimum)
    }
  }

  /// 2^200 of them: the first ones come at once.
  @Test func streamsFromExponentiallyMany() {
    let all = Equilibria(eigenvalues: (1...200).map { 1 + 0.01 * Double($0) }, columns: 200)
    #expect(relativeDifference(all.count, pow(2, 200)) < 1e-12)
    let first = Array(all.prefix(1000))
    #expect(first.count == 1000 && zip(first, first.dropFirst()).allSatisfy { $0.loss <= $1.loss + 1e-12 })
  }

  /// Starts on stable manifolds of saddles end there: exact zeros stay zero.
  @Test func limitsOfStructuredStarts() throws {
    let flow = try FlowCase.d.flow()
    #expect(!flow.limit.isGlobalMinimum)
    #expect(zip(flow.limit.eigenvalues, [2, 1]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(flow.limit.rankTest.found == 1 && flow.limit.rankTest.required == 2)
    #expect(relativeDifference(try flow.product(at: 1e7), flow.limit.product) < 1e-12)
    #expect(flow.limitEquilibrium.kind == .strictSaddle)
    #expect(abs(flow.limitEquilibrium.loss - flow.limit.loss) < 1e-13)
    // Noise that is no rounding leaves the saddle.
    var stream = RandomStream(seed: 1)
    let noisy = try FactorizationFlow(
      start: FlowCase.d.start + 1e-9 * stream.normalMatrix(rows: 4, columns: 2), target: FlowCase.d.target)
    #expect(noisy.limit.isGlobalMinimum)
  }

  /// Σ λ Π_λ against a long integration in time by the flow itself, for random structured starts.
  @Test(arguments: UInt64(0)..<20) func limitIsReached(_ seed: UInt64) throws {
    let flow = try PropertyTests.random(seed)
    let late = try flow.product(at: 1e7)
    #expect((late - flow.limit.product).largestMagnitude < 1e-6 * (1 + late.largestMagnitude), "seed \(seed)")
    #expect(flow.limit.isGlobalMinimum == (flow.limitEquilibrium.kind == .globalMinimum))
    #expect(flow.limit.isGlobalMinimum == (abs(flow.limit.loss - flow.equilibria.first { _ in true }!.loss) < 1e-12))
  }

  /// The cut inside a repeated eigenvalue: the global minimum is reached, and which one depends on the start.
  @Test func tiesAtTheCut() throws {
    let flow = try FactorizationFlow(start: FlowCase.wave(4, 2, 0.5), target: .diagonal([3, 1, 1, 0]))
    #expect(flow.limit.rankTest.isTied && flow.limit.isGlobalMinimum)
    #expect(abs(flow.limit.loss - 0.25) < 1e-14)
    #expect(relativeDifference(try flow.product(at: 1e6), flow.limit.product) < 1e-12)
    // Without its top row the start fills the tie instead, and the test must see that.
    var start = FlowCase.wave(4, 2, 0.5)
    for j in 0..<2 { start[0, j] = 0 }
    let missing = try FactorizationFlow(start: start, target: .diagonal([3, 1, 1, 0])).limit
    #expect(!missing.isGlobalMinimum && missing.rankTest.found == 1 && missing.rank == 2)
  }
}
