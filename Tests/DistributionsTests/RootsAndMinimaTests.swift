import SpecialFunctions
import TestSupport
import Testing

/// Roots, minima, parabolas and grids: what they find, and what a function throws on the way.
@Suite struct RootsAndMinimaTests {
  private struct Stop: Error, Equatable { let place: Double }

  @Test func whatAFunctionThrowsLeaves() throws {
    var calls = 0
    func cubic(_ x: Double) throws(Stop) -> Double {
      calls += 1
      if calls == 4 { throw Stop(place: x) }
      return x * x * x - 2
    }
    let error = try #require(throws: Stop.self) { try root(from: 0, to: 2, of: cubic) }
    #expect(calls == 4 && error.place > 0 && error.place < 2)
    calls = 1
    #expect(throws: Stop.self) { try minimum(from: -1, to: 2, of: cubic) }
    #expect(calls == 4)
    // At an end, before any search.
    calls = 3
    #expect(throws: Stop(place: 0)) { try root(from: 0, to: 2, of: cubic) }
  }

  @Test func plainFunctionsThrowNothing() {
    let found = root(from: 0, to: 2) { $0 * $0 * $0 - 2 }
    #expect(relativeDifference(found ?? 0, 1.2599210498948732) < 1e-15)
    #expect(root(from: 0, to: 1) { $0 + 1 } == nil)
    let least = minimum(from: -1, to: 2) { ($0 - 0.5) * ($0 - 0.5) + 3 }
    #expect(abs(least.place - 0.5) < 1e-7 && least.value == 3)
  }

  /// 2 (x - 0.3)² + 1 through any three of its points; not that through points of another curve.
  @Test func parabolas() {
    func curve(_ x: Double) -> Double { 2 * (x - 0.3) * (x - 0.3) + 1 }
    let parabola = Parabola(through: (-1, curve(-1)), (0, curve(0)), (4, curve(4)))
    #expect(relativeDifference(parabola.curvature, 2) < 1e-14 && relativeDifference(parabola.vertex, 0.3) < 1e-14)
    #expect(relativeDifference(parabola(0.3), 1) < 1e-14 && relativeDifference(parabola(7), curve(7)) < 1e-14)
    let other = Parabola(through: (-1, curve(-1)), (0, curve(0)), (4, 1.2 * curve(4)))
    #expect(relativeDifference(other.vertex, 0.3) > 0.1)
  }

  @Test func gridsOfEqualFactors() {
    let grid = logarithmicGrid(from: 0.5, to: 8, count: 5)
    #expect(zip(grid, [0.5, 1, 2, 4, 8]).allSatisfy { relativeDifference($0, $1) < 1e-15 })
    #expect(grid[0] == 0.5)
  }
}
