import CMath
import LinearAlgebra
import Pretraining
import Randomness

/// How right plans are, with a whole data set as the population: rows are drawn from it with replacement, predictions are scored
/// on all of it, and the truth is the average over many draws.
///
/// Where `Backtester` asks what a user can ask of one labeled table, this asks what only somebody who owns the population can:
/// the parts of the risk, the break-even number of labels, the best choice.
public struct ForecastAudit: Sendable {
  /// N x d.
  public let features: Matrix
  public let labels: [Double]
  public let method: any PretrainingMethod
  public let sizes: [Int]
  private let population: [StandardDesign]
  private let raw: StandardDesign

  /// What is true of one candidate at m unlabeled and n labeled rows.
  public struct Truth: Sendable, Equatable {
    /// "none", "ridge" or the method's name.
    public let method: String
    public let size: Int?
    /// Mean squared error over draws of the rows, and its standard error.
    public let risk: Double
    public let standardError: Double
    /// Risk with unlimited labels and rows; nil for ridge.
    public let best: Double?

    /// Labels and pre-training part.
    public var excess: Double? { best.map { risk - $0 } }
  }

  /// Throws what the method's fit throws.
  public init(features: Matrix, labels: [Double], method: any PretrainingMethod, sizes: [Int]) throws {
    precondition(features.rows == labels.count, "\(labels.count) labels for \(features.rows) rows")
    precondition(labels.contains { $0 != labels[0] }, "every label is \(labels[0])")
    let varying = PreparedData.varyingColumns(features)
    self.features = features.columns(at: varying)
    self.labels = labels
    self.method = method
    self.sizes = sizes.filter { $0 <= method.largestSize(rows: features.rows / 2, columns: varying.count) }
    let rows = self.features
    population = try method.fit(rows, sizes: self.sizes).map {
      StandardDesign(features: $0.features(of: rows))
    }
    raw = StandardDesign(features: rows)
  }

  // MARK: truth

  /// The truth for none (where n > d + 2), ridge and every size. Cost: `draws` fits of m + n rows and predictions of all rows.
  public func truths(unlabeled: Int, labeled: Int, draws: Int, seed: UInt64) throws -> [Truth] {
    let risks = try Parallel.map(count: draws) { index -> [Double?] in
      var stream = RandomStream(seed: seed, cell: 0, replicate: UInt64(index), purpose: Purpose.audit)
      return try sampleRisks(of: Sample(unlabeled: unlabeled, labeled: labeled, of: self, using: &stream))
    }
    let names: [(String, Int?)] = [("none", nil), ("ridge", nil)] + sizes.map { (method.name, $0) }
    let best = [try populationRisk(raw), nil] + (try population.map { try populationRisk($0) })
    return names.indices.compactMap { position in
      let values = risks.compactMap { $0[position] }
      guard values.count == draws, draws > 1 else { return nil }
      let risk = MeanError(values)
      return Truth(
        method: names[position].0, size: names[position].1, risk: risk.mean, standardError: risk.standardError,
        best: best[position])
    }
  }

  /// Labels at which a size's risk, pre-trained on the whole population, crosses that of the raw columns; nil where it does not
  /// between the fewest that determine both and 300 times as many.
  public func breakEvenLabels(size: Int, draws: Int, seed: UInt64) throws -> Double? {
    let own = population[sizes.firstIndex(of: size)!]
    let fewest = Double(raw.parameterCount + 5)
    let counts = (0..<12).map { Int(fewest * pow(300, Double($0) / 11)) }
    let advantages = try Parallel.map(count: counts.count) { position -> Double in
      var sum = 0.0
      for draw in 0..<draws {
        var stream = RandomStream(seed: seed, cell: 1, replicate: UInt64(draw), purpose: Purpose.audit)
        let rows = stream.resample(counts[position], of: labels.count)
        sum += try risk(raw, rows) - risk(own, rows)
      }
      return sum / Double(draws)
    }
    guard let after = advantages.indices.dropFirst().first(where: { advantages[$0] <= 0 && advantages[$0 - 1] > 0 })
    else { return nil }
    let share = advantages[after - 1] / (advantages[after - 1] - advantages[after])
    return Double(counts[after - 1]) * pow(Double(counts[after]) / Double(counts[after - 1]), share)
  }

  // MARK: plans

  /// The plan that one draw of m unlabeled and n labeled rows leads to.
  public func plan(unlabeled: Int, labeled: Int, subsample: Int, seed: UInt64) throws -> Plan {
    var stream = RandomStream(seed: seed, cell: 2, replicate: UInt64(subsample), purpose: Purpose.audit)
    let sample = Sample(unlabeled: unlabeled, labeled: labeled, of: self, using: &stream)
    return try Planner.plan(
      PlanRequest(
        unlabeled: sample.unlabeled, features: features.rows(at: sample.labeled),
        labels: sample.labeled.map { labels[$0] }, methods: [method], sizes: sizes, seed: seed &+ UInt64(subsample)))
  }

  private struct Sample {
    let unlabeled: Matrix
    let labeled: [Int]

    init(unlabeled: Int, labeled: Int, of audit: ForecastAudit, using stream: inout RandomStream) {
      var drawn = stream.resample(labeled, of: audit.labels.count)
      while drawn.allSatisfy({ audit.labels[$0] == audit.labels[drawn[0]] }) {
        drawn = stream.resample(labeled, of: audit.labels.count)
      }
      self.labeled = drawn
      self.unlabeled = audit.features.rows(at: stream.resample(unlabeled, of: audit.labels.count))
    }
  }

  /// Squared error over the population of none, ridge and every size.
  private func sampleRisks(of sample: Sample) throws -> [Double?] {
    let labeled = features.rows(at: sample.labeled)
    let pool = sample.unlabeled.stacked(above: labeled)
    let isDetermined = sample.labeled.count > raw.parameterCount + 2
    let deviations = RowMoments(rows: pool).covariance.diagonalEntries.map { $0.squareRoot() }
    let ridge = try RidgeHead(labeled, labels: sample.labeled.map { labels[$0] }, deviations: deviations)
    return [
      isDetermined ? try risk(raw, sample.labeled) : nil,
      meanSquaredError(ridge.predictions(features)),
    ]
      + (try method.fit(pool, sizes: sizes).map { representation in
        try risk(StandardDesign(features: representation.features(of: features)), sample.labeled)
      })
  }

  /// Of least squares on these rows of a design of the whole population.
  private func risk(_ design: StandardDesign, _ rows: [Int]) throws -> Double {
    let head = try LeastSquaresHead(design.pool.rows(at: rows), labels: rows.map { labels[$0] })
    return meanSquaredError(design.pool * head.coefficients)
  }

  private func populationRisk(_ design: StandardDesign) throws -> Double { try risk(design, Array(labels.indices)) }

  private func meanSquaredError(_ predictions: [Double]) -> Double {
    zip(labels, predictions).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(labels.count)
  }
}
