import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

@Suite struct EdgeCaseTests {
  @Test func oneColumnHasNothingToLearnFrom() throws {
    let x = Matrix.column([1, 2, 4, 8])
    for ridge in [0.0, 0.5] {
      let errors = try MaskedPath(SampleSpectrum(rows: x)).errors(.shared(ridge))
      #expect(relativeDifference(errors.leaveOneOutError!, errors.columnBaselines[0]) < 1e-14)
      #expect(abs(errors.columnR2[0]!) < 1e-14)
      #expect(abs(errors.columnDegreesOfFreedom[0]) < 1e-14)
    }
    let fit = try MaskedFit(rows: x, ridge: .given(.shared(0.5)))
    #expect(try fit.model.weights().storage == [0])
    #expect(try fit.model.predictions(for: x).storage.allSatisfy { abs($0 - 3.75) < 1e-14 })
  }

  @Test func oneRow() throws {
    let x = Matrix([[3.0, -1, 2]])
    #expect(throws: MaskedRegressionError.tooFewRows(rows: 1, needed: 2)) { try MaskedFit(rows: x) }
    let plain = ColumnPreparation(centers: false)
    for ridge in [0.0, 0.1] {
      let path = MaskedPath(try SampleSpectrum(rows: x, preparation: plain))
      // Without its only row nothing is fitted: the residual is the entry.
      #expect(largestDifference(try path.leaveOneOutResiduals(.shared(ridge)).storage, x.storage) < 1e-14)
    }
  }

