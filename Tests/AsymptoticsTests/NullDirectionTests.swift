import Asymptotics
import LinearAlgebra
import Randomness
import TestSupport
import Testing

/// Second moment of the rows of `map` as linear functions of standard normals.
private func moment(_ map: [[Double]]) -> Matrix { multiply(Matrix(map), Matrix(map), transposing: .right) }

private func moments(features: [[Double]], tangents: [[Double]], null: [[Double]]?) -> MomentMatrices {
  let q = tangents.count
  return MomentMatrices(
    hessian: .identity(q), scoreCovariance: .identity(q), joint: moment(features + tangents),
    featureCount: features.count, verticalBasis: Matrix(rows: q, columns: 0),
    nullJoint: null.map { moment(features + tangents + $0) })
}

@Suite struct NullDirectionTests {
  /// Two equal features, so that (1, -1) is a null direction, and one tangent of its own.
  private func redundant(_ null: [[Double]]?) -> MomentMatrices {
    moments(features: [[1, 0, 0, 0], [1, 0, 0, 0]], tangents: [[0, 1, 0, 0]], null: null)
  }

  @Test func aModelThatDoesNotSayIsRefused() {
    #expect(throws: LimitLawError.unknownNullDirections(count: 1)) {
      try LimitLaw(moments: redundant(nil), noiseVariance: 1)
    }
  }

  @Test func directionsThatStayNullChangeNothing() throws {
    let law = try LimitLaw(moments: redundant([[0, 0, 0, 0]]), noiseVariance: 1)
    #expect(law.effectiveDimension == 1 && law.activeDimension == 1 && law.baseDimension == 2)
    #expect(relativeDifference(law.interaction.mean, 1) < 1e-14)
  }

  @Test func oneSpaceThatIsSwitchedOnIsPaidFor() throws {
    let apart = try LimitLaw(moments: redundant([[0, 0, 1, 0]]), noiseVariance: 2)
    #expect(apart.effectiveDimension == 1 && apart.activeDimension == 2)
    #expect(relativeDifference(apart.labelTerm, 4) < 1e-14)
    #expect(relativeDifference(apart.interaction.mean, 1) < 1e-14)
    // Switched on along the tangent itself: the head repairs the error.
    let repaired = try LimitLaw(moments: redundant([[0, 1, 0, 0]]), noiseVariance: 2)
    #expect(repaired.activeDimension == 2 && repaired.interaction.mean < 1e-14)
  }

  @Test func aSpaceThatTurnsWithTheErrorIsRefused() {
    let turning = moments(
      features: [[1, 0, 0, 0], [1, 0, 0, 0]], tangents: [[0, 1, 0, 0], [0, 0, 0, 0]],
      null: [[0, 0, 1, 0], [0, 0, 0, 1]])
    #expect(throws: LimitLawError.directionDependent(nullDirections: 1)) {
      try LimitLaw(moments: turning, noiseVariance: 1)
    }
  }

  @Test func otherHeadsSayThatTheyDoNotKnow() {
    let law = redundant([[0, 0, 1, 0]])
    let head = DownstreamRisk(
      curvature: 0.5 * law.joint, slopeMoment: law.joint, featureCount: 2, irreducibleRisk: 1)
    #expect(throws: LimitLawError.activeNullDirections(count: 1)) { try LimitLaw(moments: law, downstream: head) }
  }

  /// Features x1 + u x2 + v x3 and t (x2 + x3)/√2 with (u, v, t) estimated around 0, target x1: d_eff = 1, d_act = 2, and of the
  /// error in (u, v) only its part across x2 + x3 counts: ‖L(Z)‖² = χ²_1 instead of χ²_2. 4 000 replicates.
  @Test func simulationSeesTheActiveDimension() throws {
    let half = 0.5.squareRoot()
    let law = try LimitLaw(
      moments: moments(
        features: [[1, 0, 0], [0, 0, 0]], tangents: [[0, 1, 0], [0, 0, 1], [0, 0, 0]],
        null: [[0, 0, 0], [0, 0, 0], [0, half, half]]), noiseVariance: 1)
    #expect(law.effectiveDimension == 1 && law.activeDimension == 2 && law.baseDimension == 3)
    let (m, n) = (100_000, 400)
    let risks = try Parallel.map(count: 4000) { index in
      var stream = RandomStream(seed: 71, replicate: UInt64(index))
      let w = stream.normals(3).map { $0 / Double(m).squareRoot() }
      let map = Matrix([[1, w[0], w[1]], [0, w[2] * half, w[2] * half], [1, 0, 0]])
      let rows = multiply(stream.normalMatrix(rows: n, columns: 3), map, transposing: .right)
      return try RiskDecomposition(
        population: multiply(map, map, transposing: .right), sample: (1 / Double(n)) * rows.gram(), labeledRows: n,
        noiseVariance: 1)
    }
    let representation = SampleMean(risks.map { Double(m) * $0.representation })
    #expect(abs(representation.z(against: law.interaction.mean)) < 5)
    #expect(abs(representation.z(against: 1.2)) > 5 && abs(representation.z(against: 2)) > 5)
    // Two Gaussian features at n rows cost 2 n / (n - 3).
    let variance = SampleMean(risks.map { Double(n) * $0.variance })
    #expect(abs(variance.z(against: law.labelTerm * Double(n) / Double(n - 3))) < 5)
    #expect(abs(variance.z(against: 1)) > 5)
  }
}
