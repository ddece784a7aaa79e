import Asymptotics
import Differentiation
import LinearAlgebra

extension PretrainingModel {
  /// The three moment matrices at w, by automatic differentiation.
  ///
  /// The loss may be any function of means, so a row's score is the influence of the row on ∇L (the delta method):
  ///
  ///     s(z) = ∂/∂ε ∇_w L(w, m(w) + ε (t(z; w) - m(w))) at ε = 0,   m(w) = E t(z; w)
  ///
  /// which is ∇ loss - E ∇ loss when L is a mean over rows.
  /// - Parameters:
  ///   - w: a minimum; see `fit(_:from:)`.
  ///   - head: θ*, length p.
  ///   - unlabeled: rows the loss is averaged over.
  ///   - downstream: rows the head is used on.
  /// Throws `NotAtMinimum` where the mean gradient is farther from 0 than the rows' scores scatter. Cost: q²/16 passes for H, q/8 for the scores, q/8 over the downstream rows; then N q² and M (p + q)² flops.
  public func momentMatrices(
    at w: [Double], head: [Double], unlabeled: ModelRows, downstream: ModelRows
  ) throws -> MomentMatrices {
    let loss = SampleLoss(self, rows: unlabeled)
    let chunks = LaneChunk.all(count: w.count)
    let means = chunks.map { chunk in loss.means(at: chunk.seeded(w)) }
    let sums = try unlabeled.map { rows in scores(rows, at: w, chunks: chunks, means: means).gram() }
    let scoreCovariance = (1 / Double(unlabeled.count)) * sums.added()
    try NotAtMinimum.check(
      gradient: loss.gradient(at: w), scoreCovariance: scoreCovariance, rows: unlabeled.count)
    return MomentMatrices(
      hessian: loss.hessian(at: w), scoreCovariance: scoreCovariance,
      joint: try jointMoment(at: w, head: head, rows: downstream), featureCount: head.count,
      verticalBasis: try symmetry.verticalBasis(at: w))
  }

  /// T = mean (ψ, g)(ψ, g)' over rows.
  public func jointMoment(at w: [Double], head: [Double], rows: ModelRows) throws -> Matrix {
    let chunks = LaneChunk.all(count: w.count)
    let sums = try rows.map { panel in
      Matrix((0..<panel.rows).map { featuresAndTangents(panel.row($0), at: w, head: head, chunks: chunks) }).gram()
    }
    return (1 / Double(rows.count)) * sums.added()
  }

  private func scores(_ rows: Matrix, at w: [Double], chunks: [LaneChunk], means: [[Dual]]) -> Matrix {
    Matrix(
      (0..<rows.rows).map { index in
        let row = rows.row(index)
        return zip(chunks, means).flatMap { chunk, mean in
          let own = statistics(of: row, at: chunk.seeded(w))
          let influence = objective(means: zip(mean, own).map(Self.towards), at: chunk.hyperSeeded(w)).mixed
          return (0..<chunk.count).map { influence[$0] }
        }
      })
  }

  /// m + ε (t - m), ε along δ.
  private static func towards(_ mean: Dual, _ own: Dual) -> HyperDual {
    HyperDual(
      value: mean.value, direction: own.value - mean.value, lanes: mean.lanes, mixed: own.lanes - mean.lanes)
  }

  private func featuresAndTangents(
    _ row: [Double], at w: [Double], head: [Double], chunks: [LaneChunk]
  ) -> [Double] {
    var result = features(of: row, at: w)
    precondition(result.count == head.count, "\(head.count) head coefficients for \(result.count) features")
    for chunk in chunks {
      let target = innerProduct(features(of: row, at: chunk.seeded(w)), head).lanes
      result += (0..<chunk.count).map { target[$0] }
    }
    return result
  }
}

extension MomentModel {
  /// The three moment matrices from the means and the covariance of t(z), with nothing sampled: S = D Cov(t) D', where
  /// D = ∂²L/∂w ∂means.
  /// - Parameters:
  ///   - means: E t, length r.
  ///   - covariance: Cov(t), r x r.
  /// Throws `NotAtMinimum` where the gradient does not vanish. Cost: (q² + q r)/8 evaluations of the loss, q r² flops.
  public func momentMatrices(
    at w: [Double], head: [Double], means: [Double], covariance: Matrix, downstream: ModelRows
  ) throws -> MomentMatrices {
    precondition(
      covariance.rows == means.count && covariance.columns == means.count,
      "\(means.count) means with a \(covariance.rows) x \(covariance.columns) covariance")
    let (q, r) = (w.count, means.count)
    let response = JointObjective(model: self, parameterCount: q)
      .mixedHessian(at: w + means, rows: 0..<q, columns: q..<q + r)
    let loss = SampleLoss(self, means: means)
    let hessian = loss.hessian(at: w)
    try NotAtMinimum.check(gradient: loss.gradient(at: w), hessian: hessian, at: w)
    return MomentMatrices(
      hessian: hessian,
      scoreCovariance: multiply(multiply(response, covariance), response, transposing: .right).symmetrized(),
      joint: try jointMoment(at: w, head: head, rows: downstream), featureCount: head.count,
      verticalBasis: try symmetry.verticalBasis(at: w))
  }
}

/// L as a function of (w, means).
private struct JointObjective<Model: PretrainingModel>: DifferentiableFunction {
  let model: Model
  let parameterCount: Int

  func callAsFunction<S: DifferentiableScalar>(_ x: [S]) -> S {
    model.objective(means: Array(x[parameterCount...]), at: Array(x[..<parameterCount]))
  }
}

/// Up to eight parameters that derivatives are taken in at once.
struct LaneChunk: Sendable {
  let start: Int
  let count: Int

  static func all(count: Int) -> [LaneChunk] {
    stride(from: 0, to: count, by: 8).map { LaneChunk(start: $0, count: min(8, count - $0)) }
  }

  func seeded(_ w: [Double]) -> [Dual] { w.indices.map { Dual(value: w[$0], lanes: lanes($0)) } }

  func hyperSeeded(_ w: [Double]) -> [HyperDual] {
    w.indices.map { HyperDual(value: w[$0], direction: 0, lanes: lanes($0), mixed: .zero) }
  }

  private func lanes(_ index: Int) -> SIMD8<Double> {
    var result = SIMD8<Double>.zero
    if index >= start && index < start + count { result[index - start] = 1 }
    return result
  }
}

extension [Matrix] {
  /// Their sum, in order.
  fileprivate func added() -> Matrix { dropFirst().reduce(self[0]) { $0 + $1 } }
}
