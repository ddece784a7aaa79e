import Foundation
import LinearAlgebra
import MatrixFlow
import Randomness
import TestSupport
import Testing

/// What holds for every flow, over random targets and starts.
@Suite struct PropertyTests {
  /// Indefinite, singular, with repeated eigenvalues; full-rank and rank-deficient starts of any size.
  static func random(_ seed: UInt64) throws -> FactorizationFlow {
    var stream = RandomStream(seed: seed)
    let n = 3 + Int(stream.uniform() * 6)
    let r = 1 + Int(stream.uniform() * Double(n))
    var values = stream.normals(n).map { 2 * $0 }
    if seed % 3 == 1 { values[0] = values[n - 1] }
    if seed % 3 == 2 { values[0] = 0 }
    let turn = try QR(stream.normalMatrix(rows: n, columns: n)).q
    let target = multiply(turn.scalingColumns(by: values), turn, transposing: .right).symmetrized()
    let size = pow(10, 3 * stream.uniform() - 2)
    var start = size * stream.normalMatrix(rows: n, columns: r)
    if seed % 4 == 3, r > 1 { for i in 0..<n { start[i, r - 1] = start[i, 0] } }
    return try FactorizationFlow(start: start, target: target)
  }

  /// P(t + s) = flow_s(P(t)); a flow that forgets half of s is rejected.
  @Test(arguments: UInt64(0)..<24) func semigroup(_ seed: UInt64) throws {
    let flow = try Self.random(seed)
    let later = try FactorizationFlow(start: flow.factor(at: 0.7), target: flow.target)
    let direct = try flow.product(at: 1.9)
    #expect(relativeDifference(try later.product(at: 1.2), direct) < 1e-11, "seed \(seed)")
    #expect(relativeDifference(try later.product(at: 0.6), direct) > 1e-6, "seed \(seed)")
  }

