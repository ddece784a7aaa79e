import Asymptotics
import LinearAlgebra
import Randomness

/// A world of K classes: Gaussian rows with a linear representation, labels that follow softmax(f), f_k(x) = b_k + ⟨θ_k, ψ(x)⟩, and a
/// softmax head with intercepts.
///
///     let world = try SoftmaxWorld(weights: [[1, 0], [0, 1], [-1, -1]]) { weights in
///       try PrincipalComponentsPopulation(eigenvalues: [4, 2, 1, 0.5], weights: weights, labelNoise: 0)
///     }
///
/// One world of a single linear target stands for each class; they differ in nothing but the target. Cost of the law: 20 (k d)³ flops.
public struct SoftmaxWorld<Base: LinearTargetPopulation & MomentsWorld>: TwoStageWorld {
  /// Of each class, with f_k - b_k as its target.
  public let classes: [Base]
  /// b, one for each class.
  public let intercepts: [Double]
  /// What labels see of the logits.
  public let means: SoftmaxMeans
  /// With θ̃_c = Σ_k v_ck θ_k as the target, one for each contrast.
  let contrasts: [Base]

  /// - Parameters:
  ///   - weights: of each class, in whatever basis `base` takes them.
  ///   - intercepts: 0 for every class when left out.
  ///   - base: the world with such weights.
  /// Throws `InvalidPopulation`, `HeadError`.
  public init(
    weights: [[Double]], intercepts: [Double]? = nil, base: (_ weights: [Double]) throws -> Base
  ) throws {
    let k = weights.count
    let intercepts = intercepts ?? [Double](repeating: 0, count: k)
    guard k >= 2 else {
      throw InvalidPopulation(
        key: "downstream.weights", value: "\(k) rows", problem: "a softmax head has two classes or more",
        remedy: "Give one row of weights for each class")
    }
    guard intercepts.count == k else {
      throw InvalidPopulation(
        key: "downstream.intercept", value: "\(intercepts.count) values", problem: "there are \(k) classes",
        remedy: "Give one intercept for each class, or leave them out")
    }
    func mixed(_ shares: [Double]) -> [Double] {
      weights[0].indices.map { j in zip(shares, weights).reduce(0) { $0 + $1.0 * $1.1[j] } }
    }
    classes = try weights.map(base)
    var covariance = Matrix.diagonal(classes.map(\.signalVariance))
    for one in 0..<k {
      for other in 0..<one {
        // By polarization; equal to rounding of the larger variance.
        let sum = try base(zip(weights[one], weights[other]).map { $0 + $1 }).signalVariance
        let product = (sum - covariance[one, one] - covariance[other, other]) / 2
        (covariance[one, other], covariance[other, one]) = (product, product)
      }
    }
    self.intercepts = intercepts
    means = try SoftmaxMeans(center: intercepts, covariance: covariance)
    contrasts = try means.contrasts().map { try base(mixed($0.direction)) }
  }

  /// Throws `LimitLawError`, and `InvalidPopulation` where k d parameters are more than the general route takes.
  public func law() throws -> LimitLaw {
    let moments = try contrasts.map { contrast in
      try contrast.checkGeneralRoute()
      return try contrast.moments()
    }
    return try LimitLaw(softmax: moments, means: means)
  }

  public func law(otherHead head: DownstreamHead) throws -> LimitLaw {
    guard head == .softmax else {
      throw InvalidPopulation(
        key: "downstream.head", value: "\(head)", problem: "there is a target for each class",
        remedy: "Use head = \"softmax\", or give one target")
    }
    return try law()
  }

  public func warnings(unlabeled: Int) -> [Warning] { classes[0].warnings(unlabeled: unlabeled) }

  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    classes[0].replicateSeconds(experiment).map { $0 + 1e-7 * Double(experiment.labeled * classes.count) }
  }

  public var targetSize: Double { classes.reduce(0) { max($0, $1.targetSize) } }

  /// Draws labels of the classes; the excess log-loss of fresh rows is integrated. Parts: what the best head on the features
  /// misses, and the rest. Throws `HeadNotFitted` where the features separate the labels.
  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    let worlds = try classes.map { world -> any LinearWorld in
      guard let world = world as? any LinearWorld else {
        throw InvalidPopulation(
          key: "downstream.head", value: "\"softmax\"", problem: "this model is not simulated with classes",
          remedy: "Use model = \"pca\", \"factor\", \"factor-analysis\" or \"spectral\"")
      }
      return world
    }
    try InvalidPopulation.check(drawn: worlds[0].dimension)
    let tasks = try worlds.map { try $0.task() }
    guard tasks[0].mean == nil, !tasks[0].isCentered, experiment.rows == .gaussian || experiment.rows == .gaussianRows
    else {
      throw InvalidPopulation(
        key: "downstream.head", value: "\"softmax\"",
        problem: "its exact risk is known for Gaussian rows of mean 0 only",
        remedy: "Use the gaussian or rows sampler and leave center and mean out")
    }
    let loadings = try worlds[0].loadings(experiment, using: &stream)
    let targets = Matrix(tasks.map(\.target)).transposed()
    let map = multiply(loadings.joined(leftOf: targets), tasks[0].downstreamRoot, transposing: .left)
    return try ClassRows(map: map, intercepts: intercepts, best: means)
      .risk(labeled: experiment.labeled, using: &stream)
  }
}

extension MomentsWorld where Self: LinearTargetPopulation {
  /// The general route takes the eigenpairs of matrices of order (K - 1) k + k d.
  fileprivate func checkGeneralRoute() throws {
    guard let world = self as? any LinearWorld, world.dimension > 200 else { return }
    throw InvalidPopulation(
      key: "dimension", value: "\(world.dimension)",
      problem: "the law of a softmax head is computed from all moments, which takes at most 200 columns",
      remedy: "Use fewer columns, or two classes (head = \"logistic\")")
  }
}
