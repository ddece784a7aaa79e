/// Errors of the linear graph autoencoder at one hide rate and one ridge, per node and column of the (unit) rows.
public struct GraphErrors: Sendable, Equatable {
  public let nodes: Int
  public let columns: Int
  public let hideRate: Double
  /// Relative to the mean eigenvalue of Y'Y.
  public let ridge: Double
  /// Every node from its neighbors, all visible.
  public let trainingError: Double
  /// By the fit that never saw the node; nil where none exists.
  public let leaveNodeOutError: Double?
  /// By the fit without the node's community; nil where none were given.
  public let leaveCommunityOutError: Double?
  /// Error of the mean row.
  public let meanError: Double
  /// Of `r2`, from its parts at each node.
  public let r2StandardError: Double?

  /// 1 - training error / error of the mean.
  public var trainingR2: Double { 1 - trainingError / meanError }
  /// 1 - leave-node-out error / error of the mean: what neighbors alone say of a node.
  public var r2: Double? { leaveNodeOutError.map { 1 - $0 / meanError } }

  /// Left out, nodes are predicted better than by the mean, by more than two standard errors; nil where nothing is left out.
  public var neighborsHelp: Bool? {
    guard let r2, let error = r2StandardError else { return nil }
    return r2 > 2 * error
  }

  /// Training R2 far above the left-out one.
  package var warnings: [GraphWarning] {
    guard let r2, trainingR2 - r2 > max(0.1, abs(r2)) else { return [] }
    return [.overfit(training: trainingR2, leftOut: r2)]
  }
}
