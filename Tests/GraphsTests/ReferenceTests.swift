import Graphs
import LinearAlgebra
import TestSupport
import Testing

/// Every formula against the mean over all masks, listed one by one.
@Suite struct GraphReferenceTests {
  private let known: ReferenceGraph
  init() throws { known = try .read() }

  private func check(_ loss: HiddenLoss, _ name: String) {
    let expected = known.find(name)
    #expect(relativeDifference(loss.q, expected.q) < 1e-14, "Q, \(name)")
    #expect(relativeDifference(loss.c, expected.c) < 1e-14, "C, \(name)")
    // A formula that is 20 % off is seen.
    #expect(relativeDifference(1.2 * loss.q, expected.q) > 0.1)
  }

  @Test func filters() throws {
    let identity = Matrix.identity(6)
    for (name, filter, scaling) in [
      ("sgc1", GraphFilter.sgc(hops: 1), GraphNormalization.symmetric), ("row1", .sgc(hops: 1), .rows),
      ("appnp alpha 0.1, 3 steps", .appnp(steps: 3, alpha: 0.1), .symmetric),
      ("heat 1.5", .heat(time: 1.5), .symmetric),
    ] {
      let propagation = try Propagation(known.makeGraph(), filter: filter, normalization: scaling)
      let expected = ReferenceGraph.matrix(known.filters[name]!)
      #expect(relativeDifference(propagation.apply(identity), expected) < 1e-15, "\(name)")
      #expect(relativeDifference(propagation.applyTransposed(identity), expected.transposed()) < 1e-15, "\(name)")
      #expect(relativeDifference(try propagation.explicit().dense(), expected) < 1e-15, "\(name)")
    }
  }

  @Test func withoutRemask() throws {
    let sgc2 = try known.moments(.sgc(hops: 2))
    check(try sgc2.loss(.rate(0.5)), "no re-mask, sgc2, hide rate 0.5")
    check(try sgc2.loss(.rate(0.75)), "no re-mask, sgc2, hide rate 0.75")
    check(try known.moments(.appnp(steps: 3, alpha: 0.1)).loss(.rate(0.5)), "no re-mask, appnp, hide rate 0.5")
    check(try known.moments(.heat(time: 1.5)).loss(.rate(0.5)), "no re-mask, heat, hide rate 0.5")
    let row = try known.moments(.sgc(hops: 1), .rows)
    check(try row.loss(.rate(0.5)), "no re-mask, row1, hide rate 0.5")
    check(try row.loss(.rate(0.75)), "no re-mask, row1, hide rate 0.75")
    check(try sgc2.loss(.count(2)), "exactly 2 of 6 hidden, sgc2")
    check(try sgc2.lossWithTokenAndBias(hideRate: 0.5), "free mask token and bias")
  }

  @Test func withRemask() throws {
    let sgc1 = try Propagation(known.makeGraph(), filter: .sgc(hops: 1)).explicit()
    let sgc2 = try Propagation(known.makeGraph(), filter: .sgc(hops: 2)).explicit()
    let row1 = try Propagation(known.makeGraph(), filter: .sgc(hops: 1), normalization: .rows).explicit()
    check(
      try RemaskedLoss(encoder: sgc1, decoder: row1, rows: known.rows, hideRate: 0.5).independent(kept: 0.75),
      "independent re-mask")
    check(
      try RemaskedLoss(encoder: sgc2, decoder: row1, rows: known.rows, hideRate: 0.75).same(), "same re-mask")
  }

  @Test func latents() throws {
    let sgc2 = try known.moments(.sgc(hops: 2))
    let teacher = sgc2.propagation.apply(known.rows)
    check(try sgc2.loss(hideRate: 0.5, latents: teacher, at: .hidden), "latent targets S2 X at hidden")
    check(try sgc2.loss(hideRate: 0.5, latents: teacher, at: .all), "latent targets S2 X at all")
  }

  @Test func optimumAndCodes() throws {
    let loss = try known.moments(.sgc(hops: 2)).loss(.rate(0.5))
    let expected = known.optimum
    #expect(relativeDifference(try loss.optimum(shift: 0.1), ReferenceGraph.matrix(expected.theta)) < 1e-14)
    #expect(relativeDifference(loss.energy, Double(expected.target_energy)!) < 1e-15)
    let squares = expected.squared_singular_values_of_Q_half_C.map { Double($0)! }
    let full = try GraphCodes(loss, shift: 0.1, size: 2)
    for (value, square) in zip(full.singularValues, squares) {
      #expect(relativeDifference(value * value, square) < 1e-13)
    }
    #expect(relativeDifference(full.loss, Double(expected.loss_with_ridge_full)!) < 1e-14)
    let one = try GraphCodes(loss, shift: 0.1, size: 1)
    #expect(relativeDifference(one.loss, Double(expected.loss_with_ridge_rank_1)!) < 1e-14)
    #expect(relativeDifference(one.next!, full.singularValues[1]) < 1e-13)
  }

  @Test func nodeLeftOut() throws {
    let moments = try known.moments(.sgc(hops: 2))
    let ridge = 0.5 / moments.ridgeUnit
    let kept = ReferenceGraph.matrix(known.leave_node_out.penalty_kept)
    let refitted = ReferenceGraph.matrix(known.leave_node_out.penalty_refitted)
    let byCholesky = try NodeLeaving(moments, hideRate: 0.5, ridge: ridge)
    let byEigenvectors = try NodeLeaving(moments, hideRate: 0.5)
    for leaving in [byCholesky, byEigenvectors] {
      #expect(relativeDifference(try leaving.leftOutResiduals(ridge: ridge), kept) < 1e-13)
      #expect(relativeDifference(try leaving.leftOutResiduals(ridge: ridge, refitted: true), refitted) < 1e-13)
    }
    #expect(relativeDifference(kept, refitted) > 1e-2)
  }
}
