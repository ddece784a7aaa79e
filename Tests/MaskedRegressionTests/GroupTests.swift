import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Rows in groups: against a refit without each group, and against leaving rows out one at a time.
@Suite struct GroupTests {
  /// Rows, columns, and a group of each row.
  static let shapes: [(rows: Int, columns: Int, labels: [Int])] = [
    (9, 4, [0, 1, 0, 2, 1, 0, 2, 2, 1]), (12, 12, (0..<12).map { $0 / 3 }), (7, 13, [0, 0, 1, 2, 2, 2, 3]),
    (30, 6, (0..<30).map { $0 * $0 % 7 }), (30, 4, (0..<30).map { $0 < 20 ? 0 : $0 % 3 }), (6, 2, [0, 0, 0, 0, 1, 1]),
    (14, 9, (0..<14).map { $0 % 2 }),
  ]

  private static func refits(_ x: Matrix, _ groups: Partition, penalty: Double, centers: Bool) throws -> Matrix {
    var result = Matrix(rows: x.rows, columns: x.columns)
    for rows in groups.members {
      let kept = (0..<x.rows).filter { !rows.contains($0) }
      for j in 0..<x.columns {
        let found = try BruteForce.residuals(x, column: j, kept: kept, asked: rows, penalty: penalty, centers: centers)
        for (row, value) in zip(rows, found) { result[row, j] = value }
      }
    }
    return result
  }

  @Test(arguments: shapes.indices, [true, false])
  func leaveGroupOutEqualsRefits(_ index: Int, centers: Bool) throws {
    let shape = Self.shapes[index]
    let x = correlatedRows(shape.rows, shape.columns, seed: 5)
    let groups = Partition(shape.labels)
    let path = MaskedPath(try SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: centers)))
    let grouped = try GroupedPath(path, groups: groups)
    for ridge in [1e-3, 0.3, 20] {
      let brute = try Self.refits(x, groups, penalty: ridge * path.spectrum.divisor, centers: centers)
      let found = try grouped.leaveGroupOutResiduals(ridge: ridge)
      #expect(largestDifference(found.storage, brute.storage) < 1e-10, "\(shape), ridge \(ridge)")
      let errors = try grouped.errors(ridges: [ridge])[0]
      let expected = brute.squaredFrobeniusNorm / Double(x.rows * x.columns)
      #expect(abs(errors.leaveGroupOut!.error! - expected) < 1e-10 * (1 + expected), "\(shape), ridge \(ridge)")
    }
  }

  /// Without a penalty, where the rows left determine every regression.
  @Test(arguments: [true, false]) func withoutAPenalty(centers: Bool) throws {
    let x = correlatedRows(30, 4, seed: 6)
    let groups = Partition((0..<30).map { $0 % 5 })
    let path = MaskedPath(try SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: centers)))
    let brute = try Self.refits(x, groups, penalty: 0, centers: centers)
    let found = try GroupedPath(path, groups: groups).leaveGroupOutResiduals(ridge: 0)
    #expect(largestDifference(found.storage, brute.storage) < 1e-9)
  }

  /// A group without which too few rows are left: said, not made up.
  @Test func singularWithoutAGroup() throws {
    let x = correlatedRows(12, 5, seed: 7)
    let path = MaskedPath(try SampleSpectrum(rows: x))
    let errors = try GroupedPath(path, groups: Partition((0..<12).map { $0 < 9 ? 0 : 1 })).errors(ridges: [0])[0]
    #expect(errors.leaveGroupOut?.error == nil)
    #expect(errors.leaveOneOutError != nil)
    #expect(errors.warnings.contains { $0.code == "leave-group-out-undefined" })
  }

  @Test func meansOfTheOtherGroupsAreTheBaseline() throws {
    let x = correlatedRows(20, 3, seed: 8)
    let groups = Partition((0..<20).map { $0 % 6 == 0 ? 0 : $0 % 4 })
    let errors = try GroupedPath(MaskedPath(try SampleSpectrum(rows: x)), groups: groups).errors(ridges: [1])[0]
    for j in 0..<3 {
      var sum = 0.0
      for rows in groups.members {
        let rest = (0..<20).filter { !rows.contains($0) }
        let mean = rest.reduce(0) { $0 + x[$1, j] } / Double(rest.count)
        for row in rows { sum += (x[row, j] - mean) * (x[row, j] - mean) }
      }
      #expect(abs(errors.leaveGroupOut!.columnBaselines[j] - sum / 20) < 1e-12)
    }
  }

  /// Every group one row: what is said without groups, to the bit.
  @Test(arguments: [(40, 6), (9, 14)]) func groupsOfOneRowChangeNothing(_ shape: (Int, Int)) throws {
    let x = correlatedRows(shape.0, shape.1, seed: 9)
    let path = MaskedPath(try SampleSpectrum(rows: x))
    let grouped = try GroupedPath(path, groups: Partition((0..<shape.0).map { "row \($0)" }))
    let (plain, with) = (try MaskedFit(path, .automatic), try MaskedFit(grouped, .automatic))
    #expect(plain.model == with.model)
    #expect(plain.errors.columnLeaveOneOutErrors == with.errors.columnLeaveOneOutErrors)
    #expect(with.errors.leaveGroupOut?.columnErrors == plain.errors.columnLeaveOneOutErrors)
    #expect(with.errors.leaveGroupOut?.columnBaselines == plain.errors.columnBaselines)
  }

  @Test func theOrderOfRowsAndTheNamesOfGroupsDoNotMatter() throws {
    let x = correlatedRows(24, 5, seed: 10)
    let labels = (0..<24).map { $0 * 7 % 5 }
    let order = RandomStream.order(24)
    let one = try GroupedPath(MaskedPath(try SampleSpectrum(rows: x)), groups: Partition(labels))
    let other = try GroupedPath(
      MaskedPath(try SampleSpectrum(rows: x.rows(at: order))), groups: Partition(order.map { "g\(9 - labels[$0])" }))
    let (a, b) = (try one.errors(ridges: [0.1])[0], try other.errors(ridges: [0.1])[0])
    #expect(abs(a.leaveGroupOut!.error! - b.leaveGroupOut!.error!) < 1e-12)
  }

  @Test func refusals() throws {
    let path = MaskedPath(try SampleSpectrum(rows: correlatedRows(8, 3)))
    #expect(throws: MaskedRegressionError.groupCount(given: 7, rows: 8)) {
      try GroupedPath(path, groups: Partition(Array(0..<7)))
    }
    #expect(throws: MaskedRegressionError.oneGroup) {
      try GroupedPath(path, groups: Partition([Int](repeating: 3, count: 8)))
    }
    let few = try GroupedPath(path, groups: Partition((0..<8).map { $0 / 4 })).errors(ridges: [1])[0]
    #expect(few.warnings.contains { $0.code == "few-groups" })
  }
}

