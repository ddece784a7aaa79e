import Asymptotics
import Distributions
import LinearAlgebra
import Pretraining
import Replication
import TestSupport
import Testing

/// `far-from-limit` for every model and head, on both sides: said where replicates are far from the law, not where they agree.
@Suite struct LimitCheckTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let world: @Sendable () throws -> any TwoStageWorld
    let experiment: Experiment
    let isFar: Bool

    init(
      _ name: String, m: Int, n: Int, head: DownstreamHead = .leastSquares, isFar: Bool,
      _ world: @escaping @Sendable () throws -> any TwoStageWorld
    ) {
      self.name = name
      self.world = world
      self.isFar = isFar
      experiment = Experiment(unlabeled: m, labeled: n, head: head)
    }

    var testDescription: String { "\(name), m \(experiment.unlabeled), n \(experiment.labeled)" }
  }

  private static let components: @Sendable () throws -> any TwoStageWorld = {
    try PrincipalComponentsPopulation(
      eigenvalues: [5, 3, 1, 0.8, 0.6, 0.5, 0.4, 0.3], weights: [1, 0.5], labelNoise: 1)
  }
  private static func weighted(_ weights: [Double]) -> @Sendable () throws -> any TwoStageWorld {
    {
      try PrincipalComponentsPopulation(
        eigenvalues: [5, 3, 1, 0.8, 0.6, 0.5, 0.4, 0.3], weights: weights, labelNoise: 0)
    }
  }
  private static let factor: @Sendable () throws -> any TwoStageWorld = {
    try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
  }
  private static let analysis: @Sendable () throws -> any TwoStageWorld = {
    let loadings = Matrix([[1.5], [1.2], [1], [0.9], [-1.1], [0.8]])
    return try FactorAnalysisPopulation(
      loadings: loadings, noiseVariances: [1, 0.8, 1.2, 1, 0.9, 1.1], noise: .diagonal, coefficients: [1],
      labelNoise: 0.5)
  }
  private static let spectral: @Sendable () throws -> any TwoStageWorld = {
    try SpectralPopulation(
      correlations: (1...8).map { 1 / Double($0) }, weights: [1, 0.7], labelNoise: 1, strangers: .all)
  }
  private static let oneStranger: @Sendable () throws -> any TwoStageWorld = {
    try SpectralPopulation(correlations: (1...6).map { 1 / Double($0) }, weights: [1, 0.7], labelNoise: 1)
  }
  private static let mixture: @Sendable () throws -> any TwoStageWorld = {
    let values = MixturePopulation.reciprocal(blocks: 4, width: 21).map { 10 * $0 }
    return try MixturePopulation(
      centers: 2 * Matrix.identity(4), dimension: 20, slopes: .constant(values), intercepts: values, labelNoise: 0.5)
  }

  static let cases: [Case] = [
    Case("pca", m: 5000, n: 500, isFar: false, components),
    Case("pca", m: 300, n: 10, isFar: true, components),
    Case("pca", m: 30, n: 500, isFar: true, components),
    Case("pca, ridge", m: 5000, n: 500, head: .ridge(scale: 1), isFar: false, components),
    Case("pca, ridge", m: 5000, n: 12, head: .ridge(scale: 1), isFar: true, components),
    Case("pca, logistic", m: 50_000, n: 5000, head: .logistic(intercept: nil), isFar: false, weighted([1, 0.5])),
    Case("pca, logistic", m: 50_000, n: 41, head: .logistic(intercept: nil), isFar: true, weighted([1, 0.5])),
    Case(
      "pca, logistic, separated", m: 5000, n: 400, head: .logistic(intercept: nil), isFar: true, weighted([30, 10])),
    Case("pca, logistic, intercept", m: 5000, n: 60, head: .logistic(intercept: 1), isFar: true, weighted([2, 1])),
    Case("pca, poisson", m: 50_000, n: 5000, head: .poisson(intercept: nil), isFar: false, weighted([0.3, 0.2])),
    Case("pca, poisson", m: 5000, n: 400, head: .poisson(intercept: nil), isFar: true, weighted([1, 0.5])),
    Case("factor", m: 20_000, n: 1000, isFar: false, factor),
    Case("factor", m: 20_000, n: 12, isFar: true, factor),
    Case("factor analysis", m: 5000, n: 400, isFar: false, analysis),
    Case("factor analysis", m: 5000, n: 4, isFar: true, analysis),
    Case("spectral", m: 20_000, n: 1000, isFar: false, spectral),
    Case("spectral", m: 16, n: 1000, isFar: true, spectral),
    Case("spectral, one stranger", m: 20_000, n: 1000, isFar: false, oneStranger),
    Case("spectral, one stranger", m: 20_000, n: 4, isFar: true, oneStranger),
    Case("mixture", m: 20_000, n: 10_000, isFar: false, mixture),
    Case("mixture", m: 20, n: 20, isFar: true, mixture),
    Case("mixture", m: 20_000, n: 24, isFar: true, mixture),
  ]

  @Test(arguments: cases)
  func isSaidWhereItIsSo(_ item: Case) throws {
    let world = try item.world()
    let law = try world.law(head: item.experiment.head)
    let found = LimitCheck.warnings(world, law: law, experiment: item.experiment).filter { $0.code == "far-from-limit" }
    #expect(found.isEmpty != item.isFar, "\(found.first?.message ?? "nothing said")")
    for warning in found {
      #expect(warning.message.contains("replicates") && !warning.message.contains("without bound"))
      #expect(!warning.message.contains("nan") && !warning.message.contains("inf "))
    }
  }

  /// What is said are the replicates' own numbers: median and mean of the same replicates, run by hand.
  @Test func measuredNumbersAreTheReplicates() throws {
    let world = try Self.factor()
    let experiment = Experiment(unlabeled: 20_000, labeled: 12)
    let law = try world.law()
    let found = LimitCheck.warnings(world, law: law, experiment: experiment)
    let message = try #require(found.first { $0.code == "far-from-limit" }?.message)
    let simulation = try Simulation(world, experiment: experiment, replicates: 1000, seed: 0)
    let sample = simulation.scaledExcessRisk
    for value in [sample.quantile(0.5), sample.mean, law.scaledExcessRisk(ratio: 20_000 / 12.0).quantile(0.5)] {
      #expect(message.contains(value.inWords()), "\(value) in \(message)")
    }
    #expect(simulation.warnings.first { $0.code == "far-from-limit" }?.message == message)
  }

  /// Replicates that cost too much are not run: rows and labels are counted, and the number measured is not claimed.
  @Test func dearReplicatesAreCounted() throws {
    let wide = try FactorPopulation(dimension: 3000, strengths: [300, 200], coefficients: [1, 1], labelNoise: 0.5)
    func found(_ m: Int, _ n: Int) throws -> [Warning] {
      LimitCheck.warnings(wide, law: try wide.law(), experiment: Experiment(unlabeled: m, labeled: n))
    }
    #expect(try found(4000, 100).map(\.code) == ["far-from-limit"])
    #expect(try found(4000, 100)[0].message.contains("4000 unlabeled rows for 3000 directions"))
    #expect(try found(60_000, 39).map(\.code) == ["far-from-limit"])
    #expect(try found(60_000, 40).isEmpty && found(59_999, 40).count == 1)
  }

  /// n = p - 1, p, p + 1 labels have an infinite mean under least squares, other numbers and a penalty have not.
  @Test func infiniteMeansAreCalledThat() throws {
    func isInfinite(_ n: Int, _ head: DownstreamHead = .leastSquares) throws -> Bool {
      let world = try Self.factor()
      return LimitCheck.warnings(
        world, law: try world.law(head: head), experiment: Experiment(unlabeled: 20_000, labeled: n, head: head)
      ).contains { $0.message.contains("mean is infinite") }
    }
    #expect(try [1, 2, 3].allSatisfy { try isInfinite($0) })
    #expect(try !isInfinite(4) && !isInfinite(12) && !isInfinite(2, .ridge(scale: 1)))
  }

  @Test func threadsDoNotMatter() throws {
    let world = try Self.components()
    let law = try world.law()
    func found() -> [Warning] {
      LimitCheck.warnings(world, law: law, experiment: Experiment(unlabeled: 300, labeled: 10))
    }
    Parallel.threads = 1
    let one = found()
    Parallel.threads = 2
    #expect(!one.isEmpty && one == found())
  }
}
