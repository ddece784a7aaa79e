import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Targets other than the columns themselves, with more hidden than a block: against values of 50 digits, against regressions refitted
/// without each row or group, and against fresh rows.
@Suite struct TargetTests {
  // MARK: values

  @Test func referenceValues() throws {
    let known = try ReferenceTargets.read()
    let blocks = Partition(
      known.blocks.enumerated().flatMap { index, own in own.map { ($0, index) } }.sorted { $0.0 < $1.0 }.map(\.1))
    let owner = known.target_blocks.enumerated().flatMap { index, own in own.map { ($0, index) } }.sorted {
      $0.0 < $1.0
    }.map(\.1)
    let x = Matrix(known.rows.numbers)
    let targets = try BlockTargets(Matrix(known.targets.numbers), of: owner, blocks: blocks)
    let ridge = Double(known.ridge)!
    let plain = try TargetPath(BlockRows(rows: x, blocks: blocks), targets)
    #expect(
      largestDifference(try plain.leftOutResiduals(ridge: ridge).storage, known.leave_one_out_targets.flat) < 1e-13)
    let groups = Partition(
      (0..<x.rows).map { row in known.leave_group_out_targets.groups.firstIndex { $0.contains(row) }! })
    let grouped = try TargetPath(BlockRows(rows: x, blocks: blocks), targets, groups: groups)
    #expect(
      largestDifference(
        try grouped.leftOutResiduals(ridge: ridge).storage, known.leave_group_out_targets.residuals.flat) < 1e-13)
    let hidden = try BlockRows(rows: x, blocks: blocks, hide: Double(known.mask_rate.hide_rate)!)
    let weights = try TargetPath(hidden, targets).model(ridge: ridge).weights
    #expect(
      largestDifference(weights.transposed().storage, known.mask_rate.weights_by_listing_masks.flatMap(\.flat)) < 1e-13)
  }

  // MARK: refits

  private static let labels = [0, 0, 1, 2, 1, 2, 2]
  private static let hidden = [[0, 1, 2], [2, 4], [3, 5, 6]]

  /// Rows about the means of those kept, which the sums of squares are of.
  private static func refitted(
    _ x: Matrix, _ targets: BlockTargets, _ blocks: Partition, without out: [Int], penalty: Double, odds: Double,
    centers: Bool
  ) throws -> Matrix {
    let kept = (0..<x.rows).filter { !out.contains($0) }
    func means(_ rows: Matrix) -> [Double] {
      centers ? rows.rows(at: kept).columnMeans() : [Double](repeating: 0, count: rows.columns)
    }
    let (own, other) = (x.subtractingFromRows(means(x)), targets.values.subtractingFromRows(means(targets.values)))
    let (train, aims) = (own.rows(at: kept), other.rows(at: kept))
    let gram = train.gram()
    var result = other.rows(at: out)
    for index in 0..<blocks.count {
      let seen = (0..<x.columns).filter { !targets.hidden[index].contains($0) }
      let mine = targets.block.indices.filter { targets.block[$0] == index }
      var system = Matrix(rows: seen.count, columns: seen.count)
      for (a, i) in seen.enumerated() {
        for (b, j) in seen.enumerated() {
          system[a, b] = gram[i, j] * (blocks.label[i] == blocks.label[j] ? 1 + odds : 1) + (a == b ? penalty : 0)
        }
      }
      let right = multiply(train.columns(at: seen), aims.columns(at: mine), transposing: .left)
      let predicted = own.rows(at: out).columns(at: seen) * (try Cholesky(system).solve(right))
      for i in 0..<out.count { for (b, j) in mine.enumerated() { result[i, j] -= predicted[i, b] } }
    }
    return result
  }

  @Test(arguments: [0.0, 0.4], [true, false]) func rowsAndGroupsLeaveExactly(hide: Double, centers: Bool) throws {
    for (n, ridge) in [(20, 0.05), (6, 0.3)] {
      let (x, values) = (correlatedRows(n, 7, seed: 31), correlatedRows(n, 14, seed: 32))
      let blocks = Partition(Self.labels)
      let targets = try BlockTargets(values, blocks: blocks, hidden: Self.hidden)
      let groups = Partition((0..<n).map { $0 * $0 % 7 % 4 })
      let data = try BlockRows(rows: x, blocks: blocks, hide: hide, preparation: ColumnPreparation(centers: centers))
      let m = Double(centers ? n - 1 : n)
      func refits(_ members: [[Int]]) throws -> Matrix {
        var result = Matrix(rows: n, columns: 14)
        for rows in members {
          let found = try Self.refitted(
            x, targets, blocks, without: rows, penalty: m * ridge, odds: hide / (1 - hide), centers: centers)
          for (position, row) in rows.enumerated() { for j in 0..<14 { result[row, j] = found[position, j] } }
        }
        return result
      }
      let name = "hide \(hide), \(n) rows, centers \(centers)"
      let alone = try refits((0..<n).map { [$0] })
      let path = try TargetPath(data, targets)
      #expect(largestDifference(try path.leftOutResiduals(ridge: ridge).storage, alone.storage) < 1e-10, "\(name)")
      let together = try refits(groups.members)
      let grouped = try TargetPath(data, targets, groups: groups)
      #expect(
        largestDifference(try grouped.leftOutResiduals(ridge: ridge).storage, together.storage) < 1e-10, "\(name)")
      let errors = try grouped.errors(ridges: [ridge])[0]
      #expect(abs(errors.leaveOneOutError! - alone.squaredFrobeniusNorm / Double(14 * n)) < 1e-10, "\(name)")
      #expect(abs(errors.leaveGroupOut!.error! - together.squaredFrobeniusNorm / Double(14 * n)) < 1e-10, "\(name)")
      let mean = centers ? values.columnMeans() : [Double](repeating: 0, count: 14)
      let predicted = values - (try path.model(ridge: ridge).predictions(for: x))
      #expect(abs(errors.trainingError - predicted.squaredFrobeniusNorm / m / 14) < 1e-10, "\(name)")
      #expect(largestDifference(try path.model(ridge: ridge).targetMeans, mean) < 1e-14)
    }
  }

  /// The columns themselves, nothing more hidden: masked regression in blocks.
  @Test(arguments: [0.0, 0.3]) func ownColumnsAreBlocks(hide: Double) throws {
    let x = correlatedRows(25, 7, seed: 33)
    let blocks = Partition(Self.labels)
    let data = try BlockRows(rows: x, blocks: blocks, hide: hide)
    let (own, plain) = (try TargetPath(data, BlockTargets(x, blocks: blocks)), try BlockPath(data))
    let (targets, columns) = (try own.errors(ridges: [0.07])[0], try plain.errors(ridges: [0.07])[0])
    #expect(relativeDifference(targets.trainingError, columns.trainingError) < 1e-12)
    #expect(relativeDifference(targets.leaveOneOutError!, columns.leaveOneOutError!) < 1e-11)
    #expect(relativeDifference(targets.r2!, columns.overallR2!) < 1e-11)
    #expect(relativeDifference(try own.model(ridge: 0.07).weights, try plain.model(ridge: 0.07).weights()) < 1e-12)
    let (first, second) = (try own.forecaster(ridge: 0.07), try plain.forecaster(ridge: 0.07, count: 24))
    for rows in [15.0, 50, 200] {
      #expect(
        relativeDifference(first.forecast(rows: rows, ridge: 1).error!, second.forecast(rows: rows, ridge: 1).error!)
          < 1e-10)
    }
  }

  /// Many penalties from one factorization: what each gives by itself.
  @Test(arguments: [40, 6], [true, false]) func pathsAreTheirPenalties(rows: Int, centers: Bool) throws {
    let data = try BlockRows(
      rows: correlatedRows(rows, 7, seed: 34), blocks: Partition(Self.labels),
      preparation: ColumnPreparation(centers: centers))
    let ridges = [1e-3, 0.02, 0.3, 4, 50]
    let together = try BlockPath(data).errors(ridges: ridges)
    for (ridge, found) in zip(ridges, together) {
      let alone = try BlockPath(data).errors(ridges: [ridge])[0]
      #expect(largestDifference(found.columnTrainingErrors, alone.columnTrainingErrors) < 1e-10 * alone.trainingError)
      for (a, b) in zip(found.columnLeaveOneOutErrors, alone.columnLeaveOneOutErrors) {
        #expect(relativeDifference(a!, b!) < 1e-9)
      }
      #expect(relativeDifference(found.kappa!, alone.kappa!) < 1e-10)
      #expect(largestDifference(found.columnDegreesOfFreedom, alone.columnDegreesOfFreedom) < 1e-9)
      #expect(relativeDifference(found.generalizedCrossValidationError!, alone.generalizedCrossValidationError!) < 1e-9)
    }
  }

  // MARK: draws

  /// Left-out errors of n rows are, in the mean over draws, those of fits to n - 1 rows on fresh ones. Power: 20 % off is more than 10
  /// standard errors.
  @Test(arguments: [0.0, 0.4]) func leaveOneOutIsTheErrorOfFreshRows(hide: Double) throws {
    let blocks = Partition(Self.labels)
    let mixing = correlatedRows(7, 7, seed: 35)
    let map = correlatedRows(7, 7, seed: 36)
    @Sendable func draw(_ n: Int, _ stream: inout RandomStream) -> (Matrix, Matrix) {
      let x = stream.normalMatrix(rows: n, columns: 7) * mixing
      return (x, x * map + stream.normalMatrix(rows: n, columns: 7))
    }
    let n = 25
    let found: [(leftOut: Double, fresh: Double)] = try Parallel.map(count: 200) { index in
      var stream = RandomStream(seed: 62, replicate: UInt64(index))
      let (x, t) = draw(n, &stream)
      let path = try TargetPath(
        BlockRows(rows: x, blocks: blocks, hide: hide), BlockTargets(t, blocks: blocks, hidden: Self.hidden))
      let fewer = try TargetPath(
        BlockRows(rows: x.rows(1..<n), blocks: blocks, hide: hide),
        BlockTargets(t.rows(1..<n), blocks: blocks, hidden: Self.hidden))
      let (fresh, aims) = draw(400, &stream)
      // The penalty on the sum of squares stays.
      let ridge = 0.2 * Double(n - 1) / Double(n - 2)
      let residual = aims - (try fewer.model(ridge: ridge).predictions(for: fresh))
      return (
        try path.errors(ridges: [0.2])[0].leaveOneOutError!,
        residual.squaredFrobeniusNorm / Double(residual.storage.count)
      )
    }
    let truth = SampleMean(found.map(\.fresh)).mean
    let difference = SampleMean(found.map { $0.leftOut - $0.fresh })
    #expect(abs(difference.mean) < 5 * difference.standardError)
    #expect(difference.standardError < 0.02 * truth)
    for wrong in [-0.2, 0.2] { #expect(abs(difference.mean + wrong * truth) > 5 * difference.standardError) }
  }

  // MARK: codes

  /// As many dimensions as columns: least squares on the visible columns. Fewer tell less.
  @Test func codesOfFullSizeAreLeastSquares() throws {
    let x = correlatedRows(40, 7, seed: 37)
    let blocks = Partition(Self.labels)
    let path = try TargetPath(BlockRows(rows: x, blocks: blocks), BlockTargets(x, blocks: blocks))
    let errors = try path.errors(ridges: [1e-10])[0]
    let total = x.subtractingFromRows(x.columnMeans()).squaredFrobeniusNorm / 39 / 7
    let all = try path.codes(size: 7, ridge: 0.01)
    #expect(abs(all.r2 - (1 - errors.trainingError / total)) < 1e-7)
    let sizes = try (1...7).map { try path.codes(size: $0, ridge: 0.01) }
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0.r2 <= $1.r2 + 1e-12 })
    #expect(sizes[2].codes.rows == 40 && sizes[2].codes.columns == 3 && sizes[6].next == nil)
    #expect(abs(sizes[2].next! - sizes[3].singularValues[3]) < 1e-12)
    #expect(throws: MaskedRegressionError.invalidSize(size: 8, largest: 7)) { try path.codes(size: 8, ridge: 0.01) }
  }

  // MARK: colours, rims, refusals

  /// Matplotlib 3.11: nipy_spectral and viridis.
  @Test func coloursAreMatplotlibs() throws {
    for (value, color) in [
      (0.0, [0.0, 0, 0]), (0.1, [0.5306882352941177, 0, 0.5973843137254902]), (0.37, [0, 0.6667, 0.6170019607843137]),
      (0.5, [0, 0.7385313725490196, 0]), (0.999, [0.8, 0.8, 0.8]), (1, [0.8, 0.8, 0.8]),
    ] {
      #expect(largestDifference(PseudoColor.nipySpectral.color(value), color) < 1e-12, "\(value)")
    }
    for (value, color) in [(0.37, [0.175841, 0.44129, 0.557685]), (0.999, [0.993248, 0.906157, 0.143936])] {
      for (own, known) in zip(PseudoColor.viridis.color(value), color) { #expect(abs(own - known) < 0.5 / 255 + 1e-9) }
    }
    let rows = Matrix([[0, 128], [255, 51]])
    let colors = try PseudoColor.grey.targets(rows, white: 255)
    #expect(colors.row(1) == [1, 1, 1, 51, 51, 51].map { $0 == 1 ? 1 : $0 / 255 })
    #expect(throws: MaskedRegressionError.notAShade(row: 1, column: 0, value: 255, white: 254)) {
      try PseudoColor.viridis.targets(rows, white: 254)
    }
  }

  @Test func rimsSurroundTheirPatch() throws {
    let blocks = try Partition.patches(imageHeight: 4, imageWidth: 4, patchHeight: 2, patchWidth: 2)
    #expect(blocks.withRim(0, imageHeight: 4, imageWidth: 4) == blocks.members)
    #expect(blocks.withRim(1, imageHeight: 4, imageWidth: 4)[0] == [0, 1, 2, 4, 5, 6, 8, 9, 10])
    let colored = try Partition.patches(imageHeight: 2, imageWidth: 4, channels: 2, patchHeight: 2, patchWidth: 1)
    #expect(colored.withRim(1, imageHeight: 2, imageWidth: 4, channels: 2)[0] == [0, 1, 2, 3, 8, 9, 10, 11])
    let x = correlatedRows(10, 16, seed: 38)
    #expect(throws: MaskedRegressionError.everythingHidden(block: 0)) {
      try BlockTargets(x, blocks: blocks, hidden: blocks.withRim(2, imageHeight: 4, imageWidth: 4))
    }
    #expect(throws: MaskedRegressionError.targetCount(given: 15, columns: 16)) {
      try BlockTargets(x.columns(0..<15), blocks: blocks)
    }
    let data = try BlockRows(rows: x, blocks: blocks)
    #expect(throws: MaskedRegressionError.targetRows(given: 9, rows: 10)) {
      try TargetPath(data, BlockTargets(x.rows(0..<9), blocks: blocks))
    }
  }

  /// The search ends beside the best of a fine grid.
  @Test func bestRidgeIsBest() throws {
    let (x, t) = (correlatedRows(30, 7, seed: 39), correlatedRows(30, 7, seed: 40))
    let blocks = Partition(Self.labels)
    let path = try TargetPath(BlockRows(rows: x, blocks: blocks), BlockTargets(x + 0.3 * t, blocks: blocks))
    let best = try path.best()
    let fine = try path.errors(ridges: path.ridgeGrid(count: 300)).map { $0.leaveOneOutError! }.min()!
    #expect(best.errors.leaveOneOutError! < fine * (1 + 1e-3))
  }
}

private struct ReferenceTargets: Decodable {
  let rows: [[String]]
  let blocks: [[Int]]
  let targets: [[String]]
  let target_blocks: [[Int]]
  let ridge: String
  let leave_one_out_targets: [[String]]
  let leave_group_out_targets: Groups
  let mask_rate: MaskRate

  struct Groups: Decodable {
    let groups: [[Int]]
    let residuals: [[String]]
  }

  struct MaskRate: Decodable {
    let hide_rate: String
    let weights_by_listing_masks: [[[String]]]
  }

  static func read() throws -> ReferenceTargets {
    try JSONDecoder().decode(ReferenceTargets.self, from: reference("masked_blocks.json"))
  }
}

extension [[String]] {
  fileprivate var numbers: [[Double]] { map { $0.map { Double($0)! } } }
  fileprivate var flat: [Double] { numbers.flatMap { $0 } }
}
