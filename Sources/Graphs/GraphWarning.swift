import Failures

/// The library's one warning.
public typealias GraphWarning = Warning

/// Something about a graph that makes a number less trustworthy than it looks, or that was done on the way.
extension Warning {
  package static func isolated(_ count: Int) -> GraphWarning {
    GraphWarning(
      code: "isolated-nodes",
      message: "\(nodes(count)) without neighbors: predicted by the mean, and counted in every error.",
      remedy: "Nothing to do if that is how the graph is; else check the edges.")
  }

  package static func mergedEdges(duplicates: Int) -> GraphWarning {
    GraphWarning(
      code: "duplicate-edges", message: "\(duplicates) repeated edge\(duplicates == 1 ? " was" : "s were") merged.",
      remedy: "Nothing to do: the graph is simple, an edge counts once.")
  }

  package static func selfLoops(_ count: Int) -> GraphWarning {
    GraphWarning(
      code: "self-loops", message: "\(count) self-loop\(count == 1 ? " was" : "s were") left out.",
      remedy: "Nothing to do: the filters add one to every node.")
  }

  package static func directed(oneWay: Int, bothWays: Int) -> GraphWarning {
    GraphWarning(
      code: "directed-edges",
      message: "\(oneWay) edges are given in one direction, \(bothWays) in both: directions were dropped.",
      remedy: "Nothing to do if an edge means the same from both ends.")
  }

  package static var probedDiagonal: GraphWarning {
    GraphWarning(
      code: "probed-diagonal",
      message:
        "The filter's diagonal comes from random probes: a node sees a little of itself, and there is no left-out error.",
      remedy: "Use fewer hops or a larger budget for an exact diagonal.")
  }

  package static func denseFilter(_ share: Double) -> GraphWarning {
    GraphWarning(
      code: "dense-filter",
      message: "The filter joins \(percent(share)) of all pairs of nodes: neighborhoods are nearly the whole graph.",
      remedy: "Use fewer hops.")
  }

  package static func overfit(training: Double, leftOut: Double) -> GraphWarning {
    GraphWarning(
      code: "overfit",
      message:
        "Training R2 is \(twoDigits(training)), with the node left out \(twoDigits(leftOut)): the training value is worthless here.",
      remedy: "Raise the ridge penalty or the hide rate.")
  }

  package static var heterophily: GraphWarning {
    GraphWarning(
      code: "neighbors-say-nothing",
      message:
        "Neighbors say nothing about a node: left out, it is predicted better than by the mean at no penalty (by two standard errors).",
      remedy: "Do not propagate; use the rows as they are.")
  }

  package static func graphFromFeatures(_ share: Double) -> GraphWarning {
    GraphWarning(
      code: "graph-from-features",
      message:
        "For \(percent(share)) of the nodes the most similar other row is a neighbor: the graph seems made from these features, so that errors with a node left out fulfil themselves.",
      remedy: "Judge by a head on labels only, not by R2.")
  }

  package static func largeCommunity(_ share: Double) -> GraphWarning {
    GraphWarning(
      code: "large-community",
      message: "One community holds \(percent(share)) of the nodes: whole topics go missing with it.",
      remedy: "Take errors with a community left out within a factor of 2, or give finer communities.")
  }

  package static func nearTie(size: Int) -> GraphWarning {
    GraphWarning(
      code: "near-tie",
      message: "Directions \(size) and \(size + 1) are almost equally strong: which of them is kept is chance.",
      remedy: "Choose a size with a gap behind it.")
  }

  package static func ridgeAtBoundary(_ ridge: Double) -> GraphWarning {
    GraphWarning(
      code: "ridge-at-boundary", message: "The best penalty, \(ridge), is at an end of the range searched.",
      remedy: "At the upper end neighbors hardly help; at the lower end no penalty is needed.")
  }

  package static var allAlike: GraphWarning {
    GraphWarning(
      code: "one-smoothness",
      message:
        "All features are equally smooth on the graph: the codes are principal components of the propagated rows.",
      remedy: "Nothing is chosen beyond them; expect what PCA of the propagated rows gives.")
  }

  private static func nodes(_ count: Int) -> String { "\(count) node\(count == 1 ? "" : "s")" }
  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
  private static func twoDigits(_ value: Double) -> String { "\((100 * value).rounded() / 100)" }
}
