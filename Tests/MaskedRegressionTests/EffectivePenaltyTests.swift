import LinearAlgebra
import RandomMatrices
import TestSupport
import Testing

/// The effective penalty against its closed form for the identity, its equation, and what carries errors to other sizes.
@Suite struct EffectivePenaltyTests {
  @Test(arguments: [(0.3, 40, 100.0), (2.0, 100, 40.0), (1e-6, 100, 100.0), (0.0, 120, 60.0)])
  func identity(_ ridge: Double, _ columns: Int, _ rows: Double) {
    let penalty = EffectivePenalty(eigenvalues: [Double](repeating: 1, count: columns), rows: rows)
    let closed = EffectivePenalty.kappa(ofIdentity: ridge, aspect: Double(columns) / rows)
    #expect(relativeDifference(penalty.kappa(ridge: ridge), closed) < 1e-12)
    #expect(relativeDifference(penalty.kappa(ridge: 1.2 * ridge + 0.2), closed) > 1e-3)
    #expect(penalty.reachesRank == (Double(columns) <= rows))
  }

  /// lambda = kappa (1 - T1/n), and 1/(1 - gamma) = dkappa/dlambda · (lambda/kappa ...) by difference quotients.
  @Test func equationAndSlope() {
    let penalty = EffectivePenalty(eigenvalues: (1...60).map { 60 / Double($0 * $0) }, rows: 45)
    for ridge in [0.01, 0.3, 5] {
      let kappa = penalty.kappa(ridge: ridge)
      let complements = penalty.complements(kappa: kappa)
      #expect(relativeDifference(kappa * complements.first, ridge) < 1e-12)
      let step = 1e-5 * ridge
      let slope = (penalty.kappa(ridge: ridge + step) - penalty.kappa(ridge: ridge - step)) / (2 * step)
      #expect(relativeDifference(slope, 1 / complements.second) < 1e-7)
      #expect(relativeDifference(1.2 * slope, 1 / complements.second) > 0.1)
    }
  }

  /// Carried to n' rows a penalty has the same kappa there, and errors go like 1/(1 - gamma).
  @Test func transfers() throws {
    let eigenvalues = (1...60).map { 60 / Double($0 * $0) }
    let (here, there) = (
      EffectivePenalty(eigenvalues: eigenvalues, rows: 45), EffectivePenalty(eigenvalues: eigenvalues, rows: 130)
    )
    let kappa = here.kappa(ridge: 0.4)
    let (own, other) = (here.complements(kappa: kappa).second, there.complements(kappa: kappa).second)
    let transfer = RidgeTransfer(ridge: 0.4, kappa: kappa, gamma: 1 - own)
    let carried = try #require(transfer.carried(3, ratio: 45.0 / 130))
    #expect(relativeDifference(there.kappa(ridge: carried.ridge), kappa) < 1e-11)
    #expect(relativeDifference(carried.error, 3 * own / other) < 1e-11)
    #expect(relativeDifference(carried.error, 3) > 0.05)
    // Fewer rows: the penalty there would have to be negative.
    #expect(transfer.carried(3, ratio: 45.0 / 5) == nil)
  }
}
