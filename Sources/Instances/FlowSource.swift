import DataFiles
import LinearAlgebra
import MatrixFlow
import Pretraining
import Randomness

/// What flows, and where it came from.
public struct FlowSource: Sendable {
  public let flow: FactorizationFlow
  /// Set where random numbers were used.
  public let seed: UInt64?
  /// Linear spectral pre-training behind the flow, with its number of unlabeled rows.
  public let spectral: (training: SpectralTraining, rows: Int)?

  private static let defaultScale = 1e-3
  /// For the score's variances under a mixture, which have no Gaussian closed form: 1 % accurate.
  private static let sampledTriples = 20_000

  /// Two matrices in files. Throws `DataFileError`, `MatrixFlowError`.
  public init(start: String, target: String) throws {
    flow = try FactorizationFlow(
      start: try DataFile.read(start).values, target: try DataFile.read(target).values)
    seed = nil
    spectral = nil
  }

  /// Unlabeled rows and their partners, in files; the start is random, `scale` the standard deviation of its entries.
  /// Throws `DataFileError`, `MatrixFlowError`.
  public init(anchors: String, positives: String, rank: Int, scale: Double?, seed: UInt64) throws {
    let rows = try DataFile.read(anchors)
    let (x, partners) = (rows.values, try DataFile.read(positives).aligned(with: rows))
    guard x.rows == partners.rows, x.columns == partners.columns else {
      throw DataFileError(
        file: positives, value: "\(partners.rows) x \(partners.columns)",
        problem: "\(anchors) is \(x.rows) x \(x.columns)",
        remedy: "Give one partner for each row")
    }
    guard rank <= x.columns else {
      throw DataFileError(
        file: anchors, value: "\(x.columns) columns", problem: "a representation of \(rank) columns does not fit",
        remedy: "Use a smaller --rank")
    }
    guard x.rows > 1 else {
      throw DataFileError(file: anchors, value: "1 row", problem: "a row needs strangers", remedy: "Give more pairs")
    }
    var stream = RandomStream(seed: seed)
    let start = (scale ?? Self.defaultScale) * stream.normalMatrix(rows: x.columns, columns: rank)
    let triples = SpectralTriples(anchors: x, positives: partners, using: &stream)
    self.init(
      rows: x.rows, seed: seed,
      try SpectralTraining(
        anchors: triples.anchors, positives: triples.positives, negatives: triples.negatives, start: start))
  }

  /// An instance file of `model = "flow"`, `"spectral"` or `"mixture"`. `scale` comes before the file's.
  /// Throws `DataFileError`, `InvalidInstance`, `MatrixFlowError`.
  public init(instance path: String, overrides: [String], scale: Double?, seed: UInt64) throws {
    let file = try InstanceFile(path: path, overrides: overrides)
    do {
      let model = try file.needed("model", file.string("model"), "flow, spectral or mixture")
      switch model {
      case "flow": try self.init(flow: file, scale: scale, seed: seed)
      case "spectral": try self.init(spectral: file, scale: scale, seed: seed)
      case "mixture": try self.init(mixture: file, scale: scale, seed: seed)
      default:
        throw InvalidPopulation(
          key: "model", value: "\"\(model)\"", problem: "no flow is known for it",
          remedy: "Use flow, spectral or mixture")
      }
      try file.checkAllKeysUsed()
    } catch let invalid as InvalidPopulation {
      throw InvalidInstance(path: path, cause: invalid)
    }
  }

  // MARK: instance files

  private init(flow file: InstanceFile, scale: Double?, seed: UInt64) throws {
    let target: Matrix
    if let matrix = try file.matrix("target") {
      target = matrix
    } else {
      target = .diagonal(
        try file.needed("eigenvalues", file.doubles("eigenvalues"), "the target's eigenvalues, or a matrix 'target'"))
    }
    var random: RandomStream?
    let start: Matrix
    if let matrix = try file.matrix("start") {
      start = matrix
    } else {
      let columns = try Self.count(file, "columns", "how many columns the factor has, or a matrix 'start'")
      guard columns <= Self.mostColumns else {
        throw InvalidPopulation(
          key: "columns", value: "\(columns)", problem: "the flow is followed in matrices of columns x columns",
          remedy: "Give at most \(Self.mostColumns); columns beyond the rows change nothing but the start")
      }
      var stream = RandomStream(seed: seed)
      start = (try Self.scale(file, scale)) * stream.normalMatrix(rows: target.rows, columns: columns)
      random = stream
    }
    flow = try FactorizationFlow(start: start, target: target)
    self.seed = random == nil ? nil : seed
    spectral = nil
  }

