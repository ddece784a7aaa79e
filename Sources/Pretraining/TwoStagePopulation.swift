import Asymptotics
import Distributions
import Failures
import LinearAlgebra
import Randomness

/// A world in which the whole pipeline is known: where rows come from, how the representation is pre-trained, what is predicted.
public protocol TwoStageWorld: Sendable {
  /// The limiting law of the downstream risk.
  func law() throws -> LimitLaw
  /// The law with a head that is not least squares. Throws `InvalidPopulation` where the world knows least squares only.
  func law(otherHead head: DownstreamHead) throws -> LimitLaw
  /// What a law at this many unlabeled rows has to say beyond `law()`: eigengaps that are nearly closed for so few.
  func warnings(unlabeled: Int) -> [Warning]
  /// Pre-trains on fresh unlabeled rows, draws fresh labeled covariates, and gives the exact risk averaged over label noise.
  func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition
  /// Rough cost of one replicate in seconds of one core, the same on every machine; nil where it is not known.
  func replicateSeconds(_ experiment: Experiment) -> Double?
  /// E f(x)² over labeled rows, or a bound on it: differences are taken of numbers of this size. 0 where it is not known.
  var targetSize: Double { get }
}

extension TwoStageWorld {
  public func law(otherHead head: DownstreamHead) throws -> LimitLaw {
    throw InvalidPopulation(
      key: "downstream.head", value: "\"\(head.name)\"",
      problem: "this model's law is known for a least-squares head only",
      remedy: "Leave downstream.head out")
  }

  public func warnings(unlabeled: Int) -> [Warning] { [] }
  public func replicateSeconds(_ experiment: Experiment) -> Double? { nil }
  public var targetSize: Double { 0 }
}

/// A world that instance files can describe.
public protocol TwoStagePopulation: TwoStageWorld {
  /// `model = "…"` of instance files, such as `factor`.
  static var modelName: String { get }
  /// The population that an instance file describes. Throws `InvalidPopulation` naming the key at fault.
  init(instance: some InstanceValues) throws
  /// The limit that a paper prints for this world, where it differs from the theorem's.
  func printedLaw() throws -> PrintedLaw?
}

extension TwoStagePopulation {
  public func printedLaw() throws -> PrintedLaw? { nil }
}

/// How many rows of each kind one replicate draws, and how.
public struct Experiment: Sendable, Equatable {
  /// m.
  public let unlabeled: Int
  /// n.
  public let labeled: Int
  public let rows: RowDistribution
  public let head: DownstreamHead
  /// Label noise is drawn, not averaged over in closed form. Heads other than (ridge) least squares always draw labels.
  public let samplesLabels: Bool

  public init(
    unlabeled: Int, labeled: Int, rows: RowDistribution = .gaussian, head: DownstreamHead = .leastSquares,
    samplesLabels: Bool = false
  ) {
    precondition(unlabeled > 0 && labeled > 0, "\(unlabeled) unlabeled and \(labeled) labeled rows")
    self.unlabeled = unlabeled
    self.labeled = labeled
    self.rows = rows
    self.head = head
    self.samplesLabels = samplesLabels
  }
}

/// A population that cannot be: which value of an instance is wrong, why, and what to do.
public struct InvalidPopulation: Failure, Equatable {
  /// The key of the instance file.
  public let key: String
  public let value: String
  public let problem: String
  public let remedy: String

  public init(key: String, value: String, problem: String, remedy: String) {
    self.key = key
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  public var kind: FailureKind { .badInput }

  public var description: String { "\(key) = \(value): \(problem). \(remedy)." }
}
