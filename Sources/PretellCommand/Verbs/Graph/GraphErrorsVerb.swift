import ArgumentParser
import Pretell

struct GraphErrorsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract: "Errors of predicting every node from its neighbors: training, a node left out, a community left out.",
    discussion: "Example:  pretell graph errors edges.csv --features x.npz --groups louvain")

  @OptionGroup var graph: GraphOptions
  @OptionGroup var common: CommonOptions

  @Flag(
    name: .long,
    help: "Left-out errors with the penalty of hiding refitted, too; slower (kept, they differ by less than a percent)."
  )
  var refitPenalty = false

  static var answers: [any Codable.Type] { [GraphReport.self] }

  var files: FileUse { graph.files + common.files }
  var memoryLimit: MemorySize? { graph.memory }

  func run() throws {
    common.begin()
    let data = try GraphData(graph)
    let fit = try data.masked.fit(ridge: graph.penalty(), communities: data.communities, refitted: refitPenalty)
    let report = GraphReport(data, fit.errors)
    try common.finish(
      "graph errors", json: report, text: report.text, warnings: data.warnings + fit.warnings.map(JSONWarning.init))
  }
}
