import Asymptotics
@_exported import Gates
import LinearAlgebra
import Pretraining
import Replication

/// How a world's law is set against fresh samples.
public struct WorldGate: Sendable {
  /// m and n of the smaller size; the larger has twice as many of both.
  public var unlabeled: Int
  public var labeled: Int
  /// At each size.
  public var replicates: Int
  public var seed: UInt64
  /// Largest relative difference of the closed form from the general route.
  public var tolerance: Double

  public init(
    unlabeled: Int = 4000, labeled: Int = 400, replicates: Int = 6000, seed: UInt64 = 1, tolerance: Double = 1e-7
  ) {
    self.unlabeled = unlabeled
    self.labeled = labeled
    self.replicates = replicates
    self.seed = seed
    self.tolerance = tolerance
  }
}

/// Whether a world's law is what its samples do, and its closed form what the theorem gives; what is wrong, in sentences.
///
///     #expect(try check(MyWorld()).isEmpty)
///
/// - law = simulation: the labels' part, the representation's part and both together, extrapolated from two sizes (`ScalingGate`),
///   |z| < 5; laws 20 % off, either way, are rejected, or the gate has no power and says so;
/// - general route = closed form, where the world gives its moment matrices (`MomentsWorld`); scores 20 % larger are noticed;
/// - replicates do not depend on the number of threads, to the bit.
///
/// Throws what the world throws. Cost: 2 `replicates` replicates and 140 more.
public func check(_ world: any TwoStageWorld, gate: WorldGate = WorldGate()) throws -> [String] {
  try WorldCheck(world: world, gate: gate).problems()
}

/// One world at two sizes.
struct WorldCheck {
  let world: any TwoStageWorld
  let gate: WorldGate

  func problems() throws -> [String] { try simulated() + general() + threads() }

  private func experiment(_ factor: Int) -> Experiment {
    Experiment(unlabeled: factor * gate.unlabeled, labeled: factor * gate.labeled)
  }

  private func simulated() throws -> [String] {
    let runs = try [1, 2].map { factor in
      try Simulation(
        world, experiment: experiment(factor), replicates: gate.replicates, seed: gate.seed + UInt64(factor))
    }
    let law = runs[0].law
    let ratio = runs[0].ratio
    let parts: [(name: String, theory: Double, part: (RiskDecomposition) -> Double)] = [
      ("the labels' part", law.labelTerm, \.variance),
      ("the representation's part", law.interaction.mean / ratio, \.representation),
      ("the excess risk", law.scaledExcessRisk(ratio: ratio).mean, \.excessRisk),
    ]
    return parts.flatMap { name, theory, part in
      if theory == 0 { return [String]() }
      let means = runs.map { run in SampleMean(run.risks.map { Double(run.experiment.labeled) * part($0) }) }
      return ScalingGate(means[0], theory: theory, means[1], theory: theory).problems(name)
    }
  }

  private func general() throws -> [String] {
    guard let world = world as? any MomentsWorld else { return [] }
    let (closed, moments) = (try world.law(), try world.moments())
    let theorem = try LimitLaw(moments: moments, noiseVariance: world.noiseVariance)
    var found: [String] = []
    for (name, value, expected) in [
      ("the interaction's mean", closed.interaction.mean, theorem.interaction.mean),
      ("the interaction's spread", closed.interaction.standardDeviation, theorem.interaction.standardDeviation),
      ("the labels' part", closed.labelTerm, theorem.labelTerm),
    ] where !(abs(value - expected) <= gate.tolerance * max(abs(expected), .leastNormalMagnitude)) {
      found.append("\(name): \(value) in closed form, \(expected) by the theorem")
    }
    let larger = MomentMatrices(
      hessian: moments.hessian, scoreCovariance: 1.2 * moments.scoreCovariance, joint: moments.joint,
      featureCount: moments.featureCount, verticalBasis: moments.verticalBasis, nullJoint: moments.nullJoint)
    let wrong = try LimitLaw(moments: larger, noiseVariance: world.noiseVariance)
    if closed.interaction.mean > 0, abs(wrong.interaction.mean / closed.interaction.mean - 1) < 0.1 {
      found.append("scores 20 % larger leave the interaction as it is")
    }
    return found
  }

  private func threads() throws -> [String] {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let risks = try [1, 3].map { count in
      Parallel.threads = count
      return try Simulation(world, experiment: experiment(1), replicates: 70, seed: gate.seed).risks
    }
    return risks[0] == risks[1] ? [] : ["replicates depend on the number of threads"]
  }
}
