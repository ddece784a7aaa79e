import Asymptotics
import Distributions
import Pretraining

/// A cell's law beside its replicates.
public struct CellSummary: Sendable {
  /// What the replicates say of n (R - σ²).
  public struct Simulated: Sendable {
    /// Replicates that gave an answer.
    public let sample: EmpiricalDistribution
    /// Mean of n times each part.
    public let parts: RiskDecomposition
    /// Largest difference between distribution functions of replicates and law; nil without a law.
    public let kolmogorovDistance: Double?
  }

  public let stored: StoredCell
  public let law: LimitLaw?
  /// The law of n (R - σ²) at the cell's sizes.
  public let scaledExcessRisk: GeneralizedChiSquare?
  /// Nil when no replicate gave an answer.
  public let simulated: Simulated?
  /// Replicates without an answer.
  public let failed: Int
  /// `far-from-limit` where replicates say so, or without any where rows and labels are too few by number.
  public let sizeWarnings: [Warning]

  /// - Parameter facts: what the store's replicates share; tells whether labels were drawn.
  /// Throws when the stored law cannot be read. Cost: one evaluation of the law's distribution function for each replicate.
  public init(_ stored: StoredCell, replicates: [RiskDecomposition?], facts: [String: String] = [:]) throws {
    self.stored = stored
    law = try stored.law()
    scaledExcessRisk = law?.scaledExcessRisk(ratio: stored.ratio)
    let risks = replicates.compactMap(\.self)
    failed = replicates.count - risks.count
    simulated = try risks.isEmpty ? nil : Simulated(risks, labeled: stored.labeled, law: scaledExcessRisk)
    let run = ReplicateRun(ReplicateKind(stored, facts: facts), risks: risks, failed: failed)
    sizeWarnings = try law.map { try stored.sizeWarnings($0, run) } ?? []
  }

  /// Those of the law, and of the sizes.
  public var warnings: [Warning] { (law?.warnings ?? []) + sizeWarnings }

  /// (simulated mean - law's mean) / standard error; nil where one of them is missing.
  public var z: Double? {
    guard let sample = simulated?.sample, let law = scaledExcessRisk, sample.standardError > 0 else { return nil }
    return (sample.mean - law.mean) / sample.standardError
  }
}

extension StoredCell {
  fileprivate func sizeWarnings(_ law: LimitLaw, _ run: ReplicateRun) throws -> [Warning] {
    if run.isEmpty {
      let sizes = SizeCheck(law, unlabeled: unlabeled, labeled: labeled)
      return sizes.areEnough ? [] : [sizes.warning]
    }
    // 1e-12 of the law's mean; the world, whose target may be larger, is not in the store.
    return try run.warnings(law, rounding: 1e-12 * abs(law.scaledExcessRisk(ratio: ratio).mean))
  }
}

extension CellSummary.Simulated {
  fileprivate init(_ risks: [RiskDecomposition], labeled: Int, law: GeneralizedChiSquare?) throws {
    let n = Double(labeled)
    let sample = try EmpiricalDistribution(risks.map { n * $0.excessRisk })
    let scale = n / Double(risks.count)
    parts = RiskDecomposition(
      representation: scale * risks.reduce(0) { $0 + $1.representation },
      leakage: scale * risks.reduce(0) { $0 + $1.leakage }, variance: scale * risks.reduce(0) { $0 + $1.variance })
    self.sample = sample
    kolmogorovDistance = law.map { sample.kolmogorovDistance(to: $0, rounding: 1e-12 * abs($0.mean)) }
  }
}

extension SweepStore {
  /// Summaries of `cells` from their first `replicates` replicates; of every stored cell from all of them when left out.
  /// Throws `StoreError` for a cell that the store has not got.
  public func summaries(of cells: [SweepCell]? = nil, replicates: Int = .max) throws -> [CellSummary] {
    try database.snapshot {
      let stored = try self.cells()
      let byStream = Dictionary(stored.map { ($0.stream, $0) }, uniquingKeysWith: { first, _ in first })
      let facts = try self.facts()
      return try (cells ?? stored.map(\.cell)).map { cell in
        guard let found = byStream[cell.stream] else { throw StoreError.incomplete(path, cell.name) }
        let risks = try self.replicates(of: cell, in: 0..<replicates).map(\.risk)
        return try CellSummary(found.with(settings: cell), replicates: risks, facts: facts)
      }
    }
  }
}
