import LinearAlgebra
import Randomness

/// A mixture of K normal distributions, unit covariance and equal weights unless these are to be estimated: maximum likelihood by
/// expectation and maximization, the best of several k-means++ starts. Symmetry: permutations.
///
/// Rows may be longer than memory: each iteration is a pass over them in blocks of about 32 MB (four times 2048 rows where these are
/// more), and starts are chosen among at most 4 million numbers' worth of rows, drawn evenly over all. The answer is the same, to the
/// bit, wherever the rows are. Cost of an iteration: 4 rows d K flops and rows K exponentials on all threads.
/// Source: Dempster, Laird and Rubin 1977; starts by Arthur and Vassilvitskii 2007.
public struct GaussianMixture: PretrainingMethod {
  public let name = "mixture"
  /// What is fitted beside the centres.
  public var estimates: MixtureUnknowns
  /// Weights that are known; nil for equal ones, or where they are estimated.
  public var weights: [Double]?
  /// s² where it is known; the first guess where it is estimated (nil then: from the rows).
  public var variance: Double?
  /// How many k-means++ starts; the one of highest likelihood is kept.
  public var restarts = 4
  /// After how many iterations only the best start goes on; nil: all go to their end.
  public var screening: Int?
  public var maximumIterations = 1000
  /// Stops once the mean log-likelihood of a row grows by less.
  public var tolerance = 1e-10
  /// Long steps between iterations: the same optimum after a third of them, see `MixtureIteration`.
  public var accelerates = true
  public var seed: UInt64 = 0

  public init(estimates: MixtureUnknowns = .init(), weights: [Double]? = nil, variance: Double? = nil) {
    self.estimates = estimates
    self.weights = weights
    self.variance = variance
  }

  /// To the accuracy that a plan needs, weights and variance estimated.
  public static var forPlans: GaussianMixture {
    var result = GaussianMixture(estimates: MixtureUnknowns(weights: true, variance: true))
    (result.restarts, result.screening, result.maximumIterations, result.tolerance) = (2, 15, 300, 1e-5)
    return result
  }

  /// One component tells rows apart by nothing.
  public var smallestSize: Int { 2 }

  /// At least ten rows a component.
  public func largestSize(rows: Int, columns: Int) -> Int { rows / 10 }

  /// Features of the fitted mixtures of these sizes (one component or more).
  public func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
    try sizes.map { try MixtureRepresentation(fit(rows, components: $0)) }
  }

  /// From the centres that all rows gave: no other optimum is looked for. Throws `MixtureFitError`.
  public func refit(
    _ rows: some RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    let part = rows.part(at: indices)
    return try sizes.indices.map { position in
      guard found.indices.contains(position), let start = found[position] as? MixtureRepresentation else {
        return try MixtureRepresentation(fit(part, components: sizes[position]))
      }
      let state = MixtureState(centers: start.centers, weights: start.weights, variance: start.variance)
      return try MixtureRepresentation(fit(part, from: state), rank: start.subspace.rank)
    }
  }

  /// The best of `restarts` fits. Throws `MixtureFitError`, what the rows' source throws.
  public func fit(_ rows: any RowSource, components: Int) throws -> MixtureFit {
    let data = try MixtureRows(rows, components: components)
    var screen = self
    if let screening, restarts > 1 { screen.maximumIterations = min(screening, maximumIterations) }
    var best: MixtureFit?
    for restart in 0..<max(1, restarts) {
      var stream = RandomStream(seed: seed, replicate: UInt64(restart))
      let start = try KMeansStart(data, components: components, using: &stream).centers
      let found = try MixtureIteration(method: screen, data: data).run(from: state(data, centers: start))
      if best == nil || found.isBetter(than: best!) { best = found }
    }
    if screen.maximumIterations < maximumIterations, best!.status == .iterationLimit {
      best = try MixtureIteration(method: self, data: data).run(from: best!.state)
    }
    return try best!.checked()
  }

  /// The fit that one start leads to: K x d centres, such as an earlier fit's. Throws `MixtureFitError`.
  public func fit(_ rows: any RowSource, from start: Matrix) throws -> MixtureFit {
    let data = try MixtureRows(rows, components: start.rows)
    guard start.columns == rows.columns else {
      throw MixtureFitError.startOfWrongSize(
        rows: start.rows, columns: start.columns, wantedRows: start.rows, wantedColumns: rows.columns)
    }
    if let index = start.storage.firstIndex(where: { !$0.isFinite }) {
      throw MixtureFitError.nonFinite(
        row: index / start.columns, column: index % start.columns, value: start.storage[index])
    }
    return try MixtureIteration(method: self, data: data).run(from: state(data, centers: start)).checked()
  }

  private func fit(_ rows: any RowSource, from start: MixtureState) throws -> MixtureFit {
    let data = try MixtureRows(rows, components: start.centers.rows)
    return try MixtureIteration(method: self, data: data).run(from: start).checked()
  }

  /// Weights and variance that are known, or where the search for them begins.
  private func state(_ data: MixtureRows, centers: Matrix) -> MixtureState {
    let shares = weights ?? [Double](repeating: 1 / Double(centers.rows), count: centers.rows)
    precondition(shares.count == centers.rows, "\(shares.count) weights for \(centers.rows) components")
    return MixtureState(
      centers: centers, weights: shares, variance: variance ?? (estimates.variance ? data.variance : 1))
  }
}

extension MixtureFit {
  fileprivate var state: MixtureState { MixtureState(centers: centers, weights: weights, variance: variance) }

  /// Itself, unless a component was lost.
  fileprivate func checked() throws -> MixtureFit {
    if case .emptyComponent(let component) = status {
      throw MixtureFitError.emptyComponent(component: component, iterations: iterations)
    }
    return self
  }

  /// Higher likelihood; one that lost a component comes last.
  fileprivate func isBetter(than other: MixtureFit) -> Bool {
    if case .emptyComponent = status { return false }
    if case .emptyComponent = other.status { return true }
    return logLikelihood > other.logLikelihood
  }
}