  /// Several times at once, in any order, give what one at a time gives, to the bit.
  @Test(arguments: UInt64(0)..<8) func severalTimes(_ seed: UInt64) throws {
    let flow = try Self.random(seed)
    let times = [3, 0, 0.2, .infinity, 41]
    let together = try flow.products(at: times) { (time: $0, product: $1) }
    #expect(together.map(\.time) == times)
    for (time, product) in together { #expect(try product == flow.product(at: time)) }
  }

  /// X(t + s) = flow_s(X(t)), rotation included.
  @Test(arguments: UInt64(0)..<8) func semigroupOfSolutions(_ seed: UInt64) throws {
    let flow = try Self.random(seed)
    let later = try FactorizationFlow(start: flow.solution(at: 0.7), target: flow.target)
    let direct = try flow.solution(at: 1.9)
    #expect(relativeDifference(try later.solution(at: 1.2), direct) < 1e-9, "seed \(seed)")
    let product = multiply(direct, direct, transposing: .right)
    #expect(relativeDifference(product, try flow.product(at: 1.9)) < 1e-11, "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<24) func lossFallsAndRankStays(_ seed: UInt64) throws {
    let flow = try Self.random(seed)
    var last = Double.infinity
    for time in [0, 0.01, 0.1, 0.5, 1, 2, 5, 20, 100, 1000, 1e6] {
      let progress = try flow.progress(at: time)
      #expect(progress.loss <= last * (1 + 1e-13), "seed \(seed) at \(time)")
      #expect(progress.excessLoss >= -1e-13 * (1 + flow.limit.loss), "seed \(seed) at \(time)")
      last = progress.loss
      if time < 5, time > 0 {
        // On the scale of each row's own start, no direction is lost.
        #expect(try SVD(flow.factor(at: time)).values.allSatisfy { $0 > 0 }, "seed \(seed) at \(time)")
      }
    }
    #expect(relativeDifference(flow.limit.loss, try flow.loss(at: .infinity)) < 1e-13)
  }

  /// Loss and distance against what P says, and rotations of space and of columns.
  @Test(arguments: UInt64(0)..<16) func invariances(_ seed: UInt64) throws {
    let flow = try Self.random(seed)
    var stream = RandomStream(seed: seed, purpose: 9)
    let turn = try QR(stream.normalMatrix(rows: flow.order, columns: flow.order)).q
    let mix = try QR(stream.normalMatrix(rows: flow.start.columns, columns: flow.start.columns)).q
    let other = try FactorizationFlow(
      start: turn * flow.start * mix,
      target: multiply(turn * flow.target, turn, transposing: .right).symmetrized())
    for time in [0.2, 3.0] {
      let p = try flow.product(at: time)
      let rotated = multiply(turn * p, turn, transposing: .right)
      #expect(relativeDifference(try other.product(at: time), rotated) < 1e-11, "seed \(seed)")
      let x = try flow.solution(at: time)
      #expect(relativeDifference(try other.solution(at: time), turn * x * mix) < 1e-9, "seed \(seed)")
      let loss = 0.25 * (p - flow.target).squaredFrobeniusNorm
      #expect(relativeDifference(try flow.loss(at: time), loss) < 1e-11, "seed \(seed)")
      let distance = (p - flow.limit.product).squaredFrobeniusNorm.squareRoot()
      #expect(abs(try flow.distance(at: time) - distance) < 1e-12 * (1 + p.largestMagnitude), "seed \(seed)")
    }
  }

  /// P(t) stays below M/(1 - e^{-2Mt}), whatever the start; half of it is exceeded.
  @Test func boundForEveryStart() throws {
    let target = Matrix.diagonal([2, 1, 0, -1])
    var stream = RandomStream(seed: 5)
    let flow = try FactorizationFlow(start: 1e6 * stream.normalMatrix(rows: 4, columns: 4), target: target)
    let bound = Matrix.diagonal([2 / (1 - exp(-2)), 1 / (1 - exp(-1)), 1, 1 / (exp(1) - 1)])
    let p = try flow.product(at: 0.5)
    #expect(try SymmetricEigen.values(of: bound - p).last! > -1e-9)
    #expect(try SymmetricEigen.values(of: 0.5 * bound - p).last! < -0.1)
  }

  @Test func extremeTimesAndSizes() throws {
    let flow = try FlowCase.g.flow()
    #expect(try flow.product(at: 0) == flow.factor(at: 0).transposed().gram())
    for time in [Double.leastNonzeroMagnitude, 1e-200, 1e5, 1e100, 1e300, .infinity] {
      #expect(try flow.product(at: time).storage.allSatisfy(\.isFinite), "\(time)")
      #expect(try flow.loss(at: time).isFinite, "\(time)")
    }
    let large = try FactorizationFlow(start: FlowCase.a.start, target: 1e150 * FlowCase.a.target)
    #expect(relativeDifference(try large.product(at: 1), large.limit.product) < 1e-12)
    let still = try FactorizationFlow(start: Matrix(rows: 3, columns: 2), target: .identity(3))
    #expect(try still.product(at: 10).largestMagnitude == 0)
    #expect(!still.limit.isGlobalMinimum && still.limit.rank == 0)
    #expect(try still.solution(at: 3).largestMagnitude == 0)
  }

  @Test func refusesWhatIsNoFlow() {
    #expect(throws: MatrixFlowError.sizesDiffer(startRows: 2, targetRows: 3, targetColumns: 3)) {
      try FactorizationFlow(start: .identity(2), target: .identity(3))
    }
    #expect(throws: MatrixFlowError.notSymmetric(row: 1, column: 0, difference: -1)) {
      try FactorizationFlow(start: .identity(2), target: Matrix([[1, 1], [0, 1]]))
    }
    #expect(throws: MatrixFlowError.nonFinite(matrix: "start", row: 0, column: 0, value: .infinity)) {
      try FactorizationFlow(start: Matrix([[.infinity]]), target: Matrix([[1]]))
    }
    #expect(throws: MatrixFlowError.empty(rows: 2, columns: 0)) {
      try FactorizationFlow(start: Matrix(rows: 2, columns: 0), target: .identity(2))
    }
  }
}
