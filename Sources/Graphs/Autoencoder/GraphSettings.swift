/// How a graph autoencoder is set up; the defaults need no choice.
public struct GraphSettings: Sendable, Equatable {
  public var filter: GraphFilter
  public var normalization: GraphNormalization
  /// Share p of the nodes that is hidden. It acts as a penalty r = p / (1 - p) and in no other way.
  public var hideRate: Double
  public var remask: Remask
  /// Rows of unit length: the closed form of GraphMAE's cosine error.
  public var unitRows: Bool
  /// Weight of the second loss, whitened latents of the unmasked graph (GraphMAE2); 0 for features alone.
  public var latentWeight: Double
  /// Multiplications that the filter's exact diagonal may take.
  public var budget: Double

  public init(
    filter: GraphFilter = .sgc(hops: 2), normalization: GraphNormalization = .symmetric, hideRate: Double = 0.75,
    remask: Remask = .none, unitRows: Bool = true, latentWeight: Double = 0,
    budget: Double = FilterDiagonal.defaultBudget
  ) {
    self.filter = filter
    self.normalization = normalization
    self.hideRate = hideRate
    self.remask = remask
    self.unitRows = unitRows
    self.latentWeight = latentWeight
    self.budget = budget
  }
}

/// The penalty: given, relative to the mean eigenvalue of Y'Y, or the one of least leave-node-out error.
public enum GraphRidge: Sendable, Equatable {
  case automatic
  case given(Double)
}
