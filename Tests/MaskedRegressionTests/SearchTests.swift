import Foundation
import LinearAlgebra
import MaskedRegression
import TestSupport
import Testing

@Suite struct SearchTests {
  /// No penalty on a fine grid does better.
  @Test(arguments: [(80, 12), (12, 30)])
  func bestRidgeIsBest(_ shape: (Int, Int)) throws {
    let path = MaskedPath(try SampleSpectrum(rows: correlatedRows(shape.0, shape.1, seed: 11)))
    let best = try path.bestRidge()
    let fine = try path.errors(ridges: path.ridgeGrid(count: 600)).map { $0.leaveOneOutError! }.min()!
    #expect(best.errors.leaveOneOutError! <= fine * (1 + 1e-6))
    let own = try path.bestRidgePerColumn()
    let perColumn = try path.errors(ridges: path.ridgeGrid(count: 600))
    for j in 0..<shape.1 {
      let fine = perColumn.map { $0.columnLeaveOneOutErrors[j]! }.min()!
      #expect(own.errors.columnLeaveOneOutErrors[j]! <= fine * (1 + 1e-5), "column \(j)")
    }
    #expect(own.errors.leaveOneOutError! <= best.errors.leaveOneOutError! * (1 + 1e-9))
  }

  @Test func independentColumnsWantNoPrediction() throws {
    var stream = RandomStreamForTests.stream(5)
    let path = MaskedPath(try SampleSpectrum(rows: stream.normalMatrix(rows: 60, columns: 10)))
    let fit = try MaskedFit(path, .automatic)
    #expect(fit.errors.overallR2! < 0.02)
  }
}
