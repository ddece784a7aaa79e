import LinearAlgebra
import MaskedRegression

/// Masked pre-training of a graph in closed form: the average over all masks of a linear graph autoencoder.
///
///     let graph = try Graph(nodes: 3, edges: [(0, 1), (1, 2)])
///     let masked = try MaskedGraph(graph, features: x)
///     let fit = try masked.fit(ridge: .automatic)
///     print(fit.errors.r2, try masked.codes(size: 16, ridge: fit.errors.ridge))
///
/// "Hide nodes, predict their features from their neighbors" averages to: regress every node on what its neighbors say, with the
/// ridge r X'diag(w)X that hiding amounts to. Theory: the article MaskedGraphs.
public struct MaskedGraph: Sendable {
  public let settings: GraphSettings
  public let moments: GraphMoments

  /// - Parameters:
  ///   - features: one row for each node.
  /// Throws `GraphError`, `MaskedRegressionError.needsMemory`. Cost: the filter's, and 4 nodes columns² flops.
  public init(
    _ graph: Graph, features: consuming Matrix, settings: GraphSettings = GraphSettings(),
    memory: MemoryLimit = .physical
  ) throws {
    try GraphRanges.check(hideRate: settings.hideRate)
    guard graph.nodes == features.rows else {
      throw GraphError.featureRows(nodes: graph.nodes, rows: features.rows)
    }
    try memory.check(GraphMoments.memory(nodes: graph.nodes, columns: min(features.columns, graph.nodes)))
    let propagation = try Propagation(graph, filter: settings.filter, normalization: settings.normalization)
    self.settings = settings
    moments = try GraphMoments(
      propagation, rows: GraphRows(features, unitRows: settings.unitRows), budget: settings.budget, memory: memory)
  }

  public var graph: Graph { moments.propagation.graph }

  /// Errors along ridge penalties. Throws `noLeftOutError` with re-masking or a diagonal from probes.
  public func path() throws -> GraphPath {
    try checkLeftOut()
    return try GraphPath(moments, hideRate: settings.hideRate)
  }

  /// What a fit says of its errors.
  public struct Fit: Sendable {
    public let errors: GraphErrors
    /// Penalties that were searched; empty where one was given.
    public let path: [GraphErrors]
    public let warnings: [GraphWarning]
  }

  /// Errors at a ridge, by default the one of least leave-node-out error.
  ///
  /// - Parameters:
  ///   - communities: for the error with a whole community left out.
  ///   - refitted: left-out errors with the penalty of hiding refitted too (exact for the whole procedure; + Σ_l (entries of row l of
  ///     P) d² flops); otherwise it is kept: within .04 % at a hide rate of .5, .4 % at .9.
  public func fit(
    ridge: GraphRidge = .automatic, communities: Communities? = nil, refitted: Bool = false
  ) throws -> Fit {
    var warnings = graph.warnings + ownWarnings
    var found: GraphPath.Best?
    let penalty: Double
    switch ridge {
    case .given(let value):
      try GraphRanges.check(ridge: value)
      penalty = value
    case .automatic:
      let best = try path().best()
      found = best
      penalty = best.errors.ridge
      if best.isHeterophilous {
        warnings.append(.heterophily)
      } else if best.isAtBoundary {
        warnings.append(.ridgeAtBoundary(penalty))
      }
    }
    let known = communities == nil && !refitted ? found?.errors : nil
    let errors = try known ?? self.errors(ridge: penalty, communities: communities, refitted: refitted)
    if let communities, communities.largestShare > 0.1 {
      warnings.append(.largeCommunity(communities.largestShare))
    }
    return Fit(errors: errors, path: found?.path ?? [], warnings: warnings + errors.warnings)
  }

  /// What there is to say of errors along a path.
  public func warnings(path: [GraphErrors]) -> [GraphWarning] {
    let known = path.compactMap(\.neighborsHelp)
    let isDeaf = !known.isEmpty && !known.contains(true)
    return graph.warnings + ownWarnings + (isDeaf ? [.heterophily] : [])
  }

  private func errors(ridge: Double, communities: Communities?, refitted: Bool) throws -> GraphErrors {
    let rate = settings.hideRate
    guard settings.remask == .none, moments.diagonal.isExact else {
      return try trainingErrors(ridge: ridge, communities)
    }
    let squares = try NodeLeaving(moments, hideRate: rate, ridge: ridge).squares(ridge: ridge, refitted: refitted)
    let outside = try communities.map { communities in
      try CommunityLeaving(moments, hideRate: rate, ridge: ridge).squares(communities)
    }
    return GraphErrors(moments, rate, ridge, squares, community: outside)
  }

  /// Where no exact left-out errors exist: of the prediction without re-masks, all nodes visible.
  private func trainingErrors(ridge: Double, _ communities: Communities?) throws -> GraphErrors {
    if communities != nil { try checkLeftOut() }
    guard let factor = try? Cholesky(moments.normalMatrix(hideRate: settings.hideRate, ridge: ridge)) else {
      throw GraphError.singular(ridge: ridge)
    }
    let residuals = moments.rows.values - moments.visible.timesByThreads(factor.solve(moments.cross))
    let entries = Double(moments.nodes) * Double(moments.rows.columns)
    return GraphErrors(
      nodes: moments.nodes, columns: moments.rows.columns, hideRate: settings.hideRate, ridge: ridge,
      trainingError: residuals.squaredFrobeniusNorm / entries, leaveNodeOutError: nil, leaveCommunityOutError: nil,
      meanError: moments.rows.energy / entries, r2StandardError: nil)
  }

  private func checkLeftOut() throws {
    if settings.remask != .none {
      throw GraphError.noLeftOutError("it is for decoding without re-masks. Give a ridge penalty, or --remask none")
    }
    if !moments.diagonal.isExact {
      throw GraphError.noLeftOutError(
        "the filter's diagonal comes from random probes. Give a ridge penalty, or use fewer hops")
    }
  }

  private var ownWarnings: [GraphWarning] {
    var result: [GraphWarning] = []
    if !moments.diagonal.isExact { result.append(.probedDiagonal) }
    if moments.diagonal.density > 0.3, graph.nodes > 50 { result.append(.denseFilter(moments.diagonal.density)) }
    if let share = FeatureNeighbors.share(moments), share >= 0.9 { result.append(.graphFromFeatures(share)) }
    return result
  }
}
