import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// The fit without errors is the fit with them.
@Suite struct FitTests {
  @Test(arguments: [(40, 7), (9, 12)])
  func modelAlone(_ shape: (rows: Int, columns: Int)) throws {
    var stream = RandomStream(seed: 61)
    let x = stream.normalMatrix(rows: shape.rows, columns: shape.columns)
    let ridges: [Ridge] = [.shared(0.3), .perColumn((0..<shape.columns).map { 0.1 + 0.05 * Double($0) })]
    for ridge in ridges {
      let alone = try MaskedRidge(rows: x, ridge: ridge)
      let whole = try MaskedFit(rows: x, ridge: .given(ridge)).model
      #expect((try alone.weights() - whole.weights()).largestMagnitude == 0)
      let other = try MaskedRidge(rows: x, ridge: .shared(0.4))
      #expect((try alone.weights() - other.weights()).largestMagnitude > 1e-3)
    }
  }

  /// Single precision is used for one inversion only, and said so elsewhere.
  @Test func singlePrecision() throws {
    var stream = RandomStream(seed: 62)
    let x = stream.normalMatrix(rows: 60, columns: 8)
    let direct = try MaskedFit(rows: x, ridge: .given(.shared(0.3)), precision: .single)
    #expect(direct.warnings.isEmpty)
    if case .single = direct.model.form {} else { Issue.record("\(direct.model.form) is not in single precision") }
    let exact = try MaskedRidge(rows: x, ridge: .shared(0.3))
    let alone = try MaskedRidge(rows: x, ridge: .shared(0.3), precision: .single)
    #expect((try alone.weights() - exact.weights()).largestMagnitude < 1e-5)
    let searched = try MaskedFit(rows: x, ridge: .automatic, precision: .single)
    #expect(searched.warnings.map(\.code).contains("single-precision-unused"))
  }
}