/// Rows of one image, person or site share an offset: what a new one costs is what leaving groups out says.
@Suite struct GroupGateTests {
  private static let (groups, size, columns) = (40, 6, 5)

  /// x = A f + offset of the group + noise, the offsets along a direction that the factors do not have.
  private static func draw(_ stream: inout RandomStream, groups: Int, share: Double) -> Matrix {
    var x = Matrix(rows: groups * size, columns: columns)
    for group in 0..<groups {
      let offset = stream.normals(columns)
      for row in group * size..<(group + 1) * size {
        let factor = stream.normals(1)[0]
        let noise = stream.normals(columns)
        for j in 0..<columns {
          x[row, j] = factor + share.squareRoot() * offset[j] + (1 - share).squareRoot() * noise[j]
        }
      }
    }
    return x
  }

  /// Mean of (left out - error on new groups) over draws, and its standard error: z of leave-group-out, z of leave-one-out, and z of
  /// leave-group-out with an error of 20 % put in.
  private static func gate(share: Double) throws -> (group: Double, row: Double, high: Double, low: Double) {
    var (byGroup, byRow, high, low) = ([Double](), [Double](), [Double](), [Double]())
    for index in 0..<120 {
      var stream = RandomStream(seed: 31, cell: 0, replicate: UInt64(index))
      let x = draw(&stream, groups: groups, share: share)
      let fresh = draw(&stream, groups: 200, share: share)
      let path = MaskedPath(try SampleSpectrum(rows: x))
      let errors = try GroupedPath(path, groups: Partition((0..<x.rows).map { $0 / size })).errors(ridges: [0.02])[0]
      let model = try path.model(.shared(0.02))
      let residuals = try fresh - model.predictions(for: fresh)
      let truth = residuals.squaredFrobeniusNorm / Double(fresh.rows * columns)
      let (group, row) = (errors.leaveGroupOut!.error!, errors.leaveOneOutError!)
      byGroup.append(group - truth)
      byRow.append(row - truth)
      high.append(1.2 * group - truth)
      low.append(0.8 * group - truth)
    }
    func z(_ values: [Double]) -> Double {
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      return mean / (variance / n).squareRoot()
    }
    return (z(byGroup), z(byRow), z(high), z(low))
  }

  /// Power: an error of 20 % either way is more than 20 standard errors off, and leave-one-out is caught.
  @Test func newGroupsCostWhatLeaveGroupOutSays() throws {
    let found = try Self.gate(share: 0.7)
    #expect(abs(found.group) < 5, "z \(found.group)")
    #expect(found.row < -5, "leave-one-out should be too good, z \(found.row)")
    #expect(found.high > 5 && found.low < -5, "z \(found.high), \(found.low)")
  }

  /// Forecasts are for independent rows: groups that share an offset are found out, groups that do not are left alone.
  @Test func dependenceIsFound() throws {
    var (found, alarms) = (0, 0)
    for index in 0..<40 {
      for share in [0.0, 0.7] {
        var stream = RandomStream(seed: 32, cell: share == 0 ? 0 : 1, replicate: UInt64(index))
        let x = Self.draw(&stream, groups: Self.groups, share: share)
        let path = MaskedPath(try SampleSpectrum(rows: x))
        let grouped = try GroupedPath(path, groups: Partition((0..<x.rows).map { $0 / Self.size }))
        let ridge = try grouped.bestRidge().ridge.value(0)
        let dependence = try #require(try GroupDependence(grouped, ridge: ridge, MaskedForecaster(path)))
        if dependence.isPresent { if share == 0 { alarms += 1 } else { found += 1 } }
      }
    }
    #expect(found >= 38, "\(found) of 40")
    #expect(alarms <= 1, "\(alarms) of 40")
  }
}

extension RandomStream {
  /// A fixed order of so many things.
  fileprivate static func order(_ count: Int) -> [Int] {
    var stream = RandomStream(seed: 3, cell: 0, replicate: 0)
    return stream.permutation(count)
  }
}
