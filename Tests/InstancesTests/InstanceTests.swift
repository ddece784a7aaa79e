import Foundation
import Pretell
import TestSupport
import Testing

/// With `import Pretell` alone an instance file becomes a world, a head, sizes, a flow.
@Suite struct InstanceTests {
  private static let factor = """
    model = "factor"
    dimension = 10
    strengths = [4.0, 0.5]
    [downstream]
    coefficients = [1.0, 1.0]
    noise = 0.5
    [samples]
    unlabeled = 20000
    labeled = 1000
    """

  @Test func aFileIsAWorld() throws {
    let instance = try withInstance(Self.factor) { try Instance(path: $0, overrides: ["dimension=80"]) }
    #expect(instance.model == "factor" && instance.ratio == 20 && instance.head == .leastSquares)
    let world = try FactorPopulation(dimension: 80, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
    #expect(try instance.law().interaction.mean == world.law().interaction.mean)
    #expect(instance.experiment() == Experiment(unlabeled: 20_000, labeled: 1000))
    let ridge = try withInstance(Self.factor) {
      try Instance(path: $0, overrides: ["downstream.head=ridge", "downstream.penalty=0.5"])
    }
    #expect(try ridge.law().penaltyTerm == world.law(head: .ridge(scale: 0.5)).penaltyTerm)
  }

  /// Every bundled example is one of the two.
  @Test(arguments: ["factor", "pca", "spectral", "mixture"]) func examples(_ name: String) throws {
    let path = repositoryRoot.appending(path: "Examples/\(name).toml").path
    let instance = try Instance(path: path)
    #expect(instance.model == name && instance.labeled > 0)
    #expect(try instance.law().interaction.mean > 0)
  }

  @Test(arguments: ["flow", "spectral", "mixture"]) func flows(_ name: String) throws {
    let path = repositoryRoot.appending(path: "Examples/\(name).toml").path
    let source = try FlowSource(instance: path, overrides: [], scale: nil, seed: 1)
    #expect(source.seed == 1 && (source.spectral == nil) == (name == "flow"))
    #expect(try source.flow.learningOrder().directions.count > 0)
  }

  /// File, key, value and remedy.
  @Test func whatIsNoWorldIsNamed() throws {
    func failure(_ overrides: [String], _ text: String? = nil) throws -> InvalidInstance {
      try withInstance(text ?? Self.factor) { path in
        let error = try #require(throws: InvalidInstance.self) { try Instance(path: path, overrides: overrides) }
        #expect(error.path == path && error.kind == .badInput)
        #expect(error.description.hasPrefix("\(path): \(error.cause.key) = "))
        return error
      }
    }
    #expect(try failure(["dimension=1"]).cause.key == "dimension")
    #expect(try failure(["samples.labeled=0"]).cause.value == "0")
    #expect(try failure([], Self.factor.replacing("labeled = 1000", with: "")).cause.value == "(missing)")
    #expect(try failure(["model=nothing"]).cause.remedy.contains("factor, factor-analysis, pca, spectral, mixture"))
    #expect(throws: DataFileError.self) { try withInstance(Self.factor) { try Instance(path: $0, overrides: ["x=1"]) } }
    #expect(throws: DataFileError.self) { try Instance(path: "/nowhere/factor.toml") }
    let law = try withInstance(Self.factor) { try Instance(path: $0, overrides: ["strengths=[1e-17,1]"]) }
    #expect(throws: InvalidInstance.self) { try law.law() }
  }
}
