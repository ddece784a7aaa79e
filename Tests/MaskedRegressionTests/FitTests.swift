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

  /// Single precision is for inverting only, and said so elsewhere.
  @Test func singlePrecision() throws {
    var stream = RandomStream(seed: 62)
    let x = stream.normalMatrix(rows: 60, columns: 8)
    let direct = try MaskedFit(rows: x, ridge: .given(.shared(0.3)), precision: .single)
    #expect(direct.warnings.isEmpty)
    if case .single = direct.model.form {} else { Issue.record("\(direct.model.form) is not in single precision") }
    let exact = try MaskedRidge(rows: x, ridge: .shared(0.3))
    let alone = try MaskedRidge(rows: x, ridge: .shared(0.3), precision: .single)
    #expect((try alone.weights() - exact.weights()).largestMagnitude < 1e-5)
    let wide = stream.normalMatrix(rows: 6, columns: 8)
    for (rows, choice) in [(wide, RidgeChoice.automatic), (x, .automaticPerColumn), (x, .given(.shared(0)))] {
      let fit = try MaskedFit(rows: rows, ridge: choice, precision: .single)
      #expect(fit.warnings.map(\.code).contains("single-precision-unused"))
    }
    #expect(throws: MaskedRegressionError.tooFewRows(rows: 6, needed: 8)) { try SinglePrecisionPath(rows: wide) }
    #expect(throws: MaskedRegressionError.invalidRidge(0)) { try SinglePrecisionPath(rows: x).errors(ridges: [1, 0]) }
  }

  /// Relative errors of inverting in single precision: columns x ulp x (l_max + lambda)/(l_min + lambda).
  private func bound(_ spectrum: SampleSpectrum, _ ridge: Double) -> Double {
    let smallest = spectrum.rank == spectrum.columns ? spectrum.values.last! : 0
    return Double(spectrum.columns) * Double(Float.ulpOfOne) * (spectrum.values[0] + ridge) / (smallest + ridge)
  }

  /// The path in single precision is the one in double precision up to that; a penalty wrong by 20 % is not.
  @Test(arguments: [false, true])
  func singlePrecisionPath(isSparse: Bool) throws {
    let (x, preparation) = (correlatedRows(400, 30, seed: 65), ColumnPreparation(centers: true, scales: isSparse))
    let triples = (0..<400).flatMap { i in (0..<30).map { (row: i, column: $0, value: x[i, $0]) } }
    let sparse = try SparseRows(rows: 400, columns: 30, triples: triples)
    let double = MaskedPath(try SampleSpectrum(rows: x, preparation: preparation))
    let single =
      try isSparse
      ? SinglePrecisionPath(sparse: sparse, preparation: preparation)
      : SinglePrecisionPath(rows: RowsInBlocks(x), preparation: preparation)
    // More penalties than are worked on at once.
    let ridges = [0.02, 0.1, 0.3, 1, 5, 30]
    let (exact, found) = (try double.errors(ridges: ridges), try single.errors(ridges: ridges))
    for (index, ridge) in ridges.enumerated() {
      let allowed = bound(double.spectrum, ridge)
      #expect(allowed < 0.02, "the bound says something")
      let pairs = [
        (found[index].trainingError, exact[index].trainingError),
        (found[index].leaveOneOutError!, exact[index].leaveOneOutError!),
        (found[index].generalizedCrossValidationError!, exact[index].generalizedCrossValidationError!),
        (found[index].degreesOfFreedom, exact[index].degreesOfFreedom), (found[index].kappa!, exact[index].kappa!),
      ]
      for (a, b) in pairs { #expect(relativeDifference(a, b) < allowed && a != b, "\(ridge): \(a), \(b)") }
      let weights = try (single.model(ridge: ridge).weights(), double.model(.shared(ridge)).weights())
      #expect((weights.0 - weights.1).largestMagnitude < allowed * weights.1.largestMagnitude)
      let wrong = try double.errors(.shared(1.2 * ridge))
      #expect(relativeDifference(wrong.degreesOfFreedom, exact[index].degreesOfFreedom) > allowed)
      #expect(
        (try double.model(.shared(1.2 * ridge)).weights() - weights.1).largestMagnitude > allowed
          * weights.1.largestMagnitude)
    }
  }

  /// The search ends at the same error, and never below the penalties that rounding hides.
  @Test func singlePrecisionSearch() throws {
    let x = correlatedRows(300, 20, seed: 66)
    let single = try MaskedFit(rows: x, ridge: .automatic, precision: .single)
    let double = try MaskedFit(rows: x, ridge: .automatic)
    guard case .shared(let ridge) = single.errors.ridge else { return }
    let path = MaskedPath(try SampleSpectrum(rows: x))
    let allowed = bound(path.spectrum, ridge)
    #expect(
      relativeDifference(single.errors.leaveOneOutError!, double.errors.leaveOneOutError!) < allowed && allowed < 0.02)
    #expect(single.path.allSatisfy { $0.ridge.value(0) >= 50 * 1.1e-7 * path.totalVariance })
    if case .single = single.model.form {} else { Issue.record("\(single.model.form) is not in single precision") }
    #expect(!single.warnings.map(\.code).contains("single-precision-unused"))
    #expect(throws: MaskedRegressionError.self) {
      try MaskedFit(rows: x, ridge: .automatic, precision: .single, memory: MemoryLimit(bytes: 5000))
    }
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    Parallel.threads = 3
    #expect(try MaskedFit(rows: x, ridge: .automatic, precision: .single).model == single.model)
  }
}
