import ArgumentParser
import Pretell

struct GraphCompareVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Raw rows, their propagation, PCA of both and the masked form, side by side.",
    discussion: "Example:  pretell graph compare edges.csv --features x.npz --labels labels.csv --groups louvain")

  @OptionGroup var graph: GraphOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Classes: one for each node (blank where unknown), or node,class in every line; .csv or .npy.", valueName: "file")
  )
  var labels: String

  @Option(name: .long, help: ArgumentHelp("Dimensions of codes and principal components (64).", valueName: "k"))
  var size: Int?

  @Option(name: .long, help: ArgumentHelp("Labels of each class that a probe learns from.", valueName: "n"))
  var labelsPerClass = 20

  @Option(name: .long, help: ArgumentHelp("Random splits of the labels.", valueName: "n"))
  var splits = 10

  @Option(name: .long, help: ArgumentHelp("Draw the accuracies (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [Body.self] }

  var files: FileUse { graph.files + common.files + .input(labels, "--labels") + .figure(figure) }
  var memoryLimit: MemorySize? { graph.memory }

  func validate() throws {
    if let size, size < 1 { throw ValidationError("--size must be at least 1, not \(size).") }
    if labelsPerClass < 1 { throw ValidationError("--labels-per-class must be at least 1, not \(labelsPerClass).") }
    if splits < 2 { throw ValidationError("--splits must be at least 2, not \(splits).") }
  }

  func run() throws {
    common.begin()
    let data = try GraphData(graph)
    let names = try NodeFile.labels(labels, count: data.graph.nodes, names: data.nodeNames)
    let chosen = try LabelSplits(names, perClass: labelsPerClass, count: splits, seed: random.seed)
    let across = try data.communities.map {
      try chosen.acrossCommunities($0, perClass: labelsPerClass, seed: random.seed)
    }
    let fit = try data.masked.fit(ridge: graph.penalty())
    let comparison = try GraphComparison(
      data.masked, size: size ?? min(64, data.masked.largestSize), ridge: fit.errors.ridge, splits: chosen,
      across: across)
    let body = Body(data, fit.errors, chosen, comparison, perClass: labelsPerClass, splits: splits)
    try common.finish(
      "graph compare", json: body, text: body.text, warnings: data.warnings + fit.warnings.map(JSONWarning.init),
      seed: random.seed, files: [.figure(figure) { GraphFigures.comparison(comparison) }])
  }

  private struct Body: Codable {
    let nodes: Int
    let edges: Int
    let filter: String
    let hideRate: Double
    let ridge: Double
    let rSquared: Double?
    let classes: [String]
    let labelsPerClass: Int
    let splits: Int
    let candidates: [Entry]
    let shareOfPropagation: Double?
    let verdict: String

    struct Entry: Codable {
      let name: String
      let size: Int
      /// Also the micro-averaged F1: every node has one class.
      let accuracy: Double
      let standardError: Double
      let accuracyAcrossCommunities: Double?
      let standardErrorAcrossCommunities: Double?
    }

    init(
      _ data: GraphData, _ errors: GraphErrors, _ labels: LabelSplits, _ comparison: GraphComparison, perClass: Int,
      splits: Int
    ) {
      nodes = data.graph.nodes
      edges = data.graph.edges
      filter = "\(data.masked.settings.filter)"
      hideRate = errors.hideRate
      ridge = errors.ridge
      rSquared = errors.r2
      classes = labels.classNames
      labelsPerClass = perClass
      self.splits = splits
      candidates = comparison.candidates.map {
        Entry(
          name: $0.name, size: $0.size, accuracy: $0.accuracy.mean, standardError: $0.accuracy.standardError,
          accuracyAcrossCommunities: $0.acrossCommunities?.mean,
          standardErrorAcrossCommunities: $0.acrossCommunities?.standardError)
      }
      shareOfPropagation = comparison.shareOfPropagation
      verdict = comparison.verdict
    }

    var text: String {
      let isAcross = candidates.contains { $0.accuracyAcrossCommunities != nil }
      var table = TextTable(
        header: ["representation", "columns", "accuracy", "+-"] + (isAcross ? ["other communities", "+-"] : []))
      table.rows = candidates.map { entry in
        [
          entry.name, "\(entry.size)", NumberText.significant(entry.accuracy, 3),
          NumberText.significant(entry.standardError, 2),
        ]
          + (isAcross
            ? [
              NumberText.optional(entry.accuracyAcrossCommunities, 3),
              NumberText.optional(entry.standardErrorAcrossCommunities, 2),
            ] : [])
      }
      return """
        \(NumberText.count(nodes)) nodes, \(NumberText.count(edges)) edges, \(classes.count) classes; \(labelsPerClass) labels of \
        each class, \(splits) splits
        filter \(filter), hide rate \(NumberText.significant(hideRate)), ridge \(NumberText.significant(ridge)), R2 with a node \
        left out \(NumberText.optional(rSquared))

        \(table.rendered(.output))

        \(verdict)
        Accuracy is also the micro-averaged F1: every node has one class.
        """
    }
  }
}
