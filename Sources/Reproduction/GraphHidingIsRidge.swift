import Figures
import Graphs
import LinearAlgebra

/// The loss of a linear graph autoencoder over hide rates: every mask of six nodes listed, against the closed form, in which hiding is
/// a ridge and nothing else.
struct GraphHidingIsRidge: PaperResult {
  let name = "graph-hiding-is-ridge"
  let source = "GraphMAE (arXiv 2205.10803), its linear form: the average over all masks"
  let summary = "hiding nodes is a ridge: masks listed one by one against the closed form"

  private static let edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]
  private static let features = Matrix([[1, 0.5], [-1, 2], [0.25, -1.5], [2, 1], [-0.75, 0], [0.5, -2]])

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    try settings.step(0, of: 1)
    let propagation = try Propagation(Graph(nodes: 6, edges: Self.edges), filter: .sgc(hops: 2))
    let moments = try GraphMoments(
      propagation, rows: GraphRows(Self.features, unitRows: false, centred: false))
    let filter = try propagation.explicit()
    let theta = try moments.loss(.rate(0.5)).optimum(shift: 0.1)
    let rates = (1...19).map { Double($0) / 20 }
    let closed = try rates.map { try moments.loss(.rate($0)).loss(theta) }
    let listed = rates.map { Self.listed(filter, theta, hideRate: $0) }
    let best = try rates.map { try moments.loss(.rate($0)) }.map { $0.loss(try $0.optimum(shift: 0)) }
    try settings.step(1, of: 1)
    let figure = Figure(
      title: "Hiding is a ridge",
      panels: [
        Panel(
          xAxis: Axis("share of nodes hidden"), yAxis: Axis("loss at a hidden node"),
          series: [
            .line("closed form", x: rates, y: closed, role: .theory),
            .points("64 masks listed", x: rates, y: listed, role: .observed),
            .line("its best weights", x: rates, y: best, role: .baseline),
          ], legend: .below)
      ])
    let comparisons = [4, 9, 14].map { index in
      PrintedValue("loss at hide rate \(rates[index]), closed form", printed: listed[index], computed: closed[index])
    }
    return ReproductionResult(
      figure: figure, comparisons: comparisons,
      remarks: [
        "'Printed' are the masks, listed one by one: the papers print no closed form.",
        "The hide rate p enters as the penalty p / (1 - p) X'diag(w)X and in no other way.",
      ])
  }

  /// The mean over all masks of six nodes.
  private static func listed(_ filter: SparseRows, _ theta: Matrix, hideRate p: Double) -> Double {
    (0..<64).reduce(0.0) { sum, mask in
      let hidden = (0..<6).map { mask >> $0 & 1 == 1 }
      let chance = hidden.reduce(1) { $0 * ($1 ? p : 1 - p) }
      let output = filter.times(features.scalingRows(by: hidden.map { $0 ? 0 : 1 })) * theta
      let errors = (features - output).scalingRows(by: hidden.map { $0 ? 1 : 0 })
      return sum + chance * errors.squaredFrobeniusNorm / (6 * p)
    }
  }
}
