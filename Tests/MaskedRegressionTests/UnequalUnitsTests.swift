import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Columns whose units differ by up to fifteen orders of magnitude: the estimator that is reported is the one that is computed.
@Suite struct UnequalUnitsTests {
  static let units = [1e8, 1e-3, 1, 1e4, 1e-7, 1, 1e8, 1e-3, 1e3, 1e4, 1, 1e-2]

  /// Correlated rows in these units, with means of the columns' size.
  static func rows(_ count: Int, _ columns: Int, seed: UInt64 = 3) -> Matrix {
    correlatedRows(count, columns, seed: seed).scalingColumns(by: (0..<columns).map { units[$0] })
  }

  /// Least squares on [X; sqrt(penalty)], every column over its length: rounding is relative to each column.
  private static func weights(_ x: Matrix, _ y: [Double], penalty: Double) throws -> [Double] {
    let d = x.columns
    let tall = x.stacked(above: penalty.squareRoot() * .identity(d))
    let lengths = (0..<d).map { j in tall.column(j).reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let right = Matrix.column(y + [Double](repeating: 0, count: d))
    let scaled = try QR(tall.scalingColumns(by: lengths.map { 1 / $0 })).leastSquares(right)
    return zip(scaled.storage, lengths).map { $0 / $1 }
  }

  /// Training and leave-one-out errors with every row really left out.
  static func errors(_ x: Matrix, ridge: (Int) -> Double) throws -> [(training: Double, leaveOneOut: Double)] {
    let (n, m) = (x.rows, Double(x.rows - 1))
    return try (0..<x.columns).map { j in
      let others = (0..<x.columns).filter { $0 != j }
      func residuals(_ kept: [Int], _ asked: [Int]) throws -> [Double] {
        let means = x.rows(at: kept).columnMeans()
        let centred = x.subtractingFromRows(means)
        let own = try weights(
          centred.rows(at: kept).columns(at: others), kept.map { centred[$0, j] }, penalty: m * ridge(j))
        return asked.map { i in centred[i, j] - dot(others.map { centred[i, $0] }, own) }
      }
      let all = Array(0..<n)
      let training = try residuals(all, all).reduce(0) { $0 + $1 * $1 } / m
      let out = try all.map { i in try residuals(all.filter { $0 != i }, [i])[0] }
      return (training, out.reduce(0) { $0 + $1 * $1 } / Double(n))
    }
  }

  private static func worst(
    _ errors: MaskedErrors, _ wanted: [(training: Double, leaveOneOut: Double)]
  ) -> Double {
    wanted.indices.reduce(0) { worst, j in
      max(
        worst, relativeDifference(errors.columnTrainingErrors[j], wanted[j].training),
        relativeDifference(errors.columnLeaveOneOutErrors[j] ?? .nan, wanted[j].leaveOneOut))
    }
  }

  /// Eigenvectors, one inversion, single precision (which is then double), more columns than rows; a penalty 20 % off is not that.
  @Test(arguments: [(24, 6), (9, 12)], [1e-9, 1e-3, 1, 1e9])
  func everyPath(_ shape: (rows: Int, columns: Int), _ ridge: Double) throws {
    let x = Self.rows(shape.rows, shape.columns)
    let wanted = try Self.errors(x) { _ in ridge }
    let path = MaskedPath(try SampleSpectrum(rows: x))
    #expect(Self.worst(try path.errors(.shared(ridge)), wanted) < 1e-8)
    for precision in FitPrecision.allCases {
      let fit = try MaskedFit(rows: x, ridge: .given(.shared(ridge)), precision: precision)
      #expect(Self.worst(fit.errors, wanted) < 1e-8)
      #expect(fit.warnings.map(\.code).contains("single-precision-unused") == (precision == .single))
    }
    for wrong in [0.8, 1.2] {
      #expect(Self.worst(try path.errors(.shared(wrong * ridge)), wanted) > 1e-8)
    }
    let ridges = (0..<shape.columns).map { ridge * (1 + Double($0)) }
    let own = try Self.errors(x) { ridges[$0] }
    #expect(Self.worst(try path.errors(.perColumn(ridges)), own) < 1e-8)
  }

  /// Many columns for the rows, and units farther apart than doubles have digits: small products of an eigenvector's entries count
  /// as much as large ones.
  @Test(arguments: [(24, 6), (30, 26)], [8.0, 12, 16, 24, 40])
  func manyOrdersOfMagnitude(_ shape: (rows: Int, columns: Int), _ orders: Double) throws {
    var stream = RandomStream(seed: 29, cell: UInt64(orders))
    var exponents = (0..<shape.columns).map { _ in orders * (stream.uniform() - 0.5) }
    (exponents[0], exponents[1]) = (-0.5 * orders, 0.5 * orders)
    let x = correlatedRows(shape.rows, shape.columns, seed: 8).scalingColumns(by: exponents.map { pow(10, $0) })
    let path = MaskedPath(try SampleSpectrum(rows: x))
    for ridge in [0, pow(10, -0.5 * orders), 1] {
      let wanted = try Self.errors(x) { _ in ridge }
      #expect(Self.worst(try path.errors(.shared(ridge)), wanted) < 1e-8)
      // Farther apart no column is near these penalties.
      if orders < 30 { #expect(Self.worst(try path.errors(.shared(1.2 * ridge + 1e-3)), wanted) > 1e-8) }
    }
  }

  /// As many columns as rows: centred rows leave one direction to the penalty alone, however small it is.
  @Test(arguments: [5, 9], [1e-4, 1e-8])
  func asManyColumnsAsRows(_ size: Int, _ ridge: Double) throws {
    let x = correlatedRows(size, size, seed: 4)
    let wanted = try Self.errors(x) { _ in ridge }
    let errors = try MaskedFit(rows: x, ridge: .given(.shared(ridge))).errors
    for j in 0..<size {
      #expect(relativeDifference(errors.columnLeaveOneOutErrors[j] ?? .nan, wanted[j].leaveOneOut) < 1e-6)
      #expect(relativeDifference(errors.columnLeaveOneOutErrors[j] ?? .nan, 1.2 * wanted[j].leaveOneOut) > 1e-6)
    }
  }

  /// Without a penalty, too, the least squares of the columns as they are; the mean alone is the variance with its row left out.
  @Test func noPenaltyAndMeans() throws {
    let x = Self.rows(24, 6)
    let errors = try MaskedFit(rows: x, ridge: .given(.shared(0))).errors
    #expect(Self.worst(errors, try Self.errors(x) { _ in 0 }) < 1e-8)
    let centred = x.subtractingFromRows(x.columnMeans())
    for j in 0..<6 {
      let out = centred.column(j).reduce(0) { $0 + ($1 * 24 / 23) * ($1 * 24 / 23) } / 24
      #expect(relativeDifference(errors.columnBaselines[j], out) < 1e-12)
    }
  }

  /// The penalty of the smallest error within the range searched, which spans what the columns' units span: on a scan
  /// of it only the neighbours of what is found do better, if any does. A penalty two steps of the scan off is not that.
  @Test(arguments: [(24, 6), (9, 12)])
  func searchIsGlobal(_ shape: (rows: Int, columns: Int)) throws {
    let path = MaskedPath(try SampleSpectrum(rows: Self.rows(shape.rows, shape.columns)))
    let best = try path.bestRidge()
    let own = try path.bestRidgePerColumn()
    let ends = (best.path.first!.ridge.value(0), best.path.last!.ridge.value(0))
    #expect(log10(ends.1 / ends.0) > 20)
    let count = 400
    let step = log(ends.1 / ends.0) / Double(count)
    let ridges = (0...count).map { ends.0 * exp(step * Double($0)) }
    let scan = try path.errors(ridges: ridges)
    func check(_ name: String, _ ridge: Double, error: Double, _ value: (MaskedErrors) -> Double?) {
      let known: [(ridge: Double, error: Double)] = scan.compactMap { errors in
        value(errors).map { (errors.ridge.value(0), $0) }
      }
      func isLeast(_ ridge: Double, _ error: Double) -> Bool {
        // Where the penalty no longer matters errors differ by rounding.
        let least = error * (1 - 1e-12)
        return known.allSatisfy { point in point.error >= least || abs(log(point.ridge / ridge)) <= step }
      }
      let lowest = known.min { $0.error < $1.error }!
      #expect(isLeast(ridge, error), "\(name): \(ridge) where \(lowest.ridge) is \(1 - lowest.error / error) lower")
      // Elsewhere, unless the error is flat to rounding.
      let flat = error * (1 + 1e-9)
      let other = known.filter { point in abs(log(point.ridge / ridge)) > 2 * step && point.error > flat }
      #expect(other.count > count / 2)
      for point in other { #expect(!isLeast(point.ridge, point.error), "\(name): control at \(point.ridge)") }
    }
    check("shared", best.ridge.value(0), error: best.errors.leaveOneOutError!, \.leaveOneOutError)
    for j in 0..<shape.columns {
      check("column \(j)", own.ridge.value(j), error: own.errors.columnLeaveOneOutErrors[j]!) {
        $0.columnLeaveOneOutErrors[j]
      }
    }
  }

  /// What rounding takes is said: of a column that nearly repeats another, not of the others' kind.
  @Test func lostDigitsAreSaid() throws {
    var x = correlatedRows(30, 4)
    #expect(!(try MaskedFit(rows: x, ridge: .given(.shared(0)))).warnings.map(\.code).contains("few-digits"))
    for i in 0..<30 { x[i, 3] = x[i, 1] + 1e-6 * x[i, 3] }
    for ridge in [0, 1e-13] {
      let warning = try MaskedFit(rows: x, ridge: .given(.shared(ridge))).warnings.first { $0.code == "few-digits" }
      #expect(warning?.message.hasPrefix("Columns 2, 4") == true)
    }
    #expect(!(try MaskedFit(rows: x, ridge: .given(.shared(0.1)))).warnings.map(\.code).contains("few-digits"))
  }

  /// Columns whose squares are no numbers are refused by name, whatever the path; just within the range they are fitted.
  @Test(arguments: [1e160, 1e80, 1e-80, 1e-170], [(20, 3), (4, 6)])
  func squaresBeyondNumbers(_ size: Double, _ shape: (rows: Int, columns: Int)) throws {
    var x = correlatedRows(shape.rows, shape.columns)
    for i in 0..<shape.rows { x[i, 1] *= size }
    let triples = (0..<shape.rows).flatMap { i in
      (0..<shape.columns).map { (row: i, column: $0, value: x[i, $0]) }
    }
    let sparse = try SparseRows(rows: shape.rows, columns: shape.columns, triples: triples)
    for choice in [RidgeChoice.automatic, .given(.shared(1)), .given(.shared(0)), .automaticPerColumn] {
      for precision in FitPrecision.allCases {
        let error = #expect(throws: MaskedRegressionError.self) {
          try MaskedFit(rows: x, ridge: choice, precision: precision)
        }
        #expect(error?.description.hasPrefix("column 2 has entries of about") == true, "\(String(describing: error))")
      }
      #expect(throws: MaskedRegressionError.self) { try MaskedFit(sparse: sparse, ridge: choice) }
    }
    for i in 0..<shape.rows { x[i, 1] *= size > 1 ? 1e20 / size : 1e-20 / size }
    let errors = try MaskedFit(rows: x).errors
    #expect(errors.columnBaselines.allSatisfy { $0.isFinite && $0 > 0 })
  }

  @Test func penaltiesBeyondNumbers() throws {
    let x = correlatedRows(20, 3)
    let error = #expect(throws: MaskedRegressionError.invalidRidge(1e200)) {
      try MaskedFit(rows: x, ridge: .given(.shared(1e200)))
    }
    #expect(error?.description.contains("predicted by its mean") == true)
    let errors = try MaskedFit(rows: x, ridge: .given(.shared(1e100))).errors
    #expect(relativeDifference(errors.leaveOneOutError!, errors.columnBaselines.reduce(0, +) / 3) < 1e-12)
  }
}