  @Test(arguments: [(20, 5), (4, 9)])
  func constantColumns(_ shape: (Int, Int)) throws {
    var x = correlatedRows(shape.0, shape.1)
    for i in 0..<shape.0 { x[i, 2] = 0.1 }
    let others = x.columns(at: (0..<shape.1).filter { $0 != 2 })
    for ridge in [0.0, 0.2] {
      let errors = try MaskedPath(SampleSpectrum(rows: x)).errors(.shared(ridge))
      let without = try MaskedPath(SampleSpectrum(rows: others)).errors(.shared(ridge))
      #expect(errors.columnLeaveOneOutErrors[2]! < 1e-25)
      #expect(errors.columnR2[2] == nil)
      #expect(relativeDifference(errors.columnLeaveOneOutErrors[0]!, without.columnLeaveOneOutErrors[0]!) < 1e-10)
      let weights = try MaskedPath(SampleSpectrum(rows: x)).model(.shared(ridge)).weights()
      #expect((0..<shape.1).allSatisfy { abs(weights[2, $0]) < 1e-10 && abs(weights[$0, 2]) < 1e-10 })
    }
    // Scaled, a constant column keeps scale 1.
    let scaled = try SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: true, scales: true))
    #expect(scaled.transform.scales[2] == 1)
  }

  @Test(arguments: [(20, 5), (5, 9)])
  func duplicateColumnsPredictEachOther(_ shape: (Int, Int)) throws {
    var x = correlatedRows(shape.0, shape.1)
    for i in 0..<shape.0 { x[i, 3] = x[i, 0] }
    let path = MaskedPath(try SampleSpectrum(rows: x))
    let errors = try path.errors(.shared(0))
    // Leaving one row out, the twin is still there; for more columns than rows the minimum-norm weights use others as well.
    if shape.0 > shape.1 {
      #expect(errors.columnLeaveOneOutErrors[0]! < 1e-20 && errors.columnLeaveOneOutErrors[3]! < 1e-20)
      let weights = try path.model(.shared(0)).weights()
      #expect(abs(weights[0, 3] - 1) < 1e-10 && abs(weights[3, 0] - 1) < 1e-10)
    }
    let brute = try BruteForce.errors(x, ridges: [Double](repeating: 0.3, count: shape.1), centers: true)
    #expect(largestDifference(try path.leaveOneOutResiduals(.shared(0.3)).storage, brute.leaveOneOut.storage) < 1e-10)
    let atZero = try BruteForce.errors(x, ridges: [Double](repeating: 0, count: shape.1), centers: true)
    let residuals = try path.leaveOneOutResiduals(.shared(0))
    #expect((residuals - atZero.leaveOneOut).largestMagnitude < 1e-9 * x.largestMagnitude)
  }

  /// As many centred rows as columns: without a penalty nothing can be left out; said, not made up.
  @Test func noPenaltyAtTheEdge() throws {
    let x = correlatedRows(5, 5)
    let errors = try MaskedPath(SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: false))).errors(
      .shared(0))
    #expect(errors.generalizedCrossValidationError == nil)
    #expect(errors.kappa == nil || errors.kappa! >= 0)
  }

  @Test func directFitRefusesSingularColumns() throws {
    var x = correlatedRows(20, 4)
    for i in 0..<20 { x[i, 3] = x[i, 1] }
    #expect(throws: Never.self) { try MaskedFit(rows: x, ridge: .given(.shared(0.1))) }
    // No penalty goes through the spectrum, which knows what to do.
    #expect(throws: Never.self) { try MaskedFit(rows: x, ridge: .given(.shared(0))) }
  }

  @Test func badInputIsNamed() throws {
    var x = correlatedRows(10, 3)
    x[4, 1] = .nan
    for ridge in [RidgeChoice.automatic, .given(.shared(1))] {
      let error = #expect(throws: MaskedRegressionError.self) { try MaskedFit(rows: x, ridge: ridge) }
      #expect(error?.description.hasPrefix("row 5, column 2 is nan") == true)
    }
    let good = correlatedRows(10, 3)
    #expect(throws: MaskedRegressionError.invalidRidge(-1)) { try MaskedFit(rows: good, ridge: .given(.shared(-1))) }
    #expect(throws: MaskedRegressionError.ridgeCount(given: 2, columns: 3)) {
      try MaskedFit(rows: good, ridge: .given(.perColumn([1, 2])))
    }
    let model = try MaskedFit(rows: good, ridge: .given(.shared(1))).model
    #expect(throws: MaskedRegressionError.columnCount(given: 2, model: 3)) {
      try model.predictions(for: Matrix(rows: 1, columns: 2))
    }
  }

  @Test func memoryIsRefusedBeforehand() throws {
    let x = correlatedRows(40, 30)
    #expect(throws: MaskedRegressionError.self) {
      try MaskedFit(rows: x, ridge: .automatic, memory: MemoryLimit(bytes: 1000))
    }
    let need = MemoryNeed.direct(columns: 100_000, scalarBytes: 8)
    #expect(need.bytes >= 80_000_000_000 && need.bytes < 83_000_000_000)
    let refusal = #expect(throws: MaskedRegressionError.self) { try MemoryLimit(bytes: 24_000_000_000).check(need) }
    #expect(refusal?.description.contains("\(need.bytes) bytes") == true)
    #expect(refusal?.description.contains("Single precision") == true)
    // What two ranks were seen to take at 6000 columns.
    #expect(MemoryNeed.summed(columns: 6000).bytes > 653_000_000)
    #expect(MemoryNeed.summed(columns: 5_000_000_000).bytes > 1_000_000_000_000_000)
    #expect(MemoryNeed.direct(columns: 5_000_000_000, scalarBytes: 8).bytes > 1_000_000_000_000_000)
  }

  @Test func warningsSpeakUp() throws {
    // A handful of rows forty times the others.
    var x = correlatedRows(300, 8)
    for i in 0..<3 { for j in 0..<8 { x[i, j] *= 40 } }
    let errors = try MaskedFit(rows: x, ridge: .given(.shared(0.1))).errors
    #expect(errors.warnings.map(\.code) == ["heavy-rows"])
    let even = try MaskedFit(rows: correlatedRows(300, 8), ridge: .given(.shared(0.1))).errors
    #expect(even.warnings.isEmpty)
  }

  @Test func nearConstantColumnsAreFound() throws {
    var x = correlatedRows(400, 6)
    for i in 0..<400 {
      x[i, 1] = i < 3 ? 1 : 0
      x[i, 4] = 7
      x[i, 5] = i % 2 == 0 ? 1 : 0
    }
    let found = try NearConstantColumns(x)
    #expect(found.nearConstant == [1] && found.constant == [4] && found.all == [1, 4])
  }

  /// Blocks, threads and where rows come from change nothing, to the bit.
  @Test(arguments: [(700, 30), (40, 90)])
  func answersDoNotDependOnThreadsOrBlocks(_ shape: (Int, Int)) throws {
    let x = correlatedRows(shape.0, shape.1)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let results = try [1, 2, 5].map { threads in
      Parallel.threads = threads
      let path = MaskedPath(try SampleSpectrum(rows: RowsInBlocks(x)))
      let best = try path.bestRidge()
      let fit = try MaskedFit(rows: RowsInBlocks(x), ridge: .given(.shared(0.1)))
      return (best.errors.columnLeaveOneOutErrors, best.ridge, fit.errors.columnLeaveOneOutErrors, fit.model)
    }
    for other in results.dropFirst() {
      #expect(other.0 == results[0].0 && other.1 == results[0].1 && other.2 == results[0].2 && other.3 == results[0].3)
    }
    let whole = try MaskedFit(rows: x, ridge: .given(.shared(0.1)))
    #expect(whole.model == results[0].3)
    #expect(whole.errors.columnLeaveOneOutErrors == results[0].2)
  }
}
