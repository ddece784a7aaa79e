import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness

/// The pre-training part of the risk by refitting on random halves of the rows: no formula for the method is needed.
///
/// For each half, how much of what the full fit captures does the half's span miss? Label noise is taken out by
/// quadratic forms in its influence rows. Only spans are compared, so rotations and label switching need no treatment.
/// If the part falls like 1/m, half against full is the part itself.
package struct DeleteHalf: Sendable {
  /// One number per half: the full fit's prediction only (`spanLoss`), with the residual that the other span may catch
  /// (`riskLoss`), and the paired difference of leave-one-out errors (`leaveOneOut`).
  package struct Halves: Sendable {
    package var spanLoss: [Double] = []
    package var riskLoss: [Double] = []
    package var leaveOneOut: [Double] = []

    package init(spanLoss: [Double] = [], riskLoss: [Double] = [], leaveOneOut: [Double] = []) {
      self.spanLoss = spanLoss
      self.riskLoss = riskLoss
      self.leaveOneOut = leaveOneOut
    }
  }

  /// Half of the refits: 10, or 4 where the rows hold more than a million numbers; the part is small then and refits
  /// are dear.
  package static func splits(rows: Int, columns: Int) -> Int { rows * columns > 1_000_000 ? 4 : 10 }

  /// Losses of all halves for each full fit, of those that could be had, with a warning where one could not; `designs`
  /// and `heads` belong to the sizes in order.
  /// Cost: 2 x splits fits of half the rows, a pass or more over the pool for all halves, and 4 N p^2 + n p^2 flops
  /// for each half and size.
  package static func losses(
    method: any PretrainingMethod, sizes: [Int], full found: [any Representation], designs: [PoolDesign],
    heads: [LeastSquaresHead], data: PreparedData, seed: UInt64, tick: @Sendable () -> Void
  ) throws -> [(losses: Halves, warning: Warning?)] {
    if sizes.isEmpty { return [] }
    let full = try zip(designs, heads).map { try FullFit(design: $0, head: $1) }
    let halves = try HalfFits(method, sizes: sizes, from: found, data: data, seed: seed, tick: tick)
    let pairs = halves.representations.flatMap { half in
      half.indices.compactMap { position in half[position].map { (position, $0) } }
    }
    let losses = try FeatureMoments.over(data.pool, groups: pairs.map { [$0.1, found[$0.0]] }) { index, moments in
      let (position, half) = pairs[index]
      let joint = JointDesign(half, full[position].design, moments, data)
      return try? full[position].loss(of: joint, labels: data.labels)
    }
    return sizes.indices.map { position in
      let own = zip(pairs, losses).compactMap { $0.0 == position ? $1 : nil }
      let result = Halves(
        spanLoss: own.map(\.span), riskLoss: own.map(\.risk), leaveOneOut: own.map(\.leaveOneOut))
      return (result, halves.warning(known: own.count))
    }
  }

  /// Length of the stretches that are kept together where rows are in order of time: √N, so that there are as many of
  /// them.
  static func stretch(_ rows: Int) -> Int { max(1, Int(Double(rows).squareRoot())) }

  /// Rows of half number `index`: 2 s and 2 s + 1 are the two halves of split s. Rows of a stretch stay together.
  package static func half(_ index: Int, of rows: Int, stretch: Int = 1, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, cell: 0, replicate: UInt64(index / 2), purpose: Purpose.halves)
    let count = (rows + stretch - 1) / stretch
    let order = stream.permutation(count)
    let chosen = (index % 2 == 0 ? order[..<(count / 2)] : order[(count - count / 2)...]).sorted()
    return chosen.flatMap { Array($0 * stretch..<min(($0 + 1) * stretch, rows)) }
  }
}

/// A half's design beside that of all rows.
private struct JointDesign {
  let half: PoolDesign
  /// B_half'B_full over the pool.
  let products: Matrix

  init(
    _ half: any Representation, _ full: PoolDesign, _ moments: FeatureMoments, _ data: PreparedData
  ) {
    let (own, other) = (half.featureCount, full.representation.featureCount)
    self.half = PoolDesign(half, moments, 0..<own, data)
    products = moments.products((0..<own, self.half.scaling), (own..<own + other, full.scaling))
  }
}

/// The fit on all rows, with what every half needs of it.
private struct FullFit: Sendable {
  let design: PoolDesign
  let head: LeastSquaresHead
  /// J, n x p.
  let influence: Matrix
  /// C = J'J.
  let covariance: Matrix
  /// F2 - D2: mean square of the full prediction over the pool, label noise taken out.
  let energy: Double

  init(design: PoolDesign, head: LeastSquaresHead) throws {
    self.design = design
    self.head = head
    influence = head.influence(design.labeled)
    covariance = influence.gram()
    let moment = (1 / Double(design.rowCount)) * design.gram
    energy = dot(head.coefficients, moment * head.coefficients) - traceOfProduct(moment, covariance)
  }

  func loss(of joint: JointDesign, labels: [Double]) throws -> (span: Double, risk: Double, leaveOneOut: Double) {
    let (half, rows) = (joint.half, Double(design.rowCount))
    let s = rows * (try DesignInverse(gram: half.gram, rows: design.rowCount)).inverse
    let x1 = (1 / rows) * joint.products
    let captured = x1 * head.coefficients
    let spanNoise = traceOfProduct(multiply(s, x1), multiply(covariance, x1, transposing: .right))
    let span = energy - dot(captured, s * captured) + spanNoise

    let n = Double(labels.count)
    let scale = n / max(n - Double(head.rank), 1)
    let caught = half.labeled.transposedTimes(head.residuals).map { scale * $0 / n }
    let b = zip(captured, caught).map { $0 + $1 }
    let overlap = multiply(half.labeled, design.labeled, transposing: .left)
    let own = half.labeled - multiply(multiply(design.labeled, head.inverse), overlap, transposing: .right)
    let influenceOfB =
      multiply(influence, x1, transposing: .right)
      + head.gathered(own.scalingRows(by: head.standardizedResiduals.map { scale * $0 / n }))
    let risk = energy - dot(b, s * b) + traceOfProduct(s, influenceOfB.gram())

    let refit = try LeastSquaresHead(half.labeled, labels: labels, groups: head.leaving?.groups)
    let difference = zip(refit.leaveOneOutSquares, head.leaveOneOutSquares).reduce(0) { $0 + $1.0 - $1.1 } / n
    return (span, risk, difference)
  }
}