  private init(spectral file: InstanceFile, scale: Double?, seed: UInt64) throws {
    let world = try SpectralPopulation(instance: file)
    guard world.strangers == .one else {
      throw InvalidPopulation(
        key: "strangers", value: "\"\(world.strangers)\"",
        problem: "the statistical error of training is known for one stranger a row", remedy: "Leave strangers out")
    }
    _ = try file.integer("samples.labeled")
    let training = try SpectralTraining(
      covariance: world.covariance, pairCovariance: world.pairCovariance,
      start: try Self.start(file, dimension: world.dimension, rank: world.rank, scale: scale, seed: seed))
    self.init(rows: try Self.rows(file), seed: seed, training)
  }

  private init(mixture file: InstanceFile, scale: Double?, seed: UInt64) throws {
    let pairs = MixturePairs(centers: try Self.centers(file))
    let rows = try Self.rows(file)
    var stream = RandomStream(seed: seed, purpose: 1)
    let triples = pairs.triples(Self.sampledTriples, using: &stream)
    let rank = try Self.mixtureRank(file, pairs)
    let training = try SpectralTraining(
      covariance: pairs.covariance, pairCovariance: pairs.pairCovariance, anchors: triples.anchors,
      positives: triples.positives, negatives: triples.negatives,
      start: try Self.start(file, dimension: pairs.centers.columns, rank: rank, scale: scale, seed: seed))
    self.init(rows: rows, seed: seed, training)
  }

  private init(rows: Int, seed: UInt64, _ training: SpectralTraining) {
    flow = training.flow
    self.seed = seed
    spectral = (training, rows)
  }

  private static func centers(_ file: InstanceFile) throws -> Matrix {
    if let centers = try file.matrix("centers") { return centers }
    let components = try count(file, "components", "how many components the mixture has, or a matrix 'centers'")
    let dimension = try count(file, "dimension", "how many columns there are")
    let separation = try file.needed("separation", file.double("separation"), "how far each center is from the origin")
    guard components <= dimension else {
      throw InvalidPopulation(
        key: "components", value: "\(components)", problem: "centers along axes need as many columns",
        remedy: "Raise dimension, or give 'centers'")
    }
    var centers = Matrix(rows: components, columns: dimension)
    for c in 0..<components { centers[c, c] = separation }
    return centers
  }

  /// As many as there are components, unless given.
  private static func mixtureRank(_ file: InstanceFile, _ pairs: MixturePairs) throws -> Int {
    let (components, dimension) = (pairs.centers.rows, pairs.centers.columns)
    let rank = try file.integer("rank") ?? min(components, dimension)
    guard rank > 0, rank <= dimension else {
      throw InvalidPopulation(
        key: "rank", value: "\(rank)", problem: "there are \(dimension) columns", remedy: "Give 1 to \(dimension)")
    }
    // Keys of other verbs.
    for key in ["downstream.noise", "downstream.scale"] { _ = try file.double(key) }
    _ = try? file.string("downstream.coefficients")
    _ = try file.integer("samples.labeled")
    return rank
  }

  private static func start(
    _ file: InstanceFile, dimension: Int, rank: Int, scale: Double?, seed: UInt64
  ) throws -> Matrix {
    var stream = RandomStream(seed: seed)
    return (try self.scale(file, scale)) * stream.normalMatrix(rows: dimension, columns: rank)
  }

  private static func scale(_ file: InstanceFile, _ option: Double?) throws -> Double {
    let value = try file.double("scale")
    let scale = option ?? value ?? defaultScale
    guard scale > 0, scale.isFinite else {
      throw InvalidPopulation(
        key: "scale", value: "\(scale)", problem: "a start of this size goes nowhere", remedy: "Give a positive number")
    }
    return scale
  }

  private static func rows(_ file: InstanceFile) throws -> Int {
    try count(file, "samples.unlabeled", "a number of rows")
  }

  private static let mostColumns = 10_000

  private static func count(_ file: InstanceFile, _ key: String, _ meaning: String) throws -> Int {
    let value = try file.needed(key, file.integer(key), meaning)
    guard value > 0 else {
      throw InvalidPopulation(key: key, value: "\(value)", problem: "it must be positive", remedy: "Give 1 or more")
    }
    return value
  }
}

extension InstanceFile {
  fileprivate func needed<T>(_ key: String, _ value: T?, _ meaning: String) throws -> T {
    guard let value else {
      throw InvalidPopulation(key: key, value: "(missing)", problem: "it is needed: \(meaning)", remedy: "Add it")
    }
    return value
  }
}
