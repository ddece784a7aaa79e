import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// Labeled rows in groups: heads against refits without each group, the labels part against the truth.
struct GroupHeadTests {
  static let labels = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 0, 3, 7, 7, 1, 2, 7, 7, 6]

  private static func rows(_ columns: Int, seed: UInt64) -> (Matrix, [Double]) {
    var stream = RandomStream(seed: seed)
    let x = stream.normalMatrix(rows: labels.count, columns: columns)
    let noise = stream.normals(labels.count)
    return (x, labels.indices.map { x[$0, 0] + 0.3 * Double(labels[$0]) + noise[$0] })
  }

  @Test(arguments: [2, 4, 8]) func leastSquaresLeavesGroupsOutExactly(columns: Int) throws {
    let (x, y) = Self.rows(columns, seed: 40)
    let design = Slow.withIntercept(x)
    let groups = Partition(Self.labels)
    let head = try LeastSquaresHead(design, labels: y, groups: groups)
    for rows in groups.members {
      let kept = (0..<y.count).filter { !rows.contains($0) }
      let coefficients = try Slow.coefficients(design.rows(at: kept), kept.map { y[$0] })
      for row in rows {
        #expect(abs(head.leaveOneOutResiduals[row] - (y[row] - dot(design.row(row), coefficients))) < 1e-10)
      }
    }
    #expect(head.coefficients == (try LeastSquaresHead(design, labels: y)).coefficients)
  }

  /// A column that one group alone has: I - H is singular there, and the group is left out by refitting.
  @Test func aGroupThatAloneDeterminesADirection() throws {
    var (x, y) = Self.rows(3, seed: 41)
    for row in 0..<y.count { x[row, 2] = Self.labels[row] == 5 ? Double(row % 3) : 0 }
    let design = Slow.withIntercept(x)
    let head = try LeastSquaresHead(design, labels: y, groups: Partition(Self.labels))
    let rows = y.indices.filter { Self.labels[$0] == 5 }
    let kept = y.indices.filter { Self.labels[$0] != 5 }
    let coefficients = try Slow.coefficients(design.columns(0..<3).rows(at: kept), kept.map { y[$0] })
    for row in rows {
      let predicted = dot(Array(design.row(row).prefix(3)), coefficients)
      #expect(abs(head.leaveOneOutResiduals[row] - (y[row] - predicted)) < 1e-9)
      #expect(head.standardizedResiduals[row].isFinite)
    }
  }

  /// (I - H_c)^-1/2 e_c by the literal formula.
  @Test func standardizedResidualsAreTheSymmetricRoot() throws {
    let (x, y) = Self.rows(3, seed: 42)
    let design = Slow.withIntercept(x)
    let groups = Partition(Self.labels)
    let head = try LeastSquaresHead(design, labels: y, groups: groups)
    let g = try Slow.pseudoInverse(design.gram())
    for rows in groups.members {
      let own = design.rows(at: rows)
      let h = multiply(own * g, own, transposing: .right)
      let root = try SymmetricEigen((Matrix.identity(rows.count) - h).symmetrized()).applying { 1 / $0.squareRoot() }
      let expected = root * rows.map { head.residuals[$0] }
      for (row, value) in zip(rows, expected) { #expect(abs(head.standardizedResiduals[row] - value) < 1e-10) }
    }
  }

  @Test(arguments: [3, 40]) func ridgeLeavesGroupsOutExactly(columns: Int) throws {
    let (x, y) = Self.rows(columns, seed: 43)
    let groups = Partition(Self.labels)
    let deviations = [Double](repeating: 1, count: columns)
    let head = try RidgeHead(x, labels: y, deviations: deviations, groups: groups)
    for rows in groups.members {
      let kept = (0..<y.count).filter { !rows.contains($0) }
      let fit = try Slow.ridge(x.rows(at: kept), kept.map { y[$0] }, penalty: head.penalty)
      for row in rows {
        let error = y[row] - fit.intercept - dot(x.row(row), fit.slopes)
        #expect(abs(head.leaveOneOutSquares[row] - error * error) < 1e-10 * (1 + error * error))
      }
    }
  }

  /// Every group one row: what heads without groups say, to the bit.
  @Test func groupsOfOneRowChangeNothing() throws {
    let (x, y) = Self.rows(4, seed: 44)
    let alone = Partition(Array(0..<y.count))
    let design = Slow.withIntercept(x)
    let (a, b) = (try LeastSquaresHead(design, labels: y), try LeastSquaresHead(design, labels: y, groups: alone))
    #expect(a.leaveOneOutResiduals == b.leaveOneOutResiduals)
    #expect(a.standardizedResiduals == b.standardizedResiduals && a.residualVariance == b.residualVariance)
    let curve = DesignCurve(design, seed: 1)
    let parts = [a, b].map { LabelsPart(head: $0, rows: design, design: curve)?.noisePerParameter }
    #expect(parts[0] == parts[1])
    let ridges = try [nil, alone].map {
      try RidgeHead(x, labels: y, deviations: [Double](repeating: 1, count: 4), groups: $0)
    }
    #expect(ridges[0].leaveOneOutSquares == ridges[1].leaveOneOutSquares)
    #expect(ridges[0].search.risk(labels: 60) == ridges[1].search.risk(labels: 60))
  }

  /// Halves: whole groups, all of them in one half of each split, near half of the rows, and a pure function of the seed.
  @Test func halvesKeepGroupsTogether() {
    let groups = Partition((0..<200).map { $0 * $0 % 23 })
    var shares = [Double]()
    for index in 0..<20 {
      let half = DeleteHalf.half(index, of: groups, seed: 3)
      #expect(half == DeleteHalf.half(index, of: groups, seed: 3))
      let inside = Set(half)
      for rows in groups.members { #expect(Set(rows.map { inside.contains($0) }).count == 1) }
      let other = Set(DeleteHalf.half(index ^ 1, of: groups, seed: 3))
      #expect(inside.isDisjoint(with: other) && inside.count + other.count == 200)
      shares.append(Double(half.count) / 200)
    }
    #expect(shares.allSatisfy { abs($0 - 0.5) <= 0.05 })
    #expect(Set(shares).count > 1 || shares[0] == 0.5)
  }
}

/// 25 groups of 8 labeled rows: what estimating the head costs, and what each rule says of it.
struct GroupLabelsGateTests {
  /// Labels share an offset within a group, or groups have slopes of their own.
  enum Sharing: Sendable { case offset, slopes }

  private static let (groups, size, columns) = (25, 8, 4)
  /// Share of a feature's variance that rows of a group have in common.
  private static let common = 0.5

  private static func draw(_ sharing: Sharing, _ stream: inout RandomStream) -> (x: Matrix, y: [Double]) {
    var (x, y) = (Matrix(rows: groups * size, columns: columns), [Double]())
    for group in 0..<groups {
      let (centre, offset, slopes) = (stream.normals(columns), stream.normals(1)[0], stream.normals(columns))
      for row in group * size..<(group + 1) * size {
        let (own, noise) = (stream.normals(columns), stream.normals(1)[0])
        for j in 0..<columns { x[row, j] = common.squareRoot() * centre[j] + (1 - common).squareRoot() * own[j] }
        let shared = sharing == .offset ? 0.7 * offset : 0.4 * dot(slopes, x.row(row))
        y.append(x.row(row).reduce(0, +) + shared + noise)
      }
    }
    return (x, y)
  }

  /// By group, and by the rule for independent rows; power: 20 % off is rejected either way.
  @Test(arguments: [Sharing.offset, .slopes]) func labelsPartIsThatOfGroups(_ sharing: Sharing) throws {
    let p = Self.columns + 1
    let found: [(truth: Double, clustered: Double, independent: Double)] = Parallel.map(count: 1500) { replicate in
      var stream = RandomStream(seed: sharing == .offset ? 50 : 51, replicate: UInt64(replicate))
      let (x, y) = Self.draw(sharing, &stream)
      let design = Slow.withIntercept(x)
      let groups = Partition(y.indices.map { $0 / Self.size })
      // Features have mean 0 and unit covariance: the excess risk is the squared distance of the coefficients.
      let curve = DesignCurve(design, seed: 0)
      let plain = try! LeastSquaresHead(design, labels: y)
      let head = try! LeastSquaresHead(design, labels: y, groups: groups)
      let excess = plain.coefficients.enumerated().reduce(0) { sum, term in
        let error = term.element - (term.offset == 0 ? 0 : 1)
        return sum + error * error
      }
      let n = Double(y.count)
      let clustered = LabelsPart(head: head, rows: design, design: curve, moment: .identity(p))!(n)!
      return (excess, clustered, LabelsPart(head: plain, rows: design, design: curve)!(n)!)
    }
    let truth = SampleMean(found.map(\.truth))
    let differences = { (scale: Double) in SampleMean(found.map { scale * $0.clustered - $0.truth }) }
    #expect(abs(differences(1).z(against: 0)) < 5, "\(SampleMean(found.map(\.clustered)).mean) for \(truth.mean)")
    #expect(differences(1.2).z(against: 0) > 5 && differences(0.8).z(against: 0) < -5)
    #expect(SampleMean(found.map(\.independent)).mean < 0.6 * truth.mean)
  }
}
