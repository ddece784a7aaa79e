import Failures
import Graphs
import LinearAlgebra
import MaskedRegression

/// Pre-training on a graph for a plan: its methods see each row's neighbors, so that rows of their own stand in for the plan's.
///
///     let graph = try GraphPretraining(graph, features: x)
///     let plan = try Planner.plan(PlanRequest(…, methods: graph.methods, …, groups: graph.communities))
///
/// Halves must be halves of communities as targets on the whole graph: halves of nodes that share their neighborhoods show .65 of the part
/// that is there, communities 1.06 to 1.16 of it (GRAPH_AND_BLOCKS, section 7).
public struct GraphPretraining: Sendable {
  /// `sgc` (principal components of the propagated rows) and `graph` (the masked graph autoencoder).
  public let methods: [any PretrainingMethod]
  /// Louvain's, of the rows; those given where there are some.
  public let communities: Partition
  /// With a node left out, from its neighbors alone; nil where no exact error exists.
  public let r2: Double?
  /// Relative to the mean eigenvalue of Y'Y.
  public let ridge: Double
  public let warnings: [Warning]

  /// Directions of the propagated rows that methods see where there are more.
  public static let mostDirections = 128
  /// Where no left-out error exists to choose it by.
  private static let usualRidge = 0.1

  /// - Parameters:
  ///   - features: one row for each node, in the order of the plan's rows: unlabeled, then labeled.
  ///   - communities: of the nodes, Louvain's where nil.
  /// Throws `GraphError`, `MaskedRegressionError.needsMemory`. Cost: that of `MaskedGraph` and one path of left-out errors.
  public init(
    _ graph: Graph, features: Matrix, settings: GraphSettings = GraphSettings(), communities: Partition? = nil,
    memory: MemoryLimit = .physical
  ) throws {
    let masked = try MaskedGraph(graph, features: features, settings: settings, memory: memory)
    let fit = masked.moments.diagonal.isExact ? try masked.fit() : try masked.fit(ridge: .given(Self.usualRidge))
    (r2, ridge) = (fit.errors.r2, fit.errors.ridge)
    self.communities = communities ?? Partition(Louvain.communities(of: graph).label)
    let moments = masked.moments
    let smooth = moments.propagation.apply(moments.rows.values)
    var found = fit.warnings.filter { $0.code != "large-community" }
    var views = [smooth, moments.visible, moments.rows.values]
    if smooth.columns > Self.mostDirections {
      let eigen = try SymmetricEigen(smooth.gramByThreads(), largest: Self.mostDirections)
      views = views.map { $0.timesByThreads(eigen.vectors) }
      found.append(
        .fewerDirections(
          kept: Self.mostDirections, of: smooth.columns, share: eigen.values.reduce(0, +) / smooth.squaredFrobeniusNorm)
      )
    }
    warnings = found
    let heavy = views[2].scalingRows(by: moments.diagonal.weights.map { max($0, 0).squareRoot() })
    methods = [
      PropagatedComponents(rows: views[0]),
      MaskedGraphCodes(
        rows: views[0].joined(leftOf: views[1]).joined(leftOf: views[2]).joined(leftOf: heavy),
        columns: moments.rows.columns, hideRate: settings.hideRate, ridge: ridge),
    ]
  }
}

/// Principal components of the propagated rows P X.
struct PropagatedComponents: MomentsMethod {
  let name = "sgc"
  let rows: Matrix

  var ownRows: Matrix? { rows }
  func largestSize(rows: Int, columns: Int) -> Int {
    PrincipalComponents().largestSize(rows: rows, columns: self.rows.columns)
  }
  func fit(_ moments: RowMoments, sizes: [Int]) throws -> [any Representation] {
    try PrincipalComponents().fit(moments, sizes: sizes)
  }
}

/// Codes of the masked graph autoencoder (`GraphCodes`), from second moments of rows [P X, Y, X, diag(w)^1/2 X] side by side: some of the
/// nodes as targets, all of them as neighbors. The ridge is that of all nodes.
struct MaskedGraphCodes: MomentsMethod {
  let name = "graph"
  let rows: Matrix
  /// Of the features: ridge penalties are relative to a mean over them.
  let columns: Int
  let hideRate: Double
  /// Relative to the mean eigenvalue of Y'Y.
  let ridge: Double

  private var width: Int { rows.columns / 4 }
  var ownRows: Matrix? { rows }
  func largestSize(rows: Int, columns: Int) -> Int { max(0, min(rows - 1, width)) }

  func fit(_ moments: RowMoments, sizes: [Int]) throws -> [any Representation] {
    let mean = Matrix.column(moments.mean)
    let second = moments.covariance + multiply(mean, mean, transposing: .right)
    func part(_ i: Int, _ j: Int) -> Matrix {
      second.rows(i * width..<(i + 1) * width).columns(j * width..<(j + 1) * width)
    }
    let (q, visible) = (1 - hideRate, part(1, 1))
    let loss = HiddenLoss(
      q: ((q * q) * visible + (q * hideRate) * part(3, 3)).symmetrized(), c: q * part(1, 2),
      energy: part(2, 2).trace, meanTrace: q * q * visible.trace)
    let largest = sizes.max() ?? 1
    let codes = try GraphCodes(loss, shift: ridge * loss.meanTrace / Double(columns), size: largest)
    let nothing = Matrix(rows: 3 * width, columns: largest)
    let loadings = codes.scaledEncoder.stacked(above: nothing)
    return sizes.map {
      LinearRepresentation(
        center: [Double](repeating: 0, count: 4 * width), loadings: loadings.columns(0..<$0))
    }
  }
}

extension Warning {
  static func fewerDirections(kept: Int, of all: Int, share: Double) -> Warning {
    Warning(
      code: "graph-directions",
      message:
        "Methods on the graph see \(kept) of \(all) directions of the propagated rows, with \(Int((100 * share).rounded())) % of their energy.",
      remedy: "Codes of all directions come from a graph fit, and may be given as features computed elsewhere.")
  }
}
