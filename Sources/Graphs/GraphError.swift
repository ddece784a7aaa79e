import Failures

/// Why there is no answer for a graph.
public enum GraphError: Failure, Equatable {
  /// An edge (0-based position in the list) names a node that there is not.
  case edgeOutOfRange(edge: Int, node: Int, nodes: Int)
  /// No edge joins two different nodes.
  case noEdges(nodes: Int)
  /// Every node needs one row of features.
  case featureRows(nodes: Int, rows: Int)
  /// Every node needs one community.
  case communityCount(nodes: Int, given: Int)
  /// Leaving a community out needs another one.
  case oneCommunity
  /// An entry of the features is NaN or infinite (0-based).
  case nonFinite(row: Int, column: Int, value: Double)
  /// Sums of squares are beyond the largest number.
  case overflow
  /// All rows of features are alike.
  case noVariance
  case invalidFilter(String)
  case invalidHideRate(Double)
  case invalidHiddenCount(hidden: Int, nodes: Int)
  case invalidRidge(Double)
  case invalidSize(size: Int, largest: Int)
  /// Σ propagated rows is singular, and neither the penalty nor hiding makes up for it.
  case singular(ridge: Double)
  /// Re-masked decoding needs the filter's own entries, and there are too many.
  case tooCostly(what: String, operations: Double, budget: Double, remedy: String)
  /// Exact left-out errors need the filter's exact diagonal and no re-masking.
  case noLeftOutError(String)
  /// A probe needs labels of two classes, some to learn from and some to be judged by.
  case labels(String)

  public var kind: FailureKind {
    switch self {
    case .edgeOutOfRange, .noEdges, .featureRows, .communityCount, .oneCommunity, .nonFinite, .overflow, .noVariance,
      .labels:
      .badInput
    case .invalidFilter, .invalidHideRate, .invalidHiddenCount, .invalidRidge, .invalidSize: .usage
    case .singular, .tooCostly, .noLeftOutError: .noAnswer
    }
  }

  public var description: String {
    switch self {
    case .edgeOutOfRange(let edge, let node, let nodes):
      "edge \(edge + 1) names node \(node), but nodes are numbered from 0 to \(nodes - 1)"
    case .noEdges(let nodes):
      """
      no edge joins two different ones of the \(nodes) nodes: there is nothing to propagate. Give the edges between different nodes, or \
      fit the rows without a graph (masked errors)
      """
    case .featureRows(let nodes, let rows):
      """
      the graph has \(nodes) nodes, the features have \(rows) rows. Give one row of features for each node, in the order of the \
      nodes' numbers
      """
    case .communityCount(let nodes, let given):
      "\(given) communities are given for \(nodes) nodes; give one for each node, in the order of the nodes"
    case .oneCommunity:
      "all nodes are in one community: nothing is left when it is left out. Give finer communities"
    case .nonFinite(let row, let column, let value):
      "features of node \(row + 1), column \(column + 1) are \(value); remove or fill missing entries first"
    case .overflow: "the features' squares are beyond the largest number; divide the features by a constant"
    case .noVariance: "the features of all nodes are alike: there is nothing to predict"
    case .invalidFilter(let text): text
    case .invalidHideRate(let rate):
      """
      the share of hidden nodes is \(rate); it must lie above 0 and below 1 (at 0 nothing is hidden, and what is left is masked \
      regression of the propagated rows)
      """
    case .invalidHiddenCount(let hidden, let nodes): "\(hidden) hidden nodes of \(nodes); hide at least 1, not all"
    case .invalidRidge(let ridge): "the ridge penalty is \(ridge); it must be a finite number, 0 or more"
    case .invalidSize(let size, let largest):
      "\(size) dimensions are asked for; these features have between 1 and \(largest)"
    case .singular(let ridge):
      "the propagated rows are collinear at ridge \(ridge); give a larger ridge penalty"
    case .tooCostly(let what, let operations, let budget, let remedy):
      "\(what) takes about \(Self.power(operations)) operations, more than the \(Self.power(budget)) allowed. \(remedy)"
    case .noLeftOutError(let why): "no left-out error exists here: \(why)"
    case .labels(let text): text
    }
  }

  private static func power(_ value: Double) -> String {
    var (mantissa, exponent) = (value, 0)
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    return "\((10 * mantissa).rounded() / 10)e\(exponent)"
  }
}
