import Pretraining

/// What a sweep is to compute.
public struct SweepDesign: Sendable {
  /// A world and how many rows of each kind its replicates draw.
  public struct World: Sendable {
    public let population: any TwoStageWorld
    public let experiment: Experiment

    public init(_ population: any TwoStageWorld, _ experiment: Experiment) {
      self.population = population
      self.experiment = experiment
    }
  }

  public let cells: [SweepCell]
  /// Replicates of each cell; 0 for its law alone.
  public let replicates: Int
  public let seed: UInt64
  /// The world of a cell.
  public let world: @Sendable (SweepCell) throws -> World

  public init(
    cells: [SweepCell], replicates: Int, seed: UInt64, world: @escaping @Sendable (SweepCell) throws -> World
  ) {
    precondition(!cells.isEmpty && replicates >= 0, "\(cells.count) cells of \(replicates) replicates")
    self.cells = cells
    self.replicates = replicates
    self.seed = seed
    self.world = world
  }
}

/// What replicates of different runs must share to stand in one store.
public struct SweepIdentity: Sendable, Equatable {
  /// Of pretell: a new version may move numbers.
  public let version: String
  public let seed: UInt64
  /// How rows are drawn.
  public let sampler: String
  /// Values of the instance that do not vary.
  public let fixed: [String: String]
  /// Keys that vary.
  public let varied: [String]

  public init(version: String, seed: UInt64, sampler: String, fixed: [String: String], varied: [String]) {
    self.version = version
    self.seed = seed
    self.sampler = sampler
    self.fixed = fixed
    self.varied = varied.sorted()
  }

  /// As rows of the store.
  var facts: [String: String] {
    var facts = ["version": version, "seed": "\(seed)", "sampler": sampler, "varied": varied.joined(separator: ", ")]
    for (key, value) in fixed { facts["instance " + key] = value }
    return facts
  }

  /// In words, one for each fact that differs: `dimension: 10 in the store, 12 now`.
  static func differences(
    stored: [String: String], now: [String: String], place: String = "now"
  ) -> [String] {
    Set(stored.keys).union(now.keys).sorted().compactMap { key in
      let (before, after) = (stored[key], now[key])
      if before == after { return nil }
      let name = key.hasPrefix("instance ") ? String(key.dropFirst(9)) : key
      return "\(name): \(shortened(before)) in the store, \(shortened(after)) \(place)"
    }
  }

  private static func shortened(_ value: String?) -> String {
    guard let value else { return "nothing" }
    return value.count > 60 ? value.prefix(56) + " ..." : value
  }
}
