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

  /// A row of weights for each class; two classes are the logistic labels of their difference.
  @Test func classes() throws {
    func instance(_ downstream: String) throws -> Instance {
      try withInstance(
        "model = \"pca\"\neigenvalues = [4.0, 2.0, 1.0, 0.5]\n[downstream]\n\(downstream)\n"
          + "[samples]\nunlabeled = 1000\nlabeled = 500\n"
      ) { try Instance(path: $0) }
    }
    let two = try instance("head = \"softmax\"\nweights = [[0.5, 0.1], [-0.5, 0.9]]\nintercept = [0.0, 0.3]")
    let logistic = try instance("head = \"logistic\"\nweights = [-1.0, 0.8]\nintercept = 0.3")
    #expect(two.head == .softmax && two.model == "pca")
    #expect(relativeDifference(try two.law().interaction.mean, try logistic.law().interaction.mean) < 1e-9)
    #expect(try instance("head = \"softmax\"\nweights = [[1, 0], [0, 1], [0, 0]]").law().labelTerm == 3)
    for wrong in [
      "weights = [1.0, 0.8]", "weights = [[1.0, 0.8]]", "weights = [[1, 0], [0, 1]]\nintercept = [1, 2, 3]",
      "weights = [[1, 0, 0, 0], [0, 1, 0, 0]]", "coefficients = [[1, 0], [0, 1]]",
    ] {
      #expect(throws: (any Error).self) { try instance("head = \"softmax\"\n" + wrong).law() }
    }
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
