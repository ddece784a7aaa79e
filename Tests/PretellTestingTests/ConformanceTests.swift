import Asymptotics
import LinearAlgebra
import PretellTesting
import Pretraining
import Randomness
import Testing

/// The kit on everything that the library has.
@Suite(.serialized) struct ConformanceTests {
  @Test(arguments: Methods.all.indices) func everyMethodKeepsItsPromises(_ index: Int) throws {
    let method = Methods.all[index]
    let problems = try check(method)
    #expect(problems.isEmpty, "\(method.name): \(problems)")
  }

  /// A world of each kind that an instance file can name.
  private static func worlds() throws -> [(world: any TwoStagePopulation, gate: WorldGate)] {
    [
      (
        try FactorPopulation(dimension: 10, strengths: [4, 2], coefficients: [1, 1], labelNoise: 0.5),
        WorldGate(unlabeled: 8000, labeled: 400)
      ),
      (
        try PrincipalComponentsPopulation(eigenvalues: [5, 3, 1, 0.5, 0.4], weights: [1, 0.5], labelNoise: 1),
        WorldGate(unlabeled: 8000, labeled: 400)
      ),
      (
        // Every row is drawn: many weak directions instead of many replicates.
        try SpectralPopulation(
          correlations: [0.8, 0.6, 0.2, 0.18, 0.15, 0.12, 0.1, 0.08, 0.05, 0.02], weights: [1, -1], labelNoise: 0.5),
        WorldGate(unlabeled: 1000, labeled: 100, replicates: 1500)
      ),
    ]
  }

  @Test func everyWorldIsWhatItsLawSays() throws {
    for (world, gate) in try Self.worlds() {
      let problems = try check(world, gate: gate)
      #expect(problems.isEmpty, "\(type(of: world).modelName): \(problems)")
    }
  }

  /// Their replicates take an iteration each: their gates, by the same rule, are MixtureSimulationTests and FactorAnalysisTests, their
  /// general route is checked there and in MixtureLawTests.
  private static let slow = [MixturePopulation.modelName, FactorAnalysisPopulation.modelName]

  /// A world that is added to the list is added here.
  @Test func everyKindOfWorldIsChecked() throws {
    let checked = Set(try Self.worlds().map { type(of: $0.world).modelName } + Self.slow)
    #expect(checked == Set(Populations.all.map { $0.modelName }))
  }
}

/// The kit notices what it must.
@Suite(.serialized) struct KitTests {
  /// Principal components with one thing wrong.
  private struct Spoilt: PretrainingMethod {
    enum Fault { case forgetsASize, ignoresRows, differsInBlocks, leansOnCompany, takesInfinity, threads }
    let fault: Fault
    let name = "spoilt"

    struct Leaning: Representation {
      let featureCount = 1
      func features(of rows: Matrix) -> Matrix { Matrix(rows: rows.rows, columns: 1, repeating: Double(rows.rows)) }
    }

    func largestSize(rows: Int, columns: Int) -> Int { columns }

    func fit(_ source: some RowSource, sizes: [Int]) throws -> [any Representation] {
      var rows = try source.matrix()
      switch fault {
      case .forgetsASize: return try PrincipalComponents().fit(rows, sizes: [sizes[0]])
      case .ignoresRows:
        return sizes.map { LinearRepresentation(center: [0, 0, 0, 0, 0, 0], loadings: .identity(6).columns(0..<$0)) }
      case .leansOnCompany: return sizes.map { _ in Leaning() }
      case .takesInfinity:
        for index in rows.storage.indices where rows.storage[index].isInfinite { rows.storage[index] = 0 }
      case .threads:
        rows =
          Double(1 + Parallel.threads) * rows.scalingColumns(by: [1, 1, 1, 1, 1, 1 / Double(1 + Parallel.threads)])
      case .differsInBlocks: if source.inMemory == nil { rows = rows.rows(0..<rows.rows / 2) }
      }
      return try PrincipalComponents().fit(rows, sizes: sizes)
    }
  }

  @Test(arguments: [
    (Spoilt.Fault.forgetsASize, "representations of"), (.ignoresRows, "no rows are looked at"),
    (.differsInBlocks, "in blocks"), (.leansOnCompany, "beside it"), (.takesInfinity, "infinite"),
    (.threads, "threads"),
  ])
  private func faultsOfMethodsAreNamed(_ fault: Spoilt.Fault, _ words: String) throws {
    let problems = try check(Spoilt(fault: fault))
    #expect(problems.contains { $0.contains(words) }, "\(problems)")
  }

  /// A world whose law is `factor` times the right one, and whose replicates are right.
  private struct Wrong: MomentsWorld {
    let right: PrincipalComponentsPopulation
    let factor: Double
    var noiseVariance: Double { right.noiseVariance }

    func moments() throws -> MomentMatrices { try right.moments() }
    func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
      try right.replicate(experiment, using: &stream)
    }
    func law() throws -> LimitLaw {
      let moments = try right.moments()
      return try LimitLaw(
        moments: MomentMatrices(
          hessian: moments.hessian, scoreCovariance: factor * moments.scoreCovariance, joint: moments.joint,
          featureCount: moments.featureCount, verticalBasis: moments.verticalBasis, nullJoint: moments.nullJoint),
        noiseVariance: noiseVariance)
    }
  }

  @Test func lawsThatAreOffAreNamed() throws {
    let right = try PrincipalComponentsPopulation(eigenvalues: [5, 3, 1, 0.5, 0.4], weights: [1, 0.5], labelNoise: 1)
    let gate = WorldGate(unlabeled: 2000, labeled: 400)
    for factor in [0.8, 1.2] {
      let problems = try check(Wrong(right: right, factor: factor), gate: gate)
      #expect(
        problems.contains { $0.contains("the representation's part") && $0.contains("of the theory") }, "\(problems)")
      #expect(problems.contains { $0.contains("by the theorem") }, "\(problems)")
    }
    #expect(try check(Wrong(right: right, factor: 1), gate: gate).isEmpty)
  }

  /// Too few replicates pass nothing: the gate says that it has no power.
  @Test func gatesWithoutPowerSaySo() throws {
    let world = try PrincipalComponentsPopulation(eigenvalues: [5, 3, 1, 0.5], weights: [1, 0.5], labelNoise: 1)
    let problems = try check(world, gate: WorldGate(replicates: 40))
    #expect(problems.contains { $0.contains("passes when") }, "\(problems)")
  }

  @Test func agreementNeedsPower() {
    var stream = RandomStream(seed: 8)
    let draws = stream.normals(4000).map { 3 + $0 }
    #expect(Agreement(of: SampleMean(draws), with: 3).problems.isEmpty)
    #expect(!Agreement(of: SampleMean(draws), with: 3.6).problems.isEmpty)
    #expect(Agreement(of: SampleMean(Array(draws[..<20])), with: 3).problems.contains { $0.contains("passes") })
    #expect(Agreement(of: SampleMean(draws), with: SampleMean(stream.normals(4000).map { 3 + $0 })).problems.isEmpty)
  }
}
