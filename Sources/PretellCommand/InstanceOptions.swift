import ArgumentParser
import Pretell

/// The instance file of a verb, and `--set`.
struct InstanceOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Instance file (TOML); 'pretell examples' writes one.", valueName: "instance"))
  var path: String

  @Option(
    name: .long, help: ArgumentHelp("Override one value, such as dimension=80; repeatable.", valueName: "key=value"))
  var set: [String] = []

  var files: FileUse { .instance(path, set: set, "INSTANCE") }

  /// The population and sample sizes that the file describes; every key must have been understood.
  /// - Parameter more: what other options set.
  func read(_ more: [String] = []) throws -> Instance {
    try Instance(InstanceFile(path: path, overrides: set + more))
  }
}

/// A population and how many rows of each kind it is asked about.
struct Instance {
  let path: String
  let model: String
  let population: any TwoStagePopulation
  let head: DownstreamHead
  let unlabeled: Int
  let labeled: Int

  var ratio: Double { Double(unlabeled) / Double(labeled) }

  /// Throws what the world does not know, naming the file.
  func law() throws -> LimitLaw {
    do { return try population.law(head: head) } catch let invalid as InvalidPopulation {
      throw CommandFailure(status: .badData, message: "\(path): \(invalid.description)")
    }
  }

  func experiment(rows: RowDistribution = .gaussian, samplesLabels: Bool = false) -> Experiment {
    Experiment(unlabeled: unlabeled, labeled: labeled, rows: rows, head: head, samplesLabels: samplesLabels)
  }
}

extension Instance {
  /// What the file describes; every key must have been understood.
  init(_ file: InstanceFile) throws {
    do {
      let population = try Populations.make(file)
      let head = try file.downstreamHead()
      let sizes = (try file.rowCount("samples.unlabeled"), try file.rowCount("samples.labeled"))
      try file.checkAllKeysUsed()
      self.init(
        path: file.path, model: type(of: population).modelName, population: population, head: head,
        unlabeled: sizes.0, labeled: sizes.1)
    } catch let invalid as InvalidPopulation {
      throw CommandFailure(status: .badData, message: "\(file.path): \(invalid.description)")
    }
  }
}

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
