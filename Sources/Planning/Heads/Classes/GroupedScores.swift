import CMath
import LinearAlgebra

/// How many times as much a softmax head's labels part is where labels of a group have something in common.
///
/// The excess risk of coefficients is ½ tr(A H⁻¹ M H⁻¹) with M the covariance of the summed scores s_i = (p_i - y_i) z_i', and M sums over
/// groups where only these are independent. In principal coordinates z_j and contrasts u_l of the classes, where H is nearly diagonal:
///
///     effect = Σ_jl w_jl Σ_c s⁻_cjl s°_cjl / Σ_jl w_jl Σ_i s⁻_ijl s°_ijl,   w_jl = a_l s_j / (a_l s_j + c)²
///
/// s° are scores by fits without the row's group, s⁻ by the fit to all: their products are unbiased for rows that have nothing in common,
/// where either's squares are not (CR2's (I - H)^-1/2 e does the same). 1 without groups.
/// Source: the cluster-robust sandwich (Liang and Zeger 1986; Bell and McCaffrey 2002); GRAPH_AND_BLOCKS, section 7.
/// Cost: rows x features x classes multiplications.
package struct GroupedScores: Sendable {
  package let effect: Double
  /// Standard error of the effect, relative to it.
  package let relativeError: Double

  package static let none = GroupedScores(effect: 1, relativeError: 0)

  private init(effect: Double, relativeError: Double) { (self.effect, self.relativeError) = (effect, relativeError) }

  /// Less than what single rows alone would give is chance.
  private static let least = 0.5

  /// - Parameter curvature: A = E[diag(p) - pp'], K x K.
  package init(_ head: SoftmaxHead, curvature: Matrix) throws {
    guard let groups = head.groups else {
      self = .none
      return
    }
    let rows = head.path.rows.coordinates
    let eigen = try SymmetricEigen(curvature)
    let contrasts = eigen.vectors.columns(0..<curvature.rows - 1)
    var seen = rows * head.step.weights
    seen.takeLogSoftmax()
    func scores(_ logs: Matrix) -> Matrix {
      var result = logs
      for row in 0..<logs.rows {
        for k in 0..<logs.columns { result[row, k] = exp(logs[row, k]) - (head.classes[row] == k ? 1 : 0) }
      }
      return result * contrasts
    }
    let (own, out) = (scores(seen), scores(head.leftOutLogs))
    let squares = (0..<rows.columns).map { j in rows.column(j).reduce(0) { $0 + $1 * $1 } }
    let penalty = head.path.count == 2 ? 2 * head.fit.penalty : head.fit.penalty
    var (together, alone) = ([Double](repeating: 0, count: groups.count), [Double](repeating: 0, count: groups.count))
    for l in 0..<contrasts.columns {
      let a = max(eigen.values[l], 1e-12)
      let roots = squares.indices.map { j -> Double in
        let curved = a * squares[j]
        // Intercepts, the last, are free.
        let whole = curved + (j == squares.count - 1 ? 0 : penalty)
        return whole > 0 ? curved.squareRoot() / whole : 0
      }
      let weighted = rows.scalingColumns(by: roots)
      let (inside, outside) = (weighted.scalingRows(by: own.column(l)), weighted.scalingRows(by: out.column(l)))
      let (first, second) = (groups.sums(of: inside), groups.sums(of: outside))
      for group in 0..<groups.count { together[group] += dot(first.row(group), second.row(group)) }
      for row in 0..<rows.rows { alone[groups.label[row]] += dot(inside.row(row), outside.row(row)) }
    }
    let (sum, single) = (together.reduce(0, +), alone.reduce(0, +))
    guard single > 0, sum > 0 else {
      self = GroupedScores(effect: Self.least, relativeError: 1)
      return
    }
    let ratio = sum / single
    // Of a ratio of sums over groups.
    let count = Double(groups.count)
    let spread = zip(together, alone).reduce(0) { $0 + ($1.0 - ratio * $1.1) * ($1.0 - ratio * $1.1) }
    let error = (spread * count / max(count - 1, 1)).squareRoot() / sum
    self.init(effect: max(ratio, Self.least), relativeError: min(error, 1))
  }
}
