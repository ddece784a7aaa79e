import Asymptotics
import DataFiles
import Failures
import Pretraining

/// What an instance file says: a world, a head, and how many rows of each kind it is asked about.
///
///     let instance = try Instance(path: "factor.toml", overrides: ["dimension=80"])
///     let risk = try instance.law().meanRisk(unlabeled: instance.unlabeled, labeled: instance.labeled)
public struct Instance: Sendable {
  /// Of the file.
  public let path: String
  /// The key `model`.
  public let model: String
  public let population: any TwoStageWorld
  public let head: DownstreamHead
  /// m, `samples.unlabeled`.
  public let unlabeled: Int
  /// n, `samples.labeled`.
  public let labeled: Int

  /// Every key must have been understood. Throws `DataFileError` for what is no instance file, `InvalidInstance` for what is no world.
  /// - Parameters:
  ///   - overrides: `key=value`, in place of what the file says.
  ///   - worlds: the models that the key `model` may name.
  public init(
    path: String, overrides: [String] = [], among worlds: [any TwoStagePopulation.Type] = Populations.all
  ) throws {
    try self.init(InstanceFile(path: path, overrides: overrides), among: worlds)
  }

  /// The same of a file that has been read.
  public init(_ file: InstanceFile, among worlds: [any TwoStagePopulation.Type] = Populations.all) throws {
    path = file.path
    do {
      if let classes = try ClassTargets(file) {
        (population, model) = (try classes.world(file, among: worlds), try file.string("model") ?? "")
      } else {
        let own = try Populations.make(file, among: worlds)
        (population, model) = (own, type(of: own).modelName)
      }
      head = try file.downstreamHead()
      (unlabeled, labeled) = (try file.rowCount("samples.unlabeled"), try file.rowCount("samples.labeled"))
      try file.checkAllKeysUsed()
    } catch let invalid as InvalidPopulation {
      throw InvalidInstance(path: file.path, cause: invalid)
    }
  }

  /// m/n.
  public var ratio: Double { Double(unlabeled) / Double(labeled) }

  /// The law under the instance's head. Throws `InvalidInstance` where the world does not know it.
  public func law() throws -> LimitLaw {
    do { return try population.law(head: head) } catch let invalid as InvalidPopulation {
      throw InvalidInstance(path: path, cause: invalid)
    }
  }

  public func experiment(rows: RowDistribution = .gaussian, samplesLabels: Bool = false) -> Experiment {
    Experiment(unlabeled: unlabeled, labeled: labeled, rows: rows, head: head, samplesLabels: samplesLabels)
  }
}

/// A file whose values are no world: which file, and what is wrong.
public struct InvalidInstance: Failure, Equatable {
  public let path: String
  public let cause: InvalidPopulation

  public var kind: FailureKind { cause.kind }

  public var description: String { "\(path): \(cause.description)" }
}

extension InstanceFile: InstanceValues {}

extension InstanceFile {
  fileprivate func rowCount(_ key: String) throws -> Int {
    guard let count = try integer(key) else {
      throw InvalidPopulation(
        key: key, value: "(missing)", problem: "it is needed: a number of rows", remedy: "Add it under [samples]")
    }
    guard count > 0 else {
      throw InvalidPopulation(
        key: key, value: "\(count)", problem: "a number of rows must be positive", remedy: "Give 1 or more")
    }
    return count
  }
}
