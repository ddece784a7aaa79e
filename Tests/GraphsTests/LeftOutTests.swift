import Graphs
import LinearAlgebra
import TestSupport
import Testing

/// Left-out errors against refits from scratch.
@Suite struct LeftOutTests {
  /// Residuals of `nodes` by a fit in which they are neither targets nor inputs; `weights` of hiding kept or of what remains.
  private func refit(
    _ p: Matrix, _ x: Matrix, without nodes: [Int], ratio: Double, shift: Double, keptWeights: [Double]? = nil
  ) throws -> Matrix {
    var off = p
    for i in 0..<x.rows { off[i, i] = 0 }
    let full = off * x
    let rest = (0..<x.rows).filter { !nodes.contains($0) }
    let seen = x.scalingRows(by: (0..<x.rows).map { nodes.contains($0) ? 0 : 1 })
    let y = (off * seen).rows(at: rest)
    let weights =
      keptWeights
      ?? (0..<x.rows).map { i in
        nodes.contains(i) ? 0 : rest.reduce(0) { $0 + off[$1, i] * off[$1, i] }
      }
    let normal = y.gram() + ratio * x.gram(weights: weights) + shift * .identity(x.columns)
    let theta = try Cholesky(normal).solve(multiply(y, x.rows(at: rest), transposing: .left))
    return x.rows(at: nodes) - full.rows(at: nodes) * theta
  }

  @Test(arguments: [(GraphFilter.sgc(hops: 2), GraphNormalization.symmetric), (.appnp(steps: 3, alpha: 0.3), .rows)])
  func nodes(_ filter: GraphFilter, _ normalization: GraphNormalization) throws {
    let graph = try SmallGraphs.random(50, share: 0.05, seed: 21)
    let x = SmallGraphs.features(50, 4, seed: 22)
    let moments = try SmallGraphs.moments(graph, x, filter, normalization)
    let p = try moments.propagation.explicit().dense()
    for hide in [0.5, 0.9] {
      let (ratio, ridge) = (hide / (1 - hide), 0.3)
      let leaving = try NodeLeaving(moments, hideRate: hide, ridge: ridge)
      let kept = try leaving.leftOutResiduals(ridge: ridge)
      let refitted = try leaving.leftOutResiduals(ridge: ridge, refitted: true)
      let (shift, weights) = (ridge * moments.ridgeUnit, moments.diagonal.weights)
      for l in 0..<50 {
        let first = try refit(p, x, without: [l], ratio: ratio, shift: shift, keptWeights: weights)
        let second = try refit(p, x, without: [l], ratio: ratio, shift: shift)
        #expect(relativeDifference(kept.rows(l..<l + 1), first) < 1e-10)
        #expect(relativeDifference(refitted.rows(l..<l + 1), second) < 1e-10)
      }
    }
  }

  @Test func removingTheTargetAloneIsOptimistic() throws {
    let graph = try SmallGraphs.random(40, share: 0.06, seed: 5)
    let x = SmallGraphs.features(40, 5, seed: 6)
    let moments = try SmallGraphs.moments(graph, x)
    let exact = try NodeLeaving(moments, hideRate: 0.5, ridge: 0.1).squares(ridge: 0.1)
    let factor = try Cholesky(moments.normalMatrix(hideRate: 0.5, ridge: 0.1))
    let residuals = x - moments.visible * factor.solve(moments.cross)
    let solved = factor.solve(moments.visible.transposed())
    let naive = (0..<40).reduce(0.0) { sum, l in
      let leverage = dot(moments.visible.row(l), solved.column(l))
      return sum + dot(residuals.row(l), residuals.row(l)) / (1 - leverage) / (1 - leverage)
    }
    #expect(naive < 0.99 * exact.leftOut.reduce(0, +))
    #expect(exact.training < naive)
  }

  @Test func communities() throws {
    let graph = try SmallGraphs.random(40, share: 0.06, seed: 31)
    let x = SmallGraphs.features(40, 4, seed: 32)
    for normalization in GraphNormalization.allCases {
      let moments = try SmallGraphs.moments(graph, x, .sgc(hops: 2), normalization)
      let p = try moments.propagation.explicit().dense()
      let leaving = try CommunityLeaving(moments, hideRate: 0.6, ridge: 0.2)
      for nodes in [[3], [0, 1, 2, 17], Array(10..<30)] {
        let expected = try refit(p, x, without: nodes, ratio: 1.5, shift: 0.2 * moments.ridgeUnit)
        #expect(relativeDifference(try leaving.residuals(leavingOut: nodes), expected) < 1e-10)
      }
      // One node each: the exact error with a node left out, the penalty refitted.
      let single = try leaving.squares(Communities(Array(0..<40)))
      let node = try NodeLeaving(moments, hideRate: 0.6, ridge: 0.2).squares(ridge: 0.2, refitted: true)
      for (a, b) in zip(single, node.leftOut) { #expect(relativeDifference(a, b) < 1e-10) }
    }
  }

  @Test func moreColumnsThanNodes() throws {
    let graph = try SmallGraphs.random(20, share: 0.1, seed: 41)
    let x = SmallGraphs.features(20, 30, seed: 42)
    let turned = try SmallGraphs.moments(graph, x)
    #expect(turned.rows.values.columns == 20 && turned.rows.columns == 30)
    let p = try turned.propagation.explicit().dense()
    let residuals = try NodeLeaving(turned, hideRate: 0.5, ridge: 0.4).leftOutResiduals(ridge: 0.4)
    let inColumns = turned.rows.inColumns(residuals)
    for l in 0..<20 {
      let expected = try refit(
        p, x, without: [l], ratio: 1, shift: 0.4 * turned.ridgeUnit, keptWeights: turned.diagonal.weights)
      #expect(relativeDifference(inColumns.rows(l..<l + 1), expected) < 1e-10)
    }
  }
}
